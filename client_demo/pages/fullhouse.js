/**
 * The browser's side of `/v1/connect`: says hello, comes back when the line is cut, and knows
 * when not to.
 *
 * Source: docs/protocol.md, "WebSocket". What the messages mean to a waiting person is in
 * place.js, what they mean to a host in roomview.js; this file only carries them.
 */

const SUBPROTOCOL = "fullhouse.v1";
const FIRST_BACKOFF_MS = 500;
const LONGEST_BACKOFF_MS = 8_000; // two tries at least within the 20 s that a seat is kept
// How long to believe in a server that has not said yet how often it speaks: its first ping comes
// up to 15 s after the hello, and may be lost.
const FIRST_SILENCE_MS = 40_000;

/**
 * @typedef {{type: string, epoch?: number, rev?: number, [field: string]: any}} Message
 * @typedef {"connecting" | "live" | "away" | "ended"} Phase
 *   `away`: cut off, coming back by itself at `nextTryAt`; `ended`: will not come back.
 * @typedef {{phase: Phase, code: number | null, since: number, nextTryAt: number | null,
 *            keptMs: number}} Link
 *   `code` is the close code that ended it; `keptMs` is what `retry` added to the grace.
 */

/**
 * Whether a closed connection may come back by itself.
 *
 * @param {number} code - the close code
 * @param {boolean} retried - whether `retry` came first on that connection
 */
export function comesBack(code, retried) {
  if (code === 1003 || code === 1009) return false; // we sent something wrong, and would again
  return retried || code < 4000 || code > 4099;
}

/**
 * Full jitter: anything between nothing and twice as much as last time, so that a thousand
 * clients that were cut off together do not come back together.
 *
 * @param {number} attempt - 0 for the first
 * @param {() => number} random - in [0, 1)
 */
export function backoffMs(attempt, random = Math.random) {
  return random() * Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** attempt);
}

/** Lets nothing through that is older than what was already told. */
export class Newest {
  #epoch = 0;
  #rev = 0;

