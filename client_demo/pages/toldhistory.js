/**
 * The history of an event as the server tells it, in the form in which the page goes on with it.
 *
 * Pure, like history.js.
 */

import { MOST_MARKS, messageKey } from "./history.js";

/** @import { History, Mark } from "./history.js" */
/** @import { RoomMessage } from "./fullhouse.js" */

const MOST_STEPS = 360; // of the server's history, before its steps become twice as long
const FIRST_STEP_MS = 1_000;

/**
 * @typedef {{at: string, inside: number, held: number, waiting: number, capacity: number}} Step
 * @typedef {{kind: string, at: string, [detail: string]: any}} Moment
 * @typedef {{since: string, now: string, steps: Step[], moments: Moment[]}} Told
 */

/** @type {Record<string, (moment: Moment, all: Moment[]) => Omit<Mark, "number" | "at"> | null>} */
const MARKS = {
  notice: ({ notice, level, occupied, capacity }) => ({ kind: level, id: notice, values: { n: occupied, capacity } }),
  capacity: (moment, all) => capacityMark(moment, all.find(({ kind, upgrade }) => kind === "purchase" && upgrade === moment.change)),
  purchase: (moment, all) => purchaseMark(moment, all.some(({ kind, change }) => kind === "capacity" && change === moment.upgrade)),
  pause: ({ at, paused }) => ({ kind: paused ? "paused" : "resumed", id: `line-${at}`, values: {} }),
  message: (moment) => messageMark(moment),
  call_next: ({ at, participant, by, reason }) => ({
    kind: by ? "call_next_by" : "call_next",
    id: `call-${at}-${participant}`,
    values: { who: participant ?? "", by: by ?? "", reason },
  }),
  closed: ({ at }) => ({ kind: "closed", id: `closed-${at}`, values: {} }),
};

/**
 * @param {Told} told
 * @param {RoomMessage} room - as it is now
 * @param {number} at - when it was told, by the reader's clock
 * @returns {History}
 */
export function historyFrom(told, room, at) {
  const ahead = at - Date.parse(told.now); // of the reader's clock
  const instant = (/** @type {string} */ text) => Date.parse(text) + ahead;
  const samples = told.steps.map(({ at: since, inside, held, waiting, capacity }) => ({
    at: instant(since),
    inside,
    called: held,
    waiting,
    capacity,
    lostAt: null,
  }));
  return {
    since: instant(told.since),
    stepMs: stepMsOf(Date.parse(told.now) - Date.parse(told.since)),
    epoch: room.epoch ?? null,
    paused: lastOf(told, "pause")?.paused ?? room.paused,
    said: saidIn(told),
    stood: null,
    samples,
    marks: marksOf(told, instant),
  };
}

/**
 * @param {Told} told
 * @param {(text: string) => number} instant
 */
function marksOf({ moments }, instant) {
  /** @type {Mark[]} */
  const marks = [];
  for (const moment of moments) {
    const mark = MARKS[moment.kind]?.(moment, moments);
    if (mark) marks.push({ ...mark, at: instant(moment.at), number: marks.length + 1 });
  }
  return marks.slice(-MOST_MARKS);
}

/**
 * A purchase and its seats are one mark. Its id is that of the live message, which has no price.
 *
 * @param {Moment} moment - of kind `capacity`
 * @param {Moment | undefined} bought - of kind `purchase`
 * @returns {Omit<Mark, "number" | "at">}
 */
function capacityMark({ change, from, to }, bought) {
  if (!bought?.price) return { kind: "capacity", id: change, values: { from, to } };
  const { plan, price, by } = bought;
  return { kind: by ? "bought_by" : "bought", id: change, values: { from, to, plan, price, by: by ?? "" } };
}

/**
 * Of a purchase that gave this room no seats: the platform limits it.
 *
 * @param {Moment} moment
 * @param {boolean} hasSeats
 * @returns {Omit<Mark, "number" | "at"> | null}
 */
function purchaseMark({ upgrade, plan, price, by }, hasSeats) {
  if (hasSeats || !price) return null;
  return { kind: by ? "purchase_by" : "purchase", id: `purchase-${upgrade}`, values: { plan, price, by: by ?? "" } };
}

/** @param {Moment} moment */
function messageMark({ at, text }) {
  /** @type {"message" | "withdrawn"} */
  const kind = text === null ? "withdrawn" : "message";
  return { kind, id: `${kind}-${toTheSecond(at)}-${text}`, values: { text: text ?? "" } };
}

/** @param {Told} told */
function saidIn(told) {
  const last = lastOf(told, "message");
  return last?.text ? messageKey({ text: last.text, at: toTheSecond(last.at) }) : "";
}

/**
 * @param {Told} told
 * @param {string} kind
 */
function lastOf({ moments }, kind) {
  return moments.findLast((moment) => moment.kind === kind);
}

/** @param {string} at - with milliseconds, which messages do not have */
function toTheSecond(at) {
  return `${at.slice(0, 19)}Z`;
}

/** @param {number} lastedMs */
function stepMsOf(lastedMs) {
  let stepMs = FIRST_STEP_MS;
  while (lastedMs >= MOST_STEPS * stepMs) stepMs *= 2;
  return stepMs;
}
