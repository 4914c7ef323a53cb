/**
 * Which bars the host page shows. All of them are decided here, from one state, so that no two of
 * them contradict each other, and each goes when its reason goes. Pure.
 *
 * Above the seats there is one bar at a time: people who come in after a purchase, else the notice,
 * else how full the room is.
 */

import { staleSince } from "../library/linkstate.js";
import { isAsleep } from "./snooze.js";

/** @import { Link, NoticeObject, RoomMessage } from "./fullhouse.js" */
/** @import { Arrivals, RoomView } from "./roomview.js" */
/** @import { Snooze } from "./snooze.js" */

export const NEWS_MS = 60_000; // how long it is news that people came in
export const BRIEF_MS = 15_000; // and how long where a notice waits for its turn

/**
 * @typedef {object} HostState - all that decides the bars
 * @property {Readonly<RoomView>} view
 * @property {Snooze | null} snooze
 * @property {string} closedChange - the change of capacity whose bar the host has closed
 * @property {"none" | "open" | "bought" | "failed"} payment - what is known of a payment under way,
 *   or of the last one
 * @property {boolean} isRefused - the owner of the account was asked, and said no
 * @property {Readonly<Link>} link
 * @property {number} now - in ms since 1970
 * @property {number} clock - in ms of the clock that timed the arrivals
 *
 * @typedef {object} HostBars
 * @property {NoticeObject | null} notice - to be shown
 * @property {Readonly<Arrivals> | null} arrivals - to be shown
 * @property {boolean} isAsleep - a notice stands, and the host has put it off
 * @property {NoticeObject | null} selling - the notice whose plans are offered below the bars, asleep or not
 * @property {boolean} payment - the bar about a payment
 * @property {boolean} refusal - the bar that says that the owner said no
 * @property {number | null} asOf - since when the figures are out of date
 */

/**
 * @param {HostState} state
 * @returns {HostBars}
 */
export function barsOf(state) {
  const { view, snooze, now } = state;
  const standing = view.room?.status === "open" ? view.notice : null;
  const sleeps = isAsleep(snooze, standing, now);
  const awake = sleeps ? null : standing;
  const arrivals = newsOf(state, awake);
  return {
    notice: arrivals ? null : awake,
    arrivals,
    isAsleep: sleeps,
    selling: awake,
    payment: hasPaymentNews(state, arrivals),
    refusal: state.isRefused && !awake && !arrivals && view.room?.status !== "closed",
    asOf: view.room ? staleSince(state.link) : null,
  };
}

/**
 * @param {HostState} state
 * @param {NoticeObject | null} awake - a notice that stands
 */
function newsOf({ view: { room, arrivals }, closedChange, clock }, awake) {
  if (!room || !arrivals || arrivals.change === closedChange || !opensSeats(arrivals, room)) return null;
  if (!arrivals.done) return arrivals;
  const isOld = clock - arrivals.at - arrivals.lastMs > (awake ? BRIEF_MS : NEWS_MS);
  return isOld ? null : arrivals;
}

/**
 * That a payment has arrived is told together with its seats, and goes with that news.
 *
 * @param {HostState} state
 * @param {Readonly<Arrivals> | null} shown
 */
function hasPaymentNews({ payment, view }, shown) {
  return payment === "bought" ? shown !== null || view.arrivals === null : payment !== "none";
}

/**
 * Whether there are more seats than before, and people can come in.
 *
 * @param {Readonly<Arrivals>} arrivals
 * @param {RoomMessage} room
 */
function opensSeats({ from, to }, { status, level, capacity }) {
  return to > from && status === "open" && level !== "draining" && capacity >= to;
}
