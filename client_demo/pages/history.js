/**
 * How a room came to be as it is: samples of its figures, and the moments worth a mark.
 *
 * Pure, like roomview.js. Its size is bounded: a long event is kept in coarser steps.
 */

/** @import { Message, MessageOf, NoticeObject, RoomMessage } from "./fullhouse.js" */

const MOST_SAMPLES = 480; // more than the server tells
export const MOST_MARKS = 8; // what a host can take in at a glance
const FIRST_STEP_MS = 1_000;

/**
 * @typedef {object} Sample
 * @property {number} at
 * @property {number} inside
 * @property {number} called
 * @property {number} waiting
 * @property {number} capacity
 * @property {number | null} lostAt - until when this is known to have been so, if the connection
 *   broke before the next sample
 *
 * @typedef {object} Mark
 * @property {number} number - in the order of time, from 1; it stays
 * @property {string} id - the same when told again
 * @property {number} at
 * @property {"nearly_full" | "full" | "capacity" | "paused" | "resumed" | "message" | "withdrawn" | "closed" | "call_next" | "call_next_by" | "bought" | "bought_by" | "purchase" | "purchase_by"} kind
 * @property {Record<string, any>} values - for its words; an amount of money is an object
 *
 * @typedef {object} History
 * @property {number | null} since - when the room was opened, if the server has told the history;
 *   otherwise it is only what this page has seen
 * @property {number} stepMs - there is one sample in a step at most, beside the newest of all
 * @property {number | null} epoch - of the room, as last told
 * @property {boolean | null} paused - as last told
 * @property {string | null} said - the message to the line, as last told: its key, "" for none
 * @property {string | null} stood - the notice that stood when the page last came, or came back
 * @property {Sample[]} samples - the oldest first
 * @property {Mark[]} marks - the newest of them, the oldest first
 */

/** @type {Readonly<History>} */
export const NO_HISTORY = Object.freeze({
  since: null,
  stepMs: FIRST_STEP_MS,
  epoch: null,
  paused: null,
  said: null,
  stood: null,
  samples: [],
  marks: [],
});

/** @type {Record<string, (history: History, message: any, at: number) => History>} - by the type of the message */
const STEPS = { room: roomTold, notice: noticeTold, capacity_changed: capacityChanged };

/**
 * @param {Readonly<History>} history
 * @param {Message} message
 * @param {number} at - when it came, in ms
 * @returns {Readonly<History>}
 */
export function nextHistory(history, message, at) {
  const step = STEPS[message.type];
  return step ? step(history, message, at) : history;
}

/**
 * The connection broke: what happens from now on is not known until the next message.
 *
 * @param {Readonly<History>} history
 * @param {number} at
 * @returns {Readonly<History>}
 */
export function losingSight(history, at) {
  const last = history.samples.at(-1);
  if (!last || last.lostAt !== null) return history;
  return { ...history, samples: [...history.samples.slice(0, -1), { ...last, lostAt: at }] };
}

/** @param {Readonly<Sample>} sample */
export function demandOf({ inside, called, waiting }) {
  return inside + called + waiting;
}

/**
 * @param {History} history
 * @param {RoomMessage} room
 * @param {number} at
 * @returns {History}
 */
function roomTold(history, room, at) {
  const begun = isOver(history) && room.status === "open" ? NO_HISTORY : history; // opened anew
  const { paused, status, epoch = null, rev } = room;
  const stood = begun.samples.at(-1)?.lostAt === null ? begun.stood : (room.notice?.id ?? null);
  const said = room.message ? messageKey(room.message) : "";
  const samples = withSample(begun, sampleOf(room, at));
  const sampled = withMessage(bounded({ ...begun, epoch, paused, said, stood, samples }), begun.said, room, at);
  const kind = paused ? "paused" : "resumed";
  const turned = begun.paused !== null && begun.paused !== paused;
  const held = turned ? marked(sampled, { at, kind, id: `line-${epoch}-${rev}`, values: {} }) : sampled;
  return status === "closed" ? marked(held, { at, kind: "closed", id: `closed-${epoch}`, values: {} }) : held;
}

/** @param {{text: string | null, at: string | null}} message - to the line */
export function messageKey({ text, at }) {
  return `${at}-${text}`;
}

