/** When a client may come back, how soon, and what of the news it already knew. Pure. */

import { NotInvited } from "./types.js";

/** @import { Message } from "./types.js" */

const FIRST_BACKOFF_MS = 500;
const LONGEST_BACKOFF_MS = 8_000; // two tries at least within the 20 s that a seat is kept

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

/**
 * What an error on the way to the server means, as a close code.
 *
 * @param {unknown} error
 */
export function codeOf(error) {
  return error instanceof NotInvited ? error.code : 1006;
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
