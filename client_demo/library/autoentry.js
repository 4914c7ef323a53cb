/** When a person who is called comes in by itself: at a moment of its own, and again if that did not work. */

/** @import { Place } from "./place.js" */

const PAUSE_MS = 4_000; // long enough to read what is about to happen, and to stop it
const TRY_AGAIN_MS = 10_000;

export class AutoEntry {
  #look;
  #dueAt = 0;
  #tries = 0;
  #timer = 0;

  /** @param {() => void} look - called at the moment */
  constructor(look) {
    this.#look = look;
  }

  get dueAt() {
    return this.#dueAt;
  }

  /** @param {Readonly<Place>} called */
  begin(called) {
    this.#tries = 0;
    this.#wait(entryAt(called));
  }

  /** It was switched on or off: it does not happen at this instant. */
  putOff() {
    this.#wait(entryAfterSwitch(this.#dueAt, Date.now()));
  }

  /** @returns {number} how often it has been tried for this call, now included */
  tryNow() {
    this.#wait(Date.now() + TRY_AGAIN_MS);
    this.#tries += 1;
    return this.#tries;
  }

  end() {
    clearTimeout(this.#timer);
    this.#dueAt = this.#tries = 0;
  }

  /**
   * A timer of its own beside the ticks of the page: in a tab that has been hidden for minutes browsers
   * let repeated timers run once a minute, but not one that a message has set.
   *
   * @param {number} instant
   */
  #wait(instant) {
    this.#dueAt = instant;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#look, instant - Date.now());
  }
}

/**
 * When automatic entry is due.
 *
 * @param {Readonly<Place>} called
 */
function entryAt({ momentAt, claimUntil }) {
  return momentAt + Math.min(PAUSE_MS, (claimUntil - momentAt) / 2);
}

/**
 * When automatic entry is due that was switched on, or did not bring anybody in, at `now`.
 *
 * @param {number} due
 * @param {number} now
 */
function entryAfterSwitch(due, now) {
  return Math.max(due, now + PAUSE_MS);
}
