/** A notice that a host put off: it comes back after a while, or as a new one when it is full. */

/** @import { NoticeObject } from "./fullhouse.js" */

const SNOOZE_MS = 5 * 60_000;

/** @typedef {{notice: string, until: number}} Snooze */

/**
 * @param {NoticeObject} notice
 * @param {number} now
 * @returns {Snooze}
 */
export function snoozed(notice, now) {
  return { notice: notice.id, until: now + SNOOZE_MS };
}

/**
 * @param {Snooze | null} snooze
 * @param {NoticeObject | null} notice - the one that stands; one with another id was not put off
 * @param {number} now
 */
export function isAsleep(snooze, notice, now) {
  return snooze !== null && notice !== null && snooze.notice === notice.id && now < snooze.until;
}
