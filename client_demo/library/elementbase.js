/** What both elements share: where the server is, who the reader is, and in which language. */

import { RoomConnection } from "./connection.js";
import { UNTOLD } from "./returning.js";
import { de } from "./texts/de.js";
import { en } from "./texts/en.js";
import { NotInvited } from "./types.js";
import { languageOf, Words } from "./words.js";

/** @import { Message, Revision } from "./types.js" */
/** @typedef {() => string | Promise<string>} TokenCallback */

const CATALOGUES = { en, de };

/**
 * An element that is connected to a room while it is on a page.
 *
 * Attributes, of which each may change at any time: `server` (origin; the page's own if absent),
 * `token-url` (a route of the platform that answers `{"token"}` to a POST), `lang`. With another
 * `server` or `token-url` the element leaves its room and enters the other. Property: `token`, a callback in place of
 * `token-url`.
 */
export class RoomElement extends HTMLElement {
  static observedAttributes = ["lang", "server", "token-url"];
  /** @type {TokenCallback | null} */
  #token = null;
  /** @type {RoomConnection | null} */
  #connection = null;
  #words = this.#wordsOf();
  #isMoving = false;

  /** @returns {TokenCallback | null} */
  get token() {
    return this.#token;
  }

  set token(callback) {
    this.#token = callback;
    this.#begin();
  }

  get connection() {
    return this.#connection;
  }

  get words() {
    return this.#words;
  }

  connectedCallback() {
    this.#words = this.#wordsOf();
    this.#takeEarly();
    this.onTexts();
    this.#begin();
  }

  disconnectedCallback() {
    this.#end();
  }

  /**
   * @param {string} name
   * @param {string | null} before
   * @param {string | null} now
   */
  attributeChangedCallback(name, before, now) {
    if (!this.isConnected || before === now) return;
    if (name !== "lang") return this.#move();
    this.#words = this.#wordsOf();
    this.onTexts();
  }

  /** To be drawn in {@link words}, now and whenever they change. */
  onTexts() {}

  /**
   * Called with a new connection before it is opened.
   *
   * @param {RoomConnection} _connection
   */
  onBegin(_connection) {}

  /**
   * Called with the first message of the room, before {@link onBegin}'s listeners hear it.
   *
   * @param {Message} _first
   * @returns {Readonly<Revision>} of what is kept of an earlier connection to that room
   */
  recall(_first) {
    return UNTOLD;
  }

  /** Called when the element has left the page. */
  onEnd() {}

  /**
   * Called with each token before it is used.
   *
   * @param {string} _token
   */
  onToken(_token) {}

  /**
   * @param {string} name
   * @param {object} detail
   * @param {boolean} cancelable
   * @returns {boolean} false if a listener took it over
   */
  announce(name, detail, cancelable = false) {
    return this.dispatchEvent(new CustomEvent(`fullhouse-${name}`, { detail, cancelable, bubbles: true }));
  }

  /** @returns {string} the origin of the server */
  get server() {
    return this.getAttribute("server") ?? location.origin;
  }

  /** Leaves the room for another, once however many attributes change in one turn. */
  #move() {
    if (this.#isMoving) return;
    this.#isMoving = true;
    queueMicrotask(() => {
      this.#isMoving = false;
      if (!this.isConnected) return;
      this.#connection?.leave(); // nobody comes back to that place: it is free at once
      this.#end();
      this.#begin();
    });
  }

  #end() {
    if (!this.#connection) return;
    this.#connection.close();
    this.#connection = null;
    this.onEnd();
  }

  /** A page may set `token` before the element is defined; it then hides the real property. */
  #takeEarly() {
    const early = Object.getOwnPropertyDescriptor(this, "token")?.value;
    if (!early) return;
    Reflect.deleteProperty(this, "token");
    this.#token = early;
  }

  #begin() {
    const url = this.getAttribute("token-url");
    if (this.#connection || !this.isConnected || !(this.#token || url)) return;
    this.#connection = new RoomConnection({
      server: this.server,
      token: () => this.#newToken(url ?? ""),
      known: (first) => this.recall(first),
    });
    this.onBegin(this.#connection);
    this.#connection.open();
  }

  /** @param {string} url */
  async #newToken(url) {
    const token = await (this.#token ? this.#token() : tokenFrom(url));
    this.onToken(token);
    return token;
  }

  #wordsOf() {
    const asked = this.getAttribute("lang");
    const language = languageOf(asked ? [asked] : navigator.languages, CATALOGUES);
    return new Words(language, CATALOGUES[/** @type {"en" | "de"} */ (language)]);
  }
}

/**
 * @param {string} url
 * @returns {Promise<string>}
 */
async function tokenFrom(url) {
  const headers = { Accept: "application/json" };
  const answer = await fetch(url, { method: "POST", headers, credentials: "same-origin", cache: "no-store" });
  if ([401, 403, 404, 410].includes(answer.status)) throw new NotInvited();
  if (!answer.ok) throw new Error(`No token: ${answer.status}.`);
  return (await answer.json()).token;
}
