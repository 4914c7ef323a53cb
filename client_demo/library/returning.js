/** When a client may come back, how soon, and what of the news it already knew. Pure. */

import { NotInvited } from "./types.js";

/** @import { Message, Revision } from "./types.js" */

/** @type {Readonly<Revision>} */
export const UNTOLD = Object.freeze({ epoch: 0, rev: 0 });

const OUR_MISTAKES = [1002, 1003, 1007, 1009]; // we sent something wrong, and would again
const FIRST_BACKOFF_MS = 500;
const LONGEST_BACKOFF_MS = 8_000; // two tries at least within the 20 s that a seat is kept

/**
 * Whether a closed connection may come back by itself.
 *
 * @param {number} code - the close code
 * @param {boolean} retried - whether `retry` came first on that connection
 */
export function comesBack(code, retried) {
  if (OUR_MISTAKES.includes(code)) return false;
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

/**
 * What an error on the way to the server means, as a close code.
 *
 * @param {unknown} error
 */
export function codeOf(error) {
  return error instanceof NotInvited ? error.code : 1006;
}

/** Lets nothing through that is older than what was already told on the same connection. */
export class Newest {
  #epoch;
  #rev;
  #isFirst = true;

  /** @param {Readonly<Revision>} known - what the page had been told before it was loaded again */
  constructor({ epoch, rev } = UNTOLD) {
    this.#epoch = epoch;
    this.#rev = rev;
  }

  /** @returns {Readonly<Revision>} of the newest message */
  get revision() {
    return { epoch: this.#epoch, rev: this.#rev };
  }

  /** The next message is the first of a new connection, and the truth: the store may have gone back. */
  reconnected() {
    this.#isFirst = true;
  }

  /**
   * @param {{type: string, epoch?: number, rev?: number}} message
   * @returns {"news" | "anew" | "stale"} `anew`: forget what you knew, then take this
   */
  judge({ type, epoch, rev }) {
    if (epoch === undefined || rev === undefined) return "news";
    const isOlder = epoch < this.#epoch || (epoch === this.#epoch && rev < this.#rev);
    // Every change of capacity is told by itself, however late: it is an event, not a state.
    if (isOlder && !this.#isFirst) return type === "capacity_changed" && epoch === this.#epoch ? "news" : "stale";
    const anew = this.#epoch > 0 && (isOlder || epoch > this.#epoch);
    this.#isFirst = false;
    this.#epoch = epoch;
    this.#rev = rev;
    return anew ? "anew" : "news";
  }
}