  /**
   * @param {Message} message
   * @returns {"news" | "anew" | "stale"} `anew`: a higher epoch, forget what you knew
   */
  judge(message) {
    const { type, epoch, rev } = message;
    if (epoch === undefined || rev === undefined) return "news";
    if (epoch < this.#epoch) return "stale";
    const anew = epoch > this.#epoch && this.#epoch > 0;
    // Every change of capacity is told by itself, however late: it is an event, not a state.
    if (epoch === this.#epoch && rev < this.#rev) return type === "capacity_changed" ? "news" : "stale";
    this.#epoch = epoch;
    this.#rev = rev;
    return anew ? "anew" : "news";
  }
}

/** @returns {string} the WebSocket address of the server that the page came from */
function ownServer() {
  return `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/v1/connect`;
}

/**
 * One person's connection to one room, through any number of sockets.
 *
 * Dispatches `message` (detail: {@link Message}), `anew` (a new epoch, before its first message)
 * and `link` (detail: {@link Link}).
 */
export class RoomConnection extends EventTarget {
  #url;
  #token;
  /** @type {WebSocket | null} */
  #socket = null;
  /** @type {Message | null} the last message that awaits an answer; null stands for `hello` */
  #unanswered = null;
  #newest = new Newest();
  #attempt = 0;
  #retried = false;
  #notBefore = 0;
  #silenceMs = FIRST_SILENCE_MS;
  #watchdog = 0;
  #timer = 0;
  /** @type {Link} */
  #link = { phase: "connecting", code: null, since: Date.now(), nextTryAt: null, keptMs: 0 };

  /**
   * @param {{token: () => Promise<string>, url?: string}} options - `token` is asked before
   *   every `hello`, so an expired token is never the reason for losing a place
   */
  constructor({ token, url = ownServer() }) {
    super();
    this.#token = token;
    this.#url = url;
  }

  get link() {
    return this.#link;
  }

  open() {
    addEventListener("online", () => this.#hurry());
    addEventListener("pageshow", (event) => event.persisted && this.#hurry());
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

  /**
   * Put a notice away for all hosts of the room.
   *
   * @param {string} notice - its id
   * @param {boolean} rest - for the whole event
   */
  dismiss(notice, rest = false) {
    this.#ask(rest ? { type: "dismiss", notice, rest } : { type: "dismiss", notice });
  }

  #connect() {
    const socket = new WebSocket(this.#url, [SUBPROTOCOL]);
    this.#socket = socket;
    this.#retried = false;
    this.#unanswered = null;
    socket.onopen = () => this.#hello();
    socket.onmessage = (event) => this.#heard(JSON.parse(event.data));
    socket.onclose = (event) => this.#closed(event.code);
    this.#listen();
  }

  async #hello() {
    const socket = this.#socket;
    try {
      const token = await this.#token();
      if (socket === this.#socket) this.#send({ type: "hello", token });
    } catch {
      if (socket === this.#socket) this.#abandon(); // no token now: the same as no network now
    }
  }

  /** @param {Message} message */
  #ask(message) {
    if (this.#link.phase !== "live") return; // the next hello does what a claim would have done
    this.#unanswered = message;
    this.#send(message);
  }

  /** @param {Message} message */
  #send(message) {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  /** @param {Message} message */
  #heard(message) {
    if (message.type === "alive") this.#silenceMs = 2_000 * message.next_s;
    this.#listen();
    if (message.type === "retry") return this.#postpone(message.after_ms);
    if (message.type === "alive") return undefined;
    if (message.type !== "error") this.#alive();
    const verdict = this.#newest.judge(message);
    if (verdict === "anew") this.dispatchEvent(new CustomEvent("anew"));
    if (verdict !== "stale") this.dispatchEvent(new CustomEvent("message", { detail: message }));
    return undefined;
  }

  #alive() {
    this.#unanswered = null;
    this.#attempt = 0;
    this.#retried = false; // what was put off has happened since; the next close speaks for itself
    if (this.#link.phase !== "live") this.#enter("live");
  }

  /** @param {number} afterMs - the message that was refused is sent again then */
  #postpone(afterMs) {
    this.#retried = true;
    this.#notBefore = Date.now() + afterMs;
    this.#enter(this.#link.phase, { keptMs: afterMs });
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      if (this.#unanswered) this.#send(this.#unanswered);
      else this.#hello();
    }, afterMs);
  }

  /** A browser cannot see pings: whoever hears nothing for too long is talking to nobody. */
  #listen() {
    clearTimeout(this.#watchdog);
    this.#watchdog = setTimeout(() => this.#abandon(), this.#silenceMs);
  }

  /** Take the socket for lost at once: closing a dead one would wait for the network. */
  #abandon() {
    const socket = this.#socket;
    if (socket) {
      socket.onopen = socket.onmessage = socket.onclose = null;
      socket.close();
    }
    this.#closed(1006);
  }

  /** @param {number} code */
  #closed(code) {
    this.#socket = null;
    clearTimeout(this.#watchdog);
    clearTimeout(this.#timer);
    if (!comesBack(code, this.#retried)) {
      this.#enter("ended", { code });
      return;
    }
    const rest = Math.max(0, this.#notBefore - Date.now()) + backoffMs(this.#attempt);
    this.#attempt += 1;
    this.#enter("away", { nextTryAt: Date.now() + rest });
    this.#timer = setTimeout(() => this.#connect(), rest);
  }

  /** The network is back or the phone woke up: do not sit out the backoff, nor trust the socket. */
  #hurry() {
    if (this.#link.phase === "ended" || Date.now() < this.#notBefore) return;
    if (this.#socket) this.#abandon();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#connect(), backoffMs(0));
  }

  /**
   * @param {Phase} phase
   * @param {Partial<Link>} more
   */
  #enter(phase, more = {}) {
    const since = phase === this.#link.phase ? this.#link.since : Date.now();
    const keptMs = phase === "live" ? 0 : this.#link.keptMs;
    this.#link = { code: null, nextTryAt: null, keptMs, ...more, phase, since };
    this.dispatchEvent(new CustomEvent("link", { detail: this.#link }));
  }
}
