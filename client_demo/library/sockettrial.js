/**
 * While a connection polls, a WebSocket is tried now and then. Polls go on until one brings a message.
 * None is tried while the person is called: its hello would take the seat, asked or not.
 */

import { SocketLine } from "./socketline.js";

/** @import { LineOptions, Message } from "./types.js" */

const AGAIN_MS = 30_000;
const AGAIN_LONGEST_MS = 300_000;
const ENDS_A_CALL = ["seated", "seat_lost", "room_closed"]; // as does a `waiting` that is not called

export class SocketTrial {
  #optionsFor;
  #won;
  /** @type {SocketLine | null} until it has brought something */
  #line = null;
  #timer = 0;
  #againMs = AGAIN_MS;
  #isCalled = false;

  /**
   * @param {(line: () => SocketLine) => LineOptions} optionsFor - as for any line of the connection
   * @param {(line: SocketLine) => void} won - before its first message is told
   */
  constructor(optionsFor, won) {
    this.#optionsFor = optionsFor;
    this.#won = won;
  }

  /** @param {Message} message - however it came */
  note(message) {
    if (message.type === "refresh_required") this.#isCalled = true;
    else if (message.type === "waiting") this.#isCalled = message.called;
    else if (ENDS_A_CALL.includes(message.type)) this.#isCalled = false;
    if (!this.#isCalled || !this.#line) return;
    this.#line.forget(); // it has not opened, or its hello is not answered yet
    this.#planAnew();
  }

  /** One is tried after a while, if none is yet. */
  plan() {
    if (!this.#timer && !this.#line) this.#planAnew();
  }

  forget() {
    this.#line?.forget();
    this.#line = null;
    clearTimeout(this.#timer);
    this.#timer = 0;
  }

  #planAnew() {
    this.#line = null;
    this.#timer = setTimeout(() => this.#try(), this.#againMs * (0.5 + Math.random()));
    this.#againMs = Math.min(2 * this.#againMs, AGAIN_LONGEST_MS);
  }

  #try() {
    this.#timer = 0;
    if (this.#isCalled) return this.#planAnew();
    const options = this.#optionsFor(() => line);
    /** @type {SocketLine} */
    const line = new SocketLine({
      ...options,
      heard: (message) => {
        if (this.#line === line) this.#win(line);
        options.heard(message);
      },
      closed: (code) => (this.#line === line ? this.#planAnew() : options.closed(code)),
    });
    this.#line = line;
    return line.open();
  }

  /** @param {SocketLine} line */
  #win(line) {
    this.#line = null;
    this.#againMs = AGAIN_MS;
    this.#won(line);
  }
}
