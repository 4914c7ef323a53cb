/** The state of a connection as pages see it, and how it changes from phase to phase. */

/** @import { Link, Phase } from "./types.js" */

const EVENT_OVER = 4010;

/** @returns {Link} */
export function firstLink() {
  return {
    phase: "connecting",
    code: null,
    since: Date.now(),
    nextTryAt: null,
    keptMs: 0,
    via: "socket",
    leaseUntil: null,
    leaseMs: 0,
  };
}

/**
 * Since when the page has heard nothing of its room: what it shows is as old as that.
 *
 * @param {Readonly<Link>} link
 * @returns {number | null} null while the page is connected, and after the end of the event
 */
export function staleSince({ phase, code, since }) {
  const isOver = phase === "ended" && code === EVENT_OVER;
  return phase === "live" || isOver ? null : since;
}

/**
 * @param {Link} link
 * @param {Phase} phase
 * @param {Partial<Link>} more
 * @returns {Link} `since` stays while the phase does; `code` and `nextTryAt` are those of `more`
 */
export function linkAfter(link, phase, more) {
  const since = phase === link.phase ? link.since : Date.now();
  const keptMs = phase === "live" ? 0 : link.keptMs;
  return { ...link, code: null, nextTryAt: null, keptMs, ...more, phase, since };
}
