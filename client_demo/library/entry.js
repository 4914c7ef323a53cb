/**
 * How a called person comes in, and what a reload must remember.
 *
 * To come means: load the page again, or `claim`. Both take the seat; the first is what the call
 * asks for, the second keeps the page as it is.
 */

import { NOWHERE } from "./place.js";
import { UNTOLD } from "./returning.js";
import { storageName } from "./storagename.js";

/** @import { Place } from "./place.js" */
/** @import { Revision } from "./types.js" */

const RELOAD_REST_MS = 10_000;

/**
 * Whether a reload may be tried: one that did not bring its person in is not repeated for ever.
 *
 * @param {string} scope - whose reload; as of scopeOf
 * @param {number} now
 */
export function mayReload(scope, now) {
  return now - Number(kept(storageName("reloaded", scope))) > RELOAD_REST_MS;
}

/**
 * @param {string} scope
 * @param {number} now
 */
export function noteReload(scope, now) {
  keep(storageName("reloaded", scope), String(now));
}

/** @param {string} scope */
export function reload(scope) {
  noteReload(scope, Date.now());
  location.reload();
}

/**
 * What the line must remember across a reload: how far one has come, and the moment one was given;
 * and of which revision that is, since the store may go back in time meanwhile.
 *
 * @param {string} scope
 * @param {Readonly<Place>} place
 * @param {Readonly<Revision>} revision
 */
export function keepPlace(scope, place, revision) {
  keep(storageName("place", scope), JSON.stringify({ place, revision }));
}

/**
 * @param {string} scope
 * @returns {Readonly<Place>} of which nothing is shown before the server has confirmed it
 */
export function keptPlace(scope) {
  return { ...NOWHERE, ...keptParts(scope).place, kind: "unknown" };
}

/**
 * @param {string} scope
 * @returns {Readonly<Revision>}
 */
export function keptRevision(scope) {
  return keptParts(scope).revision ?? UNTOLD;
}

/**
 * @param {string} scope
 * @returns {{place?: Place, revision?: Revision}}
 */
function keptParts(scope) {
  try {
    const { place, revision } = JSON.parse(kept(storageName("place", scope)) ?? "{}");
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
