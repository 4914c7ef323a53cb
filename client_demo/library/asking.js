/** When to ask for the place in line again, because what was told is old. Pure. */

/** @import { Place } from "./place.js" */

const OLD_MS = 120_000; // a line that moves, or whose estimate changes, is told by itself

/**
 * How long a page hears nothing of the line before it asks: two to three minutes. The time is random,
 * so that pages that were told together do not ask together.
 *
 * @param {() => number} random - in [0, 1)
 */
export function askAfterMs(random = Math.random) {
  return OLD_MS * (1 + random() / 2);
}

/**
 * Whether a waiting person should ask.
 *
 * @param {Readonly<Place>} place
 * @param {{askedAt: number, askAfterMs: number, now: number}} when - `askedAt`: the last time
 */
export function isOld({ kind, toldAt }, { askedAt, askAfterMs, now }) {
  return kind === "waiting" && now - Math.max(toldAt, askedAt) >= askAfterMs;
}
