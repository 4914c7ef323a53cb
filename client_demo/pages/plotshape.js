/**
 * A history as lines and areas on a plane of so many pixels.
 *
 * Pure: plot.js puts it on the page.
 */

import { demandOf } from "./history.js";
import { stepOf as roundStep } from "./seats.js";

/** @import { History, Mark, Sample } from "./history.js" */

const MINUTE_MS = 60_000;
// The plot grows to the right and is drawn anew to another scale only now and then.
const SPANS_MIN = [1, 2, 3, 5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 240, 360, 480, 720, 1440];
const TICKS_MIN = [0.25, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 240];
const PX_PER_TIME_TICK = 84;
const MOST_COUNT_TICKS = 4;
const LONGEST_LOOK_AHEAD = 1; // as far ahead as the plot looks back, or two minutes
const SHORTEST_LOOK_AHEAD_MS = 2 * MINUTE_MS;
export const PIN_PX = 20;
const MOST_PIN_ROWS = 3;

/** @typedef {{left: number, right: number, top: number, bottom: number}} Frame - edges in px */

/**
 * @typedef {object} Shape
 * @property {number} from - ms at the left edge
 * @property {number} to - ms at the right edge
 * @property {number} most - people at the upper edge
 * @property {number} top - below the pins, in px
 * @property {string} inside - each a path: the area from the ground
 * @property {string} called - the area on top of it
 * @property {string} waiting - the area on top of that
 * @property {string} demand - the line along its upper edge
 * @property {string} capacity - the line of the seats
 * @property {{x: number, y: number}} now - where the seats that are taken stand at present
 * @property {{path: string, x: number, y: number, arrives: boolean} | null} forecast - up to
 *   where the room is full, or the edge of the plot is reached
 * @property {{x: number, at: number}[]} times
 * @property {{y: number, n: number}[]} counts
 * @property {{x: number, row: number, mark: Mark}[]} pins
 */

/**
 * @param {Readonly<History>} history - with one sample at least
 * @param {{now: number, fullInMs: number | null, frame: Frame}} options
 * @returns {Shape}
 */
export function shapeOf({ samples, marks }, { now, fullInMs, frame }) {
  const from = samples[0].at;
  const to = from + spanMs(now - from, fullInMs);
  const most = roof(Math.max(...samples.map((sample) => Math.max(sample.capacity, demandOf(sample)))));
  const x = (/** @type {number} */ at) => px(frame.left + ((at - from) / (to - from)) * (frame.right - frame.left));
  const pinned = pins(marks, from, x);
  const top = frame.top + PIN_PX * Math.max(1, ...pinned.map(({ row }) => row + 1));
  const y = (/** @type {number} */ n) => px(frame.bottom - (n / most) * (frame.bottom - top));
  const runs = unbroken(samples, now);
  const ground = () => 0;
  const inside = (/** @type {Sample} */ sample) => sample.inside;
  const taken = (/** @type {Sample} */ sample) => sample.inside + sample.called;
  const last = samples[samples.length - 1];
  return {
    from,
    to,
    most,
    top,
    inside: runs.map((run) => area(run, ground, inside, x, y)).join(""),
    called: runs.map((run) => area(run, inside, taken, x, y)).join(""),
    waiting: runs.map((run) => area(run, taken, demandOf, x, y)).join(""),
    demand: runs.map((run) => line(run, demandOf, x, y)).join(""),
    capacity: runs.map((run) => line(run, ({ capacity }) => capacity, x, y)).join(""),
    now: { x: x(last.lostAt ?? now), y: y(taken(last)) },
    forecast: forecast(last, { now, fullInMs, to, x, y }),
    times: timeTicks(from, to, (frame.right - frame.left) / PX_PER_TIME_TICK).map((at) => ({ x: x(at), at })),
    counts: countTicks(most).map((n) => ({ y: y(n), n })),
    pins: pinned,
  };
}

/**
 * @param {number} lookedBackMs
 * @param {number | null} fullInMs
 */
