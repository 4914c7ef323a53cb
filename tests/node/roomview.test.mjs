/** What messages mean to a host, and how many dots stand for the seats of a room. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { NO_ROOM, nextRoomView } from "../../client_demo/pages/roomview.js";
import { halfCircle, seatsPerDot } from "../../client_demo/pages/seats.js";

const ROOM = { type: "room", capacity: 3, occupied: 3, held: 0, waiting: 5, notice: null };
const RAISED = { type: "capacity_changed", from: 3, to: 6, cause: "upgrade", change: "c1" };

function viewAfter(...messages) {
  return messages.reduce((view, message, turn) => nextRoomView(view, message, 1_000 * turn), NO_ROOM);
}

test("people who come in after an upgrade are counted until the last call is answered", () => {
  const raised = { ...ROOM, capacity: 6, occupied: 3, held: 2, waiting: 0 };
  const some = { ...raised, occupied: 4, held: 1 };
  const all = { ...raised, occupied: 5, held: 0 };
  const newcomer = { ...raised, occupied: 6, held: 0 };

  const coming = viewAfter(ROOM, RAISED, raised, some).arrivals;
  const done = viewAfter(ROOM, RAISED, raised, some, all, newcomer).arrivals;

  assert.deepEqual([coming.came, coming.called, coming.done], [1, 2, false]);
  assert.deepEqual([done.came, done.called, done.done], [2, 2, true]);
});

test("the first and the last who come in are timed from the change of the capacity on", () => {
  const raised = { ...ROOM, capacity: 6, occupied: 3, held: 2, waiting: 0 };
  const some = { ...raised, occupied: 4, held: 1 };
  const all = { ...raised, occupied: 5, held: 0 };

  const called = viewAfter(ROOM, RAISED, raised).arrivals;
  const coming = viewAfter(ROOM, RAISED, raised, some, some).arrivals;
  const done = viewAfter(ROOM, RAISED, raised, some, some, all, all).arrivals;

  assert.deepEqual([called.firstMs, called.lastMs], [null, 0]);
  assert.deepEqual([coming.firstMs, coming.lastMs], [2_000, 2_000]);
  assert.deepEqual([done.firstMs, done.lastMs], [2_000, 4_000]);
});

test("a change of capacity that is told twice is one", () => {
  const raised = { ...ROOM, capacity: 6, occupied: 5, held: 1 };

  const once = viewAfter(ROOM, RAISED, raised);

  assert.deepEqual(viewAfter(ROOM, RAISED, raised, RAISED), once);
});

test("clearing an older notice leaves the one that stands", () => {
  const notice = { type: "notice", notice: { id: "n2" } };

  const kept = viewAfter(notice, { type: "notice_cleared", notice: "n1" });
  const gone = viewAfter(notice, { type: "notice_cleared", notice: "n2" });

  assert.deepEqual(kept.notice, { id: "n2" });
  assert.equal(gone.notice, null);
});

test("the house has a dot for every seat, or for a round number of them", () => {
  for (const seats of [1, 2, 3, 25, 50, 100, 499, 500, 501, 1_000, 5_000, 123_456]) {
    const perDot = seatsPerDot(seats);
    const dots = Math.ceil(seats / perDot);
    const { places } = halfCircle(dots);

    assert.match(`${perDot}`, /^[125]0*$/);
    assert.ok(dots <= 500, `${dots}`);
    assert.equal(places.length, dots);
    for (const { x, y } of places) assert.ok(0 < x && x < 640 && 0 < y && y < 336, `${x} ${y} of ${seats}`);
  }
});
