/** What a host page remembers of an event, and when it brings a notice back. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { losingSight } from "../../client_demo/pages/history.js";
import { historyFrom } from "../../client_demo/pages/toldhistory.js";
import { isAsleep, snoozed } from "../../client_demo/pages/snooze.js";
import { MINUTE, S, goingOn, historyAfter, notice, raised, room } from "./rooms.mjs";

function figures({ samples }) {
  return samples.map(({ at, inside, called, waiting, capacity }) => [at, inside, called, waiting, capacity]);
}

function moments({ marks }) {
  return marks.map(({ at }) => at);
}

test("of each second the most people are kept, and of the last the newest", () => {
  const history = historyAfter(
    room(0, { occupied: 1 }),
    room(400, { occupied: 2, held: 1 }),
    room(800, { occupied: 2 }),
    room(1_300, { occupied: 3, waiting: 4 }),
    room(1_600, { occupied: 3 }),
  );

  assert.deepEqual(figures(history), [
    [0, 2, 1, 0, 50],
    [1_300, 3, 0, 4, 50],
    [1_600, 3, 0, 0, 50],
  ]);
});

test("a long event is kept in coarser steps that lose no peak", () => {
  // Ten hours, a message a second; for a single one of them there are 700 people.
  const peak = 12_345 * S;
  const seconds = Array.from({ length: 36_000 }, (_, second) => second * S);

  const history = historyAfter(...seconds.map((at) => room(at, { occupied: 50, waiting: at === peak ? 650 : 10 })));

  const { samples } = history;
  assert.ok(240 <= samples.length && samples.length <= 480, `${samples.length}`);
  assert.deepEqual([samples[0].at, samples.at(-1).at], [0, 35_999 * S]);
  const highest = samples.reduce((most, sample) => (sample.waiting > most.waiting ? sample : most));
  assert.equal(highest.waiting, 650);
  assert.ok(Math.abs(highest.at - peak) < history.stepMs);
});

test("every moment has a mark and a number that stays", () => {
  const history = historyAfter(
    room(1 * S, { paused: false }),
    notice(2 * S, { id: "n1", level: "nearly_full", since: "1970-01-01T00:00:02Z" }),
    notice(3 * S, { id: "n2", since: "1970-01-01T00:00:03Z" }),
    room(4 * S, { paused: true }),
    raised(5 * S, "c1"),
    room(6 * S, { paused: false }),
    room(7 * S, { status: "closed" }),
  );

  assert.deepEqual(
    history.marks.map(({ number, at, kind }) => [number, at, kind]),
    [
      [1, 2 * S, "nearly_full"],
      [2, 3 * S, "full"],
      [3, 4 * S, "paused"],
      [4, 5 * S, "capacity"],
      [5, 6 * S, "resumed"],
      [6, 7 * S, "closed"],
    ],
  );
});

test("what is told twice is one moment", () => {
  // After a reconnect, the notice that stands is told again.
  const told = [
    room(1 * S),
    notice(2 * S, { id: "n1", since: "1970-01-01T00:00:02Z" }),
    raised(3 * S, "c1"),
    room(4 * S, { status: "closed" }),
  ];

  const once = historyAfter(...told);
  const again = historyAfter(...told, ...told.slice(1));

  assert.equal(once.marks.length, 3);
  assert.deepEqual(again.marks, once.marks);
});

test("the moments are bounded and the newest stay", () => {
  const many = Array.from({ length: 100 }, (_, turn) => raised((turn + 1) * S, `c${turn + 1}`));

  const { marks } = historyAfter(room(0), ...many);

  assert.deepEqual(
    marks.map(({ number }) => number),
    [93, 94, 95, 96, 97, 98, 99, 100],
  );
});

test("a room that is opened anew begins a history of its own", () => {
  const history = historyAfter(
    room(1 * S, { occupied: 9 }),
    room(2 * S, { occupied: 9, status: "closed" }),
    room(9 * S, { occupied: 0, epoch: 2 }),
  );

  assert.deepEqual(figures(history), [[9 * S, 0, 0, 0, 50]]);
  assert.deepEqual(history.marks, []);
});

test("a notice that stood before is dated back, and news is of now", () => {
  // The server's clock may be slow or fast, and the page knows when it heard of something.
  const history = historyAfter(
    room(100 * S, { notice: { id: "old" } }),
    notice(100 * S, { id: "old", since: "1970-01-01T00:00:40Z" }),
    room(101 * S, { notice: { id: "news" } }),
    notice(101 * S, { id: "news", since: "1970-01-01T00:01:00Z" }),
  );

  assert.deepEqual(moments(history), [40 * S, 101 * S]);
});

test("no notice is of the future", () => {
  const history = historyAfter(
    room(100 * S, { notice: { id: "old" } }),
    notice(100 * S, { id: "old", since: "1970-01-01T09:00:00Z" }),
  );

  assert.deepEqual(moments(history), [100 * S]);
});

test("a notice of the time without a connection falls into that time", () => {
  // The connection was away from 30 s to 90 s; the server's clock may be slow.
  const away = losingSight(historyAfter(room(0)), 30 * S);

  for (const [since, mark] of [["1970-01-01T00:01:00Z", 60 * S], ["1970-01-01T00:00:10Z", 30 * S]]) {
    const history = goingOn(away, room(90 * S, { notice: { id: "n1" } }), notice(90 * S, { id: "n1", since }));

    assert.deepEqual(moments(history), [mark], since);
  }
});

test("a reminder ends in time or with another notice", () => {
  const [first, full] = [{ id: "n1", level: "nearly_full" }, { id: "n2", level: "full" }];
  const snooze = snoozed(first, 0);

  assert.equal(isAsleep(snooze, first, 5 * MINUTE - 1), true);
  assert.equal(isAsleep(snooze, first, 5 * MINUTE), false);
  assert.equal(isAsleep(snooze, full, 1), false);
  assert.equal(isAsleep(snooze, null, 1), false);
  assert.equal(isAsleep(null, first, 1), false);
});

const TOLD = {
  since: "1970-01-01T00:00:10.000Z",
  now: "1970-01-01T00:01:00.500Z",
  steps: [
    { at: "1970-01-01T00:00:10.000Z", inside: 0, held: 0, waiting: 0, capacity: 50 },
    { at: "1970-01-01T00:00:40.250Z", inside: 50, held: 0, waiting: 3, capacity: 50 },
  ],
  moments: [
    { kind: "opened", at: "1970-01-01T00:00:10.000Z" },
    { kind: "notice", at: "1970-01-01T00:00:40.250Z", notice: "n1", level: "full", occupied: 50, capacity: 50 },
    { kind: "pause", at: "1970-01-01T00:00:41.000Z", paused: true },
    { kind: "message", at: "1970-01-01T00:00:42.700Z", text: "Soon" },
    { kind: "purchase", at: "1970-01-01T00:00:50.000Z", plan: "live-100", upgrade: "c1" },
    { kind: "capacity", at: "1970-01-01T00:00:50.000Z", from: 50, to: 100, cause: "upgrade", change: "c1" },
  ],
};
const SOON = { text: "Soon", at: "1970-01-01T00:00:42Z" };

test("the page goes on with what the server tells, by the reader's clock", () => {
  const [at, now] = room(100.5 * S, { paused: true, message: SOON }); // 40 s ahead of the server
  const history = historyFrom(TOLD, now, at);

  assert.equal(history.since, 50 * S);
  assert.deepEqual(figures(history), [
    [50 * S, 0, 0, 0, 50],
    [80.25 * S, 50, 0, 3, 50],
  ]);
  assert.deepEqual(
    history.marks.map(({ number, kind, at }) => [number, kind, at]),
    [
      [1, "full", 80.25 * S],
      [2, "paused", 81 * S],
      [3, "message", 82.7 * S],
      [4, "capacity", 90 * S],
    ],
  );
});

test("what the server has told is not told again by messages", () => {
  const [at, now] = room(100.5 * S, { paused: true, message: SOON });
  const told = historyFrom(TOLD, now, at);

  const again = goingOn(told, [at, now], notice(101 * S, { id: "n1" }), raised(102 * S, "c1"));

  assert.deepEqual(again.marks, told.marks);
});

test("a message to the line is a moment, and so is its end", () => {
  const history = historyAfter(
    room(1 * S, { message: null }),
    room(2 * S, { message: SOON }),
    room(3 * S, { message: SOON }),
    room(4 * S, { message: { ...SOON, text: "Now" } }),
    room(5 * S, { message: null }),
  );

  assert.deepEqual(
    history.marks.map(({ kind, at, values }) => [kind, at, values.text]),
    [
      ["message", 2 * S, "Soon"],
      ["message", 4 * S, "Now"],
      ["withdrawn", 5 * S, ""],
    ],
  );
});

test("a history of the server is never coarser than it was told", () => {
  const steps = Array.from({ length: 360 }, (_, n) => ({ ...TOLD.steps[0], at: new Date(16 * n * S).toISOString(), inside: n }));
  const told = { since: steps[0].at, now: new Date(16 * 360 * S - 1).toISOString(), steps, moments: [] };
  const [at, now] = room(16 * 360 * S, { occupied: 7 });

  const history = goingOn(historyFrom(told, now, at), [at, now]);

  assert.equal(history.stepMs, 16 * S);
  assert.equal(history.samples.length, 361);
});

test("a purchase and its seats are one mark with price and buyer, and so is a person let in first", () => {
  const price = { amount: 6_500, currency: "EUR" };
  const moments = [
    { kind: "purchase", at: "1970-01-01T00:00:50.000Z", plan: "live-100", upgrade: "c1", price, by: "hera" },
    { kind: "capacity", at: "1970-01-01T00:00:50.000Z", from: 50, to: 100, cause: "upgrade", change: "c1" },
    { kind: "purchase", at: "1970-01-01T00:00:51.000Z", plan: "live-250", upgrade: "c2", price, by: null },
    { kind: "call_next", at: "1970-01-01T00:00:52.000Z", participant: "ada", by: null, reason: "speaks" },
  ];
  const { marks } = historyFrom({ ...TOLD, moments }, room(60 * S), 60 * S);
  assert.deepEqual(
    marks.map(({ kind, id }) => [kind, id]),
    [["bought_by", "c1"], ["purchase", "purchase-c2"], ["call_next", "call-1970-01-01T00:00:52.000Z-ada"]],
  );
  assert.deepEqual(marks[0].values, { from: 50, to: 100, plan: "live-100", price, by: "hera" });
});
