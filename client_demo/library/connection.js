/**
 * One person's connection to one room: says hello, comes back when the line is cut, and knows
 * when not to.
 *
 * Source: docs/protocol.md. What the messages mean to a waiting person is in place.js; this file
 * only carries them.
 */

import { firstLink, linkAfter } from "./linkstate.js";
import { addressOf, wasReloaded } from "./pagefacts.js";
import { PollLine } from "./pollline.js";
import { backoffMs, comesBack, Newest } from "./returning.js";
import { SocketLine } from "./socketline.js";
import { SocketTrial } from "./sockettrial.js";

/** @import { ClientMessage, ConnectionOptions, LineOptions, Link, Message, Phase, Revision } from "./types.js" */

const SOCKET_TRIES = 2; // so many that brought nothing, and polling is tried in between

/** Dispatches `message` (detail: {@link Message}), `anew` (before the first message of a new epoch, or
 *  of a store that went back: what was told before is not so) and `link` (detail: {@link Link}). */
export class RoomConnection extends EventTarget {
  #server;
  /** @type {() => Promise<string>} */
  #token;
  /** @type {WebSocket | null} that the page has opened */
  #opened;
  /** @type {SocketLine | PollLine | null} */
  #line = null;
  #trial = new SocketTrial(
    (line) => this.#optionsFor(line),
    (line) => this.#changeTo(line),
  );
  #deafSockets = 0;
  #spoke = false; // whether this line has brought anything
  #everSpoke = false; // whether any has, since the page was loaded
  /** @type {ClientMessage | null} the last message that awaits an answer; null stands for `hello` */
  #unanswered = null;
  #newest;
  /** @type {((first: Message) => Readonly<Revision>) | null} until the first message of a room */
  #recall;
  #attempt = 0;
  #retried = false;
  #notBefore = 0;
  #timer = 0;
  #listening = new AbortController();
  #link = firstLink();

  /** @param {ConnectionOptions} options */
  constructor({ token, server = location.origin, known, socket = null }) {
    super();
    this.#opened = socket;
    this.#newest = new Newest(typeof known === "function" ? undefined : known);
    this.#recall = typeof known === "function" ? known : null;
    this.#token = async () => token();
    this.#server = addressOf(server);
  }

  get link() {
    return this.#link;
  }

  /** Of the newest message. */
  get revision() {
    return this.#newest.revision;
  }

  open() {
    const until = { signal: this.#listening.signal };
    addEventListener("online", () => this.hurry(), until);
    addEventListener("offline", () => this.#line?.drop(), until);
    addEventListener("pagehide", () => this.#pause(), until);
    addEventListener("pageshow", (event) => event.persisted && this.#goOn(), until);
    document.addEventListener("visibilitychange", () => this.#woke(), until);
    document.addEventListener("resume", () => this.#woke(), until);
    this.#connect();
  }

  /** Stop for good, without giving up the place: it is kept for the grace, as after a reload. */
  close() {
    this.#listening.abort();
    this.#hangUp();
  }

  /** After the end: begin anew, as a reload would. */
  reopen() {
    if (this.#link.phase !== "ended") return;
    this.#enter("connecting");
    this.#connect();
  }

  /** Run admission again without reloading the page. Repeated by itself after a `retry`. */
  claim() {
    this.#ask({ type: "claim" });
  }

  /** Ask for the exact place in line. */
  position() {
    this.#ask({ type: "position" });
  }

  /** Give up the seat or the ticket; the server closes the connection with 4011. */
  leave() {
    this.#ask({ type: "leave" });
  }

  /** @param {boolean} on - whether one watches the stream; only where `waiting` has named one */
  watching(on) {
    this.#ask({ type: "watching", on });
  }

  /**
   * Put a notice away for all hosts of the room. Needs a WebSocket.
   *
   * @param {string} notice - its id
   * @param {boolean} rest - for the whole event
   */
  dismiss(notice, rest = false) {
    this.#ask(rest ? { type: "dismiss", notice, rest } : { type: "dismiss", notice });
  }

  /** The network is back or the phone woke up: do not sit out the backoff, nor trust the line. */
  hurry() {
    if (this.#link.phase === "ended" || Date.now() < this.#notBefore) return;
    this.#line?.drop();
    this.#deafSockets = 0; // perhaps another network
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#connect(), backoffMs(0));
  }

  /**
   * The reader goes elsewhere, and may come back to the page as it is. An open connection would hold
   * the seat of somebody who is gone, and keep browsers from keeping the page.
   */
  #pause() {
    if (this.#link.phase === "ended") return;
    this.#hangUp();
    this.#enter("away");
  }

  #goOn() {
    if (this.#link.phase === "ended") return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#connect(), Math.max(this.#notBefore - Date.now(), backoffMs(0)));
  }

  /** Timers sleep with the phone: what they would have noticed is looked at now. */
  #woke() {
    if (document.visibilityState !== "visible" || this.#link.phase === "ended") return;
    const overslept = this.#link.nextTryAt !== null && this.#link.nextTryAt < Date.now();
    if (this.#line?.isDead || overslept) this.hurry();
    else if (this.#line?.via === "poll" && Date.now() >= this.#notBefore) this.#line.hello();
  }

  #connect() {
    this.#hangUp();
    this.#retried = this.#spoke = false;
    this.#unanswered = null;
    this.#newest.reconnected();
    const polls = this.#deafSockets >= SOCKET_TRIES && this.#deafSockets % SOCKET_TRIES === 0;
    const options = this.#optionsFor(() => line);
    /** @type {SocketLine | PollLine} */
    const line = polls
      ? new PollLine({ ...options, claims: !this.#everSpoke && wasReloaded() })
      : new SocketLine({ ...options, isFirst: this.#link.phase === "connecting", opened: this.#opened });
    this.#opened = null;
    this.#line = line;
    line.open();
  }

  /**
   * @param {() => SocketLine | PollLine} line - which is heard as long as it is the one that counts
   * @returns {LineOptions}
   */
  #optionsFor(line) {
    const isMine = () => this.#line === line();
    return {
      server: this.#server,
      token: this.#token,
      answered: () => isMine() && this.#newest.reconnected(),
      heard: (message, leaseMs) => isMine() && this.#heard(message, leaseMs),
      closed: (code) => isMine() && this.#closed(code),
    };
  }

  #hangUp() {
    this.#line?.forget();
    this.#line = null;
    this.#trial.forget();
    clearTimeout(this.#timer);
  }

  /** @param {ClientMessage} message */
  #ask(message) {
    if (this.#link.phase !== "live") return; // the next hello does what a claim would have done
    const isAwaited = message.type !== "watching" && !(message.type === "position" && this.#unanswered);
    if (isAwaited) this.#unanswered = message; // a claim comes before a position
    this.#line?.send(message);
  }

  /**
   * @param {Message} message
   * @param {number} [leaseMs]
   */
  #heard(message, leaseMs) {
    this.#spoke = this.#everSpoke = true;
    if (message.type === "retry") return this.#postpone(message.after_ms);
    if (message.type === "alive") return undefined;
    if (message.type !== "error") this.#alive(leaseMs);
    this.#recallOnce(message);
    const verdict = this.#newest.judge(message);
    if (verdict === "anew") this.dispatchEvent(new CustomEvent("anew"));
    if (verdict === "stale") return undefined;
    this.#trial.note(message);
    this.dispatchEvent(new CustomEvent("message", { detail: message }));
    return undefined;
  }

  /** @param {Message} message - the first of a room says which room that is, so what was kept of it */
  #recallOnce(message) {
    if (!this.#recall || !("epoch" in message)) return;
    this.#newest = new Newest(this.#recall(message));
    this.#recall = null;
  }

  /** @param {number} [leaseMs] - while polling */
  #alive(leaseMs) {
    const via = this.#line?.via ?? "socket";
    this.#unanswered = null;
    this.#attempt = 0;
    this.#retried = false; // what was put off has happened since; the next close speaks for itself
    if (via === "socket") this.#deafSockets = 0;
    const lease = { leaseMs: leaseMs ?? 0, leaseUntil: leaseMs === undefined ? null : Date.now() + leaseMs };
    if (this.#link.phase !== "live" || this.#link.via !== via) this.#enter("live", { via, ...lease });
    else this.#link = { ...this.#link, ...lease };
    if (via === "poll") this.#trial.plan();
  }

  /** @param {number} afterMs - the message that was refused is sent again then */
  #postpone(afterMs) {
    this.#retried = true;
    this.#notBefore = Date.now() + afterMs;
    this.#enter(this.#link.phase, { keptMs: afterMs });
    clearTimeout(this.#timer);
    const again = () => (this.#unanswered ? this.#line?.send(this.#unanswered) : this.#line?.hello());
    this.#timer = setTimeout(again, afterMs);
  }

  /** @param {SocketLine} line - on which the first message has come */
  #changeTo(line) {
    this.#line?.forget();
    this.#newest.reconnected();
    this.#line = line;
  }

  /** @param {number} code */
  #closed(code) {
    const heardNothing = this.#line?.via === "poll" || (!this.#spoke && code < 4000);
    this.#deafSockets = heardNothing ? this.#deafSockets + 1 : 0;
    this.#hangUp();
    if (!comesBack(code, this.#retried)) return this.#enter("ended", { code });
    const rest = Math.max(0, this.#notBefore - Date.now()) + backoffMs(this.#attempt);
    this.#attempt += 1;
    this.#enter("away", { nextTryAt: Date.now() + rest });
    this.#timer = setTimeout(() => this.#connect(), rest);
    return undefined;
  }

  /**
   * @param {Phase} phase
   * @param {Partial<Link>} more
   */
  #enter(phase, more = {}) {
    this.#link = linkAfter(this.#link, phase, more);
    this.dispatchEvent(new CustomEvent("link", { detail: this.#link }));
  }
}
