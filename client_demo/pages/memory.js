/** What a page keeps over a reload, of what the server does not tell everybody. */

import { storageName } from "../library/storagename.js";

const SAVED_EVERY_MS = 2_000;

/** One value in this tab's storage. Where there is none, or no room in it, it is not kept. */
export class Memory {
  #key;
  #savedAt = 0;

  /**
   * @param {string} what
   * @param {string} scope - which installation, account and room it belongs to
   */
  constructor(what, scope) {
    this.#key = storageName(what, scope);
  }

  /** @returns {{at: number, value: any} | null} as last kept, and when */
  recall() {
    try {
      return JSON.parse(sessionStorage.getItem(this.#key) ?? "null");
    } catch {
      return null;
    }
  }

  /**
   * @param {unknown} value
   * @param {number} now
   */
  keep(value, now) {
    this.#savedAt = now;
    try {
      sessionStorage.setItem(this.#key, JSON.stringify({ at: now, value }));
    } catch {
      // Forbidden or full: the page works, it only forgets.
    }
  }

  /**
   * The same for a value that changes often.
   *
   * @param {unknown} value
   * @param {number} now
   */
  keepNowAndThen(value, now) {
    if (now - this.#savedAt >= SAVED_EVERY_MS) this.keep(value, now);
  }
}