/**
 * @param {History} history
 * @param {string | null} before - what was said before
 * @param {RoomMessage} room
 * @param {number} at
 */
function withMessage(history, before, { message, status }, at) {
  if (before === null || before === history.said || status === "closed") return history;
  if (!message) return marked(history, { at, kind: "withdrawn", id: `withdrawn-${before}`, values: { text: "" } });
  const text = message.text ?? "";
  return marked(history, { at, kind: "message", id: `message-${history.said}`, values: { text } });
}

/**
 * @param {RoomMessage} room
 * @param {number} at
 * @returns {Sample}
 */
function sampleOf({ occupied, held, waiting, capacity }, at) {
  return { at, inside: occupied, called: held, waiting, capacity, lostAt: null };
}

/** @param {History} history */
function isOver({ marks }) {
  return marks.at(-1)?.kind === "closed";
}

/**
 * @param {History} history
 * @param {MessageOf<"notice">} message
 * @param {number} at
 * @returns {History}
 */
function noticeTold(history, { notice }, at) {
  const { id, level, occupied, capacity } = notice;
  const mark = { at: momentOf(history, notice, at), kind: level, id };
  return marked(history, { ...mark, values: { n: occupied, capacity } });
}

/**
 * News is of now, whatever the server's clock says. What stood already when the page came, or came
 * back, is dated back into the time that it did not see.
 *
 * @param {History} history
 * @param {NoticeObject} notice
 * @param {number} at
 */
function momentOf({ samples, stood }, { id, since }, at) {
  if (id !== stood) return at;
  const lostAt = samples.findLast((sample) => sample.lostAt !== null)?.lostAt ?? -Infinity;
  return Math.min(at, Math.max(lostAt, Date.parse(since)));
}

/**
 * @param {History} history
 * @param {MessageOf<"capacity_changed">} message
 * @param {number} at
 * @returns {History}
 */
function capacityChanged(history, { from, to, change }, at) {
  return marked(history, { at, kind: "capacity", id: change, values: { from, to } });
}

/**
 * @param {History} history
 * @param {Omit<Mark, "number">} mark
 * @returns {History}
 */
function marked(history, mark) {
  if (history.marks.some(({ id }) => id === mark.id)) return history; // told twice
  const number = (history.marks.at(-1)?.number ?? 0) + 1;
  return { ...history, marks: [...history.marks, { ...mark, number }].slice(-MOST_MARKS) };
}

/**
 * The newest stands for itself until the next comes; then it is one with those of its step.
 *
 * @param {History} history
 * @param {Sample} sample
 */
function withSample({ samples, stepMs }, sample) {
  const [last, before] = [samples.at(-1), samples.at(-2)];
  const isOneStep = last && before && before.lostAt === null && stepOf(before, stepMs) === stepOf(last, stepMs);
  return isOneStep ? [...samples.slice(0, -2), merged(before, last), sample] : [...samples, sample];
}

/**
 * @param {Sample} sample
 * @param {number} stepMs
 */
function stepOf({ at }, stepMs) {
  return Math.floor(at / stepMs);
}

/** @param {History} history */
function bounded(history) {
  return history.samples.length > MOST_SAMPLES ? coarser(history) : history;
}

/**
 * Steps twice as long.
 *
 * @param {History} history
 * @returns {History}
 */
function coarser(history) {
  const stepMs = 2 * history.stepMs;
  const newest = history.samples.at(-1);
  /** @type {Sample[]} */
  const samples = [];
  for (const sample of history.samples) {
    const last = samples.at(-1);
    const goesWithLast = last && sample !== newest && stepOf(last, stepMs) === stepOf(sample, stepMs);
    if (goesWithLast) samples[samples.length - 1] = merged(last, sample);
    else samples.push(sample);
  }
  return { ...history, stepMs, samples };
}

/**
 * Of two samples the one with more people stays, so that no peak is lost.
 *
 * @param {Sample} earlier
 * @param {Sample} later
 * @returns {Sample}
 */
function merged(earlier, later) {
  const higher = demandOf(earlier) > demandOf(later) ? earlier : later;
  return { ...higher, at: earlier.at, lostAt: later.lostAt };
}
