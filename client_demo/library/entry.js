/**
 * When a called person comes in. Pure, but for what a reload must remember.
 *
 * To come means: load the page again, or `claim`. Both take the seat; the first is what the call
 * asks for, the second keeps the page as it is.
 */

import { NOWHERE } from "./place.js";
import { UNTOLD } from "./returning.js";

/** @import { Place } from "./place.js" */
/** @import { Revision } from "./types.js" */

const PAUSE_MS = 4_000; // long enough to read what is about to happen, and to stop it
const RELOAD_REST_MS = 10_000;
const RELOADED_KEPT_AS = "fullhouse.reloaded";
const PLACE_KEPT_AS = "fullhouse.place";

/**
 * When automatic entry is due.
 *
 * @param {Readonly<Place>} called
 */
export function entryAt({ momentAt, claimUntil }) {
  return momentAt + Math.min(PAUSE_MS, (claimUntil - momentAt) / 2);
}

/**
 * When automatic entry is due that was switched on, or did not bring anybody in, at `now`.
 *
 * @param {number} due
 * @param {number} now
 */
export function entryAfterSwitch(due, now) {
  return Math.max(due, now + PAUSE_MS);
}

/**
 * Whether a reload may be tried: one that did not bring its person in is not repeated for ever.
 *
 * @param {number} now
 */
export function mayReload(now) {
  return now - Number(kept(RELOADED_KEPT_AS)) > RELOAD_REST_MS;
}

/** @param {number} now */
export function noteReload(now) {
  keep(RELOADED_KEPT_AS, String(now));
}

/**
 * What the line must remember across a reload: how far one has come, and the moment one was given;
 * and of which revision that is, since the store may go back in time meanwhile.
 *
 * @param {string} where - what tells one room from another before its server has been asked
 * @param {Readonly<Place>} place
 * @param {Readonly<Revision>} revision
 */
export function keepPlace(where, place, revision) {
  keep(`${PLACE_KEPT_AS} ${where}`, JSON.stringify({ place, revision }));
}

/**
 * @param {string} where
 * @returns {Readonly<Place>} of which nothing is shown before the server has confirmed it
 */
export function keptPlace(where) {
  return { ...NOWHERE, ...keptParts(where).place, kind: "unknown" };
}

/**
 * @param {string} where
 * @returns {Readonly<Revision>}
 */
export function keptRevision(where) {
  return keptParts(where).revision ?? UNTOLD;
}

/**
 * @param {string} where
 * @returns {{place?: Place, revision?: Revision}}
 */
function keptParts(where) {
  try {
    const { place, revision } = JSON.parse(kept(`${PLACE_KEPT_AS} ${where}`) ?? "{}");
    return revision ? { place, revision } : {}; // kept by an earlier version: of nobody knows when
  } catch {
    return {};
  }
}

/** @param {string} name */
function kept(name) {
  try {
    return sessionStorage.getItem(name);
  } catch {
    return null; // a page may be denied all storage
  }
}

/**
 * @param {string} name
 * @param {string} value
 */
function keep(name, value) {
  try {
    sessionStorage.setItem(name, value);
  } catch {
    // as above; a reload then only forgets how far one has come
  }
}
