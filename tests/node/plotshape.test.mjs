/** The lines that a host page draws of what it remembers. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { losingSight } from "../../client_demo/pages/history.js";
import { shapeOf } from "../../client_demo/pages/plotshape.js";
import { MINUTE, S, goingOn, historyAfter, notice, raised, room } from "./rooms.mjs";

const FRAME = { left: 0, right: 600, top: 0, bottom: 220 }; // under one row of pins: 200 px of plot

function shape(history, now, fullInMs = null) {
  return shapeOf(history, { now, fullInMs, frame: FRAME });
}

test("figures stand until the next and are stacked", () => {
  const history = historyAfter(room(0, { occupied: 10 }), room(60 * S, { occupied: 40, held: 10, waiting: 30 }));

  const { from, to, most, demand, capacity, inside, called, now } = shape(history, 90 * S);

  assert.deepEqual([from, to, most], [0, 2 * MINUTE, 100]);
  // 5 px a second, 2 px a person, the ground at 220 px.
  assert.equal(demand, "M0 200V200H300V60H450");
  assert.equal(capacity, "M0 120V120H300V120H450");
  assert.match(inside, /^M0 200V200H300V140H450/);
  assert.match(called, /^M0 200V200H300V120H450V140/);
  assert.deepEqual(now, { x: 450, y: 120 });
});

test("nothing is drawn for the time without a connection", () => {
  // The connection broke at 30 s, and the next message came at 90 s.
  const blind = losingSight(historyAfter(room(0, { occupied: 10 })), 30 * S);
  const seeing = goingOn(blind, room(90 * S, { occupied: 20 }));

  const runs = shape(seeing, 100 * S).demand.split("M").slice(1);

  assert.deepEqual(losingSight(blind, 40 * S), blind);
  assert.deepEqual(
    runs.map((run) => [run.split(" ")[0], run.split("H").at(-1)]),
    [
      ["0", "150"],
      ["450", "500"],
    ],
  );
});

test("the forecast leads from the seats taken now to the full room", () => {
  const history = historyAfter(room(0, { occupied: 20 }), room(60 * S, { occupied: 25, held: 5 }));

  const { to, most, forecast } = shape(history, 60 * S, 60 * S);

  // Three minutes wide, 60 people high: at 1 min 30 of them, at 2 min all 50 seats.
  assert.deepEqual([to, most], [3 * MINUTE, 60]);
  assert.deepEqual(forecast, { path: "M200 120L400 53.3", x: 400, y: 53.3, arrives: true });
});

test("a distant forecast ends at the edge on its way up", () => {
  // Seen for a minute, full in an hour: the plot does not become a thread at its left edge.
  const history = historyAfter(room(0, { occupied: 20 }), room(60 * S, { occupied: 30 }));

  const { to, forecast } = shape(history, 60 * S, 60 * MINUTE);

  assert.equal(to, 5 * MINUTE);
  assert.deepEqual([forecast.arrives, forecast.x], [false, FRAME.right]);
  assert.ok(53.3 < forecast.y && forecast.y < 120, `${forecast.y}`);
});

test("there is no forecast for a full room", () => {
  const history = historyAfter(room(0, { occupied: 45, held: 5 }));

  assert.equal(shape(history, S, MINUTE).forecast, null);
});

test("pins that would cover each other stand in rows", () => {
  // At 10 px a second, pins are 20 px wide; the moment before the page was opened has none.
  const history = historyAfter(
    room(10 * S, { notice: { id: "before" } }),
    notice(10 * S, { id: "before", since: "1970-01-01T00:00:05Z" }),
    raised(20 * S, "c1"),
    raised(21 * S, "c2"),
    raised(23 * S, "c3"),
  );

  const { pins, top } = shape(history, 30 * S);

  assert.deepEqual(
    pins.map(({ mark, x, row }) => [mark.number, x, row]),
    [
      [2, 100, 0],
      [3, 110, 1],
      [4, 130, 0],
    ],
  );
  assert.equal(top, 40, "two rows");
});

test("the plot is drawn to another scale only now and then", () => {
  const history = historyAfter(room(0, { occupied: 1 }));

  const shapes = [1, 59, 61, 119, 121, 179, 200, 299, 3_600 * 30].map((now) => shape(history, now * S));

  assert.deepEqual(
    shapes.map(({ to }) => to / MINUTE),
    [1, 1, 2, 2, 3, 3, 5, 5, 2 * 1440],
  );
  for (const { times } of shapes) assert.ok(2 <= times.length && times.length <= 8, `${times.length}`);
});
