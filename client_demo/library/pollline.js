/** `POST /v1/poll` in place of a WebSocket, where a network lets none through. */

import { codeOf } from "./returning.js";

/** @import { ClientMessage, LineOptions, Message } from "./types.js" */

const ANSWER_MS = 10_000;
const CLAIM = { claim: true };
/** What ends a person's visit, as the close code that a WebSocket would have brought. */
const ENDS = /** @type {Record<string, number>} */ ({ room_closed: 4010, removed: 4013, presenters_full: 4012 });
const REFUSALS = /** @type {Record<number, number>} */ ({ 401: 4001, 403: 4003, 404: 4004, 429: 4102, 503: 4101 });

export class PollLine {
  via = /** @type {const} */ ("poll");
  #options;
  #claims;
  #token = "";
  #timer = 0;
  #open = false;
  #leaves = false; // whether the poll under way gives up the place
  /** @type {AbortController | null} the poll under way */
  #asking = null;

  /**
   * @param {LineOptions & {claims: boolean}} options - `claims`: take a called seat with the first
   *   poll, as a page that was just reloaded does
   */
  constructor(options) {
    this.#options = options;
    this.#claims = options.claims;
  }

  open() {
    this.#open = true;
    this.hello();
  }

  hello() {
    this.#ask(this.#claims ? CLAIM : {});
  }

  /** @param {ClientMessage} message */
  send(message) {
    this.#ask(bodyOf(message));
  }

  /** Timers that slept are made good by asking at once. */
  get isDead() {
    return false;
  }

  /** @param {number} code */
  drop(code = 1006) {
    this.forget();
    this.#options.closed(code);
  }

  forget() {
    this.#open = false;
    if (!this.#leaves) this.#asking?.abort(); // who leaves has left, whether the page waits for it or not
    clearTimeout(this.#timer);
  }

  /** @param {object} body */
  async #ask(body) {
    clearTimeout(this.#timer);
    this.#asking?.abort();
    const asking = new AbortController();
    this.#asking = asking;
    this.#leaves = "leave" in body;
    const patience = setTimeout(() => asking.abort(), ANSWER_MS);
    try {
      const answer = await this.#answer(body, asking.signal);
      if (asking === this.#asking && this.#open) this.#hear(answer, "leave" in body);
    } catch (error) {
      if (asking === this.#asking && this.#open) this.drop(codeOf(error));
    } finally {
      clearTimeout(patience);
    }
  }

  /**
   * @param {object} body
   * @param {AbortSignal} signal
   * @returns {Promise<Heard>}
   *
   * @typedef {{messages: Message[], pollAfterMs: number, code: number | null}} Heard
   */
  async #answer(body, signal) {
    let answer = await this.#post(body, signal);
    if (answer.status === 401) {
      this.#token = ""; // it has expired since the last poll
      answer = await this.#post(body, signal);
    }
    if (answer.status === 422 && "watching" in body) answer = await this.#post({}, signal); // an earlier server
    if (answer.ok) {
      const { messages, poll_after_s } = await answer.json();
      return { messages, pollAfterMs: 1000 * poll_after_s, code: null };
    }
    const seconds = Number(answer.headers.get("Retry-After"));
    /** @type {Message[]} */
    const messages = seconds > 0 ? [{ type: "retry", after_ms: 1000 * seconds }] : [];
    return { messages, pollAfterMs: 0, code: REFUSALS[answer.status] ?? (answer.status < 500 ? 4000 : 1006) };
  }

  /**
   * @param {object} body
   * @param {AbortSignal} signal
   */
  async #post(body, signal) {
    this.#token ||= await this.#options.token();
    return fetch(`${this.#options.server}/v1/poll`, {
      method: "POST",
      headers: { Authorization: `Bearer ${this.#token}`, "Content-Type": "application/json" },
      body: JSON.stringify(body),
      keepalive: this.#leaves, // outlives the page
      credentials: "omit",
      cache: "no-store",
      signal,
    });
  }

  /**
   * @param {Heard} heard
   * @param {boolean} left
   */
  #hear({ messages, pollAfterMs, code }, left) {
    this.#claims = false;
    let end = left && code === null ? 4011 : code;
    this.#timer = setTimeout(() => this.#ask({}), pollAfterMs);
    this.#options.answered();
    for (const message of messages) {
      this.#options.heard(message, 3 * pollAfterMs);
      end ??= endOf(message);
    }
    if (end === null) return;
    this.forget();
    this.#options.closed(end);
  }
}

/**
 * The close code with which a WebSocket would have ended after this message.
 *
 * @param {Message} message
 */
function endOf(message) {
  if (message.type === "seat_lost") return ENDS[message.reason] ?? null;
  return ENDS[message.type === "error" ? message.code : message.type] ?? null;
}

/**
 * What of a person's messages a poll can say; anything else only asks how things stand.
 *
 * @param {ClientMessage} message
 */
function bodyOf(message) {
  if (message.type === "claim") return CLAIM;
  if (message.type === "leave") return { leave: true };
  return message.type === "watching" ? { watching: message.on } : {};
}
