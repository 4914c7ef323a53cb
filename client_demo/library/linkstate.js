/** The state of a connection as pages see it, and how it changes from phase to phase. */

/** @import { Link, Phase } from "./types.js" */

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
