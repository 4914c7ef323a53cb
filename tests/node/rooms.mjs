/** A host's room as its messages tell of it, for tests without a browser. */

import { NO_HISTORY, nextHistory } from "../../client_demo/pages/history.js";

export const S = 1_000;
export const MINUTE = 60 * S;

const ROOM = {
  type: "room",
  account: "acme",
  room: "launch",
  title: "Spring launch, live",
  status: "open",
  paused: false,
  epoch: 1,
  capacity: 50,
  occupied: 0,
  held: 0,
  waiting: 0,
  presenters: { capacity: 3, occupied: 1 },
  level: "ok",
  forecast: { joins_per_min: 0, full_in_s: null },
  notice: null,
  plan: "live-50",
};

/** A message and its moment, in ms: the room with these figures. */
export function room(at, figures = {}) {
  return [at, { ...ROOM, rev: at, ...figures }];
}

export function notice(at, { id, level = "full", since }) {
  return [at, { type: "notice", notice: { id, level, occupied: 50, capacity: 50, since } }];
}

export function raised(at, change) {
  return [at, { type: "capacity_changed", from: 50, to: 100, change }];
}

/** The history after these messages, each at its moment. */
export function historyAfter(...told) {
  return goingOn(NO_HISTORY, ...told);
}

/** `history` after these further messages. */
export function goingOn(history, ...told) {
  return told.reduce((before, [at, message]) => nextHistory(before, message, at), history);
}
