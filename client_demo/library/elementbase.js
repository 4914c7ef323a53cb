/** What both elements share: where the server is, who the reader is, and in which language. */

import { RoomConnection } from "./connection.js";
import { afterThisTask } from "./dom.js";
import { UNTOLD } from "./returning.js";
import { de } from "./texts/de.js";
import { en } from "./texts/en.js";
import { NotInvited } from "./types.js";
import { languageOf, Words } from "./words.js";

/** @import { Message, Revision } from "./types.js" */
/** @typedef {(room: string | null) => string | Promise<string>} TokenCallback - gets the attribute `room` */

const CATALOGUES = { en, de };
/** The attributes that decide which room it is. */
const SOURCE = ["server", "token-url", "room"];

/**
 * An element that is connected to a room while it is on a page.
 *
 * Attributes, of which each may change at any time: `server` (origin; the page's own if absent),
 * `token-url` (a route of the platform that answers `{"token"}` to a POST; `{room}` in it is filled
 * in), `room` (which room the token is to be for, if the page has several), `lang`. With another
 * `server`, `token-url` or `room` the element leaves its room and enters the other. Property: `token`,
 * a callback in place of `token-url`. Property `socket`: a WebSocket to the server's `/v1/connect`
 * that the page has opened already, for the first connection; to be set before the source of tokens.
 *
 * It may be moved on the page, and keeps its connection. Taken off the page it leaves nothing behind;
 * the place is kept for the grace, as after a reload.
 */
export class RoomElement extends HTMLElement {
  static observedAttributes = ["lang", ...SOURCE];
  /** @type {TokenCallback | null} */
  #token = null;
  /** @type {WebSocket | null} */
  socket = null;
  /** @type {RoomConnection | null} */
  #connection = null;
  #words = this.#wordsOf();
  #isMoving = false;
  /** What {@link SOURCE} said when the connection was begun. */
  #entered = "";

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
    if (this.#connection && this.#entered !== this.#source) this.#move(); // changed while it was off the page
    else this.#begin();
  }

  disconnectedCallback() {
    // What is moved is taken off first, and is on the page again by then.
    afterThisTask(() => this.isConnected || this.#end());
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

  get #source() {
    return JSON.stringify(SOURCE.map((name) => this.getAttribute(name)));
  }

  /** @returns {string} the origin of the server */
  get server() {
    return this.getAttribute("server") ?? location.origin;
  }

  /**
   * Leaves the room for another, once however many attributes change in one turn. An element that is
   * upgraded on a page hears of attributes that it had all along: then nothing has changed.
   */
  #move() {
    if (this.#isMoving) return;
    this.#isMoving = true;
    queueMicrotask(() => {
      this.#isMoving = false;
      if (!this.isConnected || (this.#connection && this.#entered === this.#source)) return;
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
    const room = this.getAttribute("room");
    const connection = new RoomConnection({
      server: this.server,
      token: async () => {
        const token = await (this.#token ? this.#token(room) : tokenFrom(url ?? "", room));
        if (this.#connection === connection) this.onToken(token); // else it is for a room that was left
        return token;
      },
      known: (first) => this.recall(first),
      socket: this.socket,
    });
    this.socket = null;
    this.#connection = connection;
    this.#entered = this.#source;
    this.onBegin(connection);
    connection.open();
  }

  #wordsOf() {
    const asked = this.getAttribute("lang");
    const language = languageOf(asked ? [asked] : navigator.languages, CATALOGUES);
    return new Words(language, CATALOGUES[/** @type {"en" | "de"} */ (language)]);
  }
}

/**
 * @param {string} url
 * @param {string | null} room
 * @returns {Promise<string>}
 */
async function tokenFrom(url, room) {
  const headers = { Accept: "application/json" };
  const address = url.replaceAll("{room}", encodeURIComponent(room ?? ""));
  const answer = await fetch(address, { method: "POST", headers, credentials: "same-origin", cache: "no-store" });
  if ([401, 403, 404, 410].includes(answer.status)) throw new NotInvited();
  if (!answer.ok) throw new Error(`No token: ${answer.status}.`);
  return (await answer.json()).token;
}