function spanMs(lookedBackMs, fullInMs) {
  const farthest = Math.max(SHORTEST_LOOK_AHEAD_MS, LONGEST_LOOK_AHEAD * lookedBackMs);
  const needed = (lookedBackMs + Math.min(fullInMs ?? 0, farthest)) / MINUTE_MS;
  const span = SPANS_MIN.find((minutes) => minutes > needed);
  return (span ?? Math.ceil(needed / 1440) * 1440) * MINUTE_MS;
}

/**
 * @param {number} n
 * @returns {number} a round figure a little above
 */
function roof(n) {
  const step = roundStep(n, MOST_COUNT_TICKS);
  return Math.max(1, Math.ceil((n * 1.05) / step) * step);
}

/** @param {number} most */
function countTicks(most) {
  const step = roundStep(most, MOST_COUNT_TICKS);
  return Array.from({ length: Math.floor(most / step) + 1 }, (_, turn) => turn * step);
}

/**
 * @param {number} from
 * @param {number} to
 * @param {number} most
 * @returns {number[]} round moments of the wall clock
 */
function timeTicks(from, to, most) {
  const minutes = TICKS_MIN.find((each) => (to - from) / (each * MINUTE_MS) <= most) ?? 480;
  const step = minutes * MINUTE_MS;
  const ticks = [];
  for (let at = Math.ceil(from / step) * step; at <= to; at += step) ticks.push(at);
  return ticks;
}

/**
 * @param {Sample[]} samples
 * @param {number} now
 * @returns {{sample: Sample, until: number}[][]} runs between which nothing is known
 */
function unbroken(samples, now) {
  /** @type {{sample: Sample, until: number}[][]} */
  const runs = [[]];
  samples.forEach((sample, index) => {
    const next = samples[index + 1]?.at ?? now;
    runs[runs.length - 1].push({ sample, until: Math.max(sample.at, sample.lostAt ?? next) });
    if (sample.lostAt !== null && index < samples.length - 1) runs.push([]);
  });
  return runs;
}

/**
 * Figures stay as they are until the next sample, so lines go in steps.
 *
 * @param {{sample: Sample, until: number}[]} run
 * @param {(sample: Sample) => number} figure
 * @param {(at: number) => number} x
 * @param {(n: number) => number} y
 */
function line(run, figure, x, y) {
  const steps = run.map(({ sample, until }) => `V${y(figure(sample))}H${x(until)}`);
  return `M${x(run[0].sample.at)} ${y(figure(run[0].sample))}${steps.join("")}`;
}

/**
 * @param {{sample: Sample, until: number}[]} run
 * @param {(sample: Sample) => number} lower
 * @param {(sample: Sample) => number} upper
 * @param {(at: number) => number} x
 * @param {(n: number) => number} y
 */
function area(run, lower, upper, x, y) {
  const back = [...run].reverse().map(({ sample }) => `V${y(lower(sample))}H${x(sample.at)}`);
  return `${line(run, upper, x, y)}${back.join("")}Z`;
}

/**
 * @param {Sample} last
 * @param {{now: number, fullInMs: number | null, to: number, x: (at: number) => number,
 *          y: (n: number) => number}} options
 */
function forecast(last, { now, fullInMs, to, x, y }) {
  const taken = last.inside + last.called;
  const free = last.capacity - taken;
  if (fullInMs === null || free <= 0 || last.lostAt !== null) return null;
  const shownMs = Math.min(fullInMs, to - now);
  const end = { x: x(now + shownMs), y: y(taken + (free * shownMs) / Math.max(1, fullInMs)) };
  return { path: `M${x(now)} ${y(taken)}L${end.x} ${end.y}`, ...end, arrives: shownMs === fullInMs };
}

/**
 * Pins that would cover each other stand in rows; those of before the plot begins are left out.
 *
 * @param {Mark[]} marks
 * @param {number} from
 * @param {(at: number) => number} x
 */
function pins(marks, from, x) {
  /** @type {number[]} */
  const ends = [];
  return marks
    .filter(({ at }) => at >= from)
    .map((mark) => {
      const place = x(mark.at);
      const free = ends.findIndex((end) => end <= place);
      const row = free === -1 ? Math.min(ends.length, MOST_PIN_ROWS - 1) : free;
      ends[row] = place + PIN_PX;
      return { x: place, row, mark };
    });
}

/** @param {number} value */
function px(value) {
  return Math.round(value * 10) / 10;
}
