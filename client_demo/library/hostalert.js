/**
 * When a host who looks elsewhere is called: a value, and what becomes of it. Pure.
 *
 * A notice alerts once, however often it is told, and never after the host has seen it. What was shown
 * goes as soon as its notice goes, or the host looks.
 */

/** @import { NoticeObject } from "./types.js" */

/**
 * @typedef {object} HostAlert
 * @property {string} known - id of the last notice that was seen, or that has alerted
 * @property {string | null} shown - id of the notice whose alert stands
 *
 * @typedef {object} Watched
 * @property {NoticeObject | null} notice - the one that stands and was not put off
 * @property {boolean} isLooking - the page is in front of the host
 */

/** @type {Readonly<HostAlert>} */
export const NO_ALERT = Object.freeze({ known: "", shown: null });

/**
 * @param {Readonly<HostAlert>} alert
 * @param {Watched} watched
 * @returns {Readonly<HostAlert>} the same object where nothing changes
 */
export function nextAlert(alert, { notice, isLooking }) {
  if (!notice) return alert.shown === null ? alert : { ...alert, shown: null };
  if (isLooking) return alert.known === notice.id && alert.shown === null ? alert : { known: notice.id, shown: null };
  if (alert.known !== notice.id) return { known: notice.id, shown: notice.id };
  return alert;
}
