/** One WebSocket to `/v1/connect`, from the handshake to its close. */

import { codeOf } from "./returning.js";

/** @import { ClientMessage, LineOptions, Message } from "./types.js" */

const SUBPROTOCOL = "fullhouse.v1";
const OPEN_MS = 10_000; // a network that swallows handshakes never says no
const ANSWER_MS = 20_000; // nor does one that lets them through, and nothing after
// How long to believe in a server that has not said yet how often it speaks: its first ping comes
// up to 15 s after the hello, and may be lost.
const FIRST_SILENCE_MS = 40_000;

export class SocketLine {
  via = /** @type {const} */ ("socket");
  #options;
  /** @type {WebSocket | null} */
  #socket = null;
  #patienceMs = OPEN_MS;
  #silenceMs = FIRST_SILENCE_MS;
  #heardAt = 0;
  /** @type {Promise<string> | null} */
  #asked = null;
  #watchdog = 0;

  /** @param {LineOptions} options */
  constructor(options) {
    this.#options = options;
  }

  open() {
    if (this.#options.isFirst) this.#askEarly();
    try {
      const opened = usable(this.#options.opened);
      this.#meet(opened ?? socketTo(this.#options.server));
      if (opened && opened.readyState === WebSocket.OPEN) this.#opened();
    } catch {
      this.drop(); // the page may open no sockets at all
    }
  }

  /** Once a visit only: a server that is away is tried often, and the platform's should not pay for it. */
  #askEarly() {
    this.#asked = this.#options.token();
    this.#asked.catch(() => {}); // `hello` tells
  }

  /** @param {WebSocket} socket */
  #meet(socket) {
    this.#socket = socket;
    socket.onopen = () => this.#opened();
    socket.onmessage = (event) => this.#heard(JSON.parse(event.data));
    socket.onclose = (event) => this.#closed(event.code);
    this.#listen(OPEN_MS);
  }

  #opened() {
    this.#listen(ANSWER_MS);
    this.hello();
  }

  async hello() {
    const socket = this.#socket;
    const asked = this.#asked;
    this.#asked = null;
    try {
      const token = await (asked ?? this.#options.token());
      if (socket === this.#socket) this.send({ type: "hello", token });
    } catch (error) {
      if (socket === this.#socket) this.drop(codeOf(error)); // no token: as if there were no network
    }
  }

  /** @param {ClientMessage} message */
  send(message) {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  /** Whether the silence has lasted too long: a timer that should have said so slept as well. */
  get isDead() {
    return Date.now() - this.#heardAt >= this.#patienceMs;
  }

  /**
   * Take it for lost at once: closing a dead socket would wait for the network.
   *
   * @param {number} code
   */
  drop(code = 1006) {
    this.forget();
    this.#options.closed(code);
  }

  /** As `drop`, and tell nobody. */
  forget() {
    const socket = this.#socket;
    this.#socket = null;
    clearTimeout(this.#watchdog);
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }

  /** @param {Message} message */
  #heard(message) {
    if (message.type === "alive") this.#silenceMs = 2_000 * message.next_s;
    this.#listen(this.#silenceMs);
    this.#options.heard(message);
  }

  /** @param {number} code */
  #closed(code) {
    this.#socket = null;
    clearTimeout(this.#watchdog);
    this.#options.closed(code);
  }

  /**
   * A browser cannot see pings: whoever hears nothing for too long is talking to nobody.
   *
   * @param {number} patienceMs
   */
  #listen(patienceMs) {
    this.#patienceMs = patienceMs;
    this.#heardAt = Date.now();
    clearTimeout(this.#watchdog);
    this.#watchdog = setTimeout(() => this.drop(), patienceMs);
  }
}

/** @param {string} server */
function socketTo(server) {
  return new WebSocket(server.replace(/^http/, "ws") + "/v1/connect", [SUBPROTOCOL]);
}

/** @param {WebSocket | null} [opened] */
function usable(opened) {
  return opened && opened.readyState <= WebSocket.OPEN ? opened : null;
}
