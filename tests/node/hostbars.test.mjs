/** The bars of the host page: none contradicts another, and each goes when its reason goes. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { NO_ALERT, nextAlert } from "../../client_demo/library/hostalert.js";
import { firstLink } from "../../client_demo/library/linkstate.js";
import { barsOf, BRIEF_MS, NEWS_MS } from "../../client_demo/pages/hostbars.js";
import { snoozed } from "../../client_demo/pages/snooze.js";
import { tabWords } from "../../client_demo/library/tabwords.js";
import { wordsOf } from "./words.mjs";

const NOW = Date.UTC(2026, 2, 1, 17);
const LIVE = { ...firstLink(), phase: "live", since: NOW - 60_000 };
const AWAY = { ...LIVE, phase: "away", since: NOW - 5_000 };
const ROOM = { status: "open", level: "ok", capacity: 100, occupied: 62, held: 0, waiting: 0, paused: false };
const FULL = { ...ROOM, level: "full", occupied: 100, waiting: 12 };
const NOTICE = { id: "n1", level: "full", offers: [] };
const COMING = { from: 50, to: 100, change: "c1", before: 50, called: 12, came: 4, done: false, at: 1_000, firstMs: 600, lastMs: 2_000 };
const CAME = { ...COMING, came: 12, done: true, lastMs: 9_000 };

function bars({ room = ROOM, notice = null, arrivals = null, ...more } = {}) {
  const state = { snooze: null, closedChange: "", payment: "none", isRefused: false, link: LIVE, now: NOW, clock: 12_000 };
  return barsOf({ ...state, view: { room, notice, arrivals }, ...more });
}

/** What of the bar above the seats is shown, of the three that there are. */
function above({ notice, arrivals }) {
  return [notice && "notice", arrivals && "arrivals"].filter(Boolean);
}

test("above the seats there is one bar at most, whatever comes together", () => {
  const rooms = [ROOM, FULL, { ...FULL, level: "draining" }, { ...ROOM, status: "closed" }];
  const snoozes = [null, snoozed(NOTICE, NOW), snoozed({ id: "n0" }, NOW)];
  for (const room of rooms)
    for (const notice of [null, NOTICE])
      for (const arrivals of [null, COMING, CAME])
        for (const snooze of snoozes)
          for (const closedChange of ["", "c1"]) {
            const shown = bars({ room, notice, arrivals, snooze, closedChange });
            assert.ok(above(shown).length <= 1);
            if (room.status === "closed") assert.deepEqual([above(shown), shown.selling], [[], null]);
          }
});

test("people who come in are counted first, then the notice has its turn", () => {
  assert.deepEqual(above(bars({ room: FULL, notice: NOTICE, arrivals: COMING })), ["arrivals"]);
  const came = (clock) => above(bars({ room: FULL, notice: NOTICE, arrivals: CAME, clock }));
  assert.deepEqual(came(CAME.at + CAME.lastMs + BRIEF_MS), ["arrivals"]);
  assert.deepEqual(came(CAME.at + CAME.lastMs + BRIEF_MS + 1), ["notice"]);
  assert.equal(bars({ room: FULL, notice: NOTICE, arrivals: COMING }).selling, NOTICE);
});

test("that people came in is news for a minute, and only while the seats are there", () => {
  const at = (clock, more = {}) => above(bars({ arrivals: CAME, clock, ...more }));

  assert.deepEqual(at(CAME.at + CAME.lastMs + NEWS_MS), ["arrivals"]);
  assert.deepEqual(at(CAME.at + CAME.lastMs + NEWS_MS + 1), []);
  assert.deepEqual(at(12_000, { room: { ...ROOM, capacity: 80 } }), []);
  assert.deepEqual(at(12_000, { closedChange: "c1" }), []);
});

test("a notice that was put off is neither shown nor sold, and the next one is", () => {
  const asleep = bars({ notice: NOTICE, snooze: snoozed(NOTICE, NOW) });
  const next = bars({ notice: { ...NOTICE, id: "n2" }, snooze: snoozed(NOTICE, NOW) });

  assert.deepEqual([above(asleep), asleep.isAsleep, asleep.selling], [[], true, null]);
  assert.deepEqual([above(next), next.isAsleep], [["notice"], false]);
});

test("that a payment has arrived is told together with its seats, and goes with them", () => {
  assert.equal(bars({ payment: "bought" }).payment, true);
  assert.equal(bars({ payment: "bought", arrivals: CAME }).payment, true);
  assert.equal(bars({ payment: "bought", arrivals: CAME, clock: 1e9 }).payment, false);
  assert.equal(bars({ payment: "bought", arrivals: CAME, closedChange: "c1" }).payment, false);
  assert.equal(bars({ payment: "open", arrivals: CAME }).payment, true);
});

test("the owner's no goes with the next notice, with new seats and with the event", () => {
  const refused = { isRefused: true };

  assert.equal(bars(refused).refusal, true);
  assert.equal(bars({ ...refused, notice: NOTICE }).refusal, false);
  assert.equal(bars({ ...refused, arrivals: COMING }).refusal, false);
  assert.equal(bars({ ...refused, room: { ...ROOM, status: "closed" } }).refusal, false);
});

test("figures have an age while the page is cut off, and none after the end of the event", () => {
  assert.equal(bars().asOf, null);
  assert.equal(bars({ link: AWAY }).asOf, AWAY.since);
  assert.equal(bars({ link: { ...AWAY, phase: "ended", code: 4013 } }).asOf, AWAY.since);
  assert.equal(bars({ link: { ...AWAY, phase: "ended", code: 4010 } }).asOf, null);
});

test("a tab says what its page would say first", () => {
  const said = (state) => tabWords(state.room ?? ROOM, bars(state), wordsOf("en"));

  assert.equal(said({}), "62/100");
  assert.equal(said({ room: FULL, notice: NOTICE }), "● Full 100/100 · 12 people wait");
  assert.match(said({ room: FULL, notice: NOTICE, link: AWAY }), /^100\/100 · As of \d+:59$/);
  assert.equal(said({ room: { ...ROOM, status: "closed" } }), "Event over");
});

const seen = (notice) => ({ notice, isLooking: true });
const unseen = (notice) => ({ notice, isLooking: false });

function alertAfter(...watched) {
  return watched.reduce(nextAlert, NO_ALERT);
}

test("a notice alerts a host who looks elsewhere once, and the alert goes with the notice", () => {
  const alerted = alertAfter(unseen(NOTICE));

  assert.equal(alerted.shown, "n1");
  assert.equal(nextAlert(alerted, unseen(NOTICE)), alerted);
  assert.equal(alertAfter(unseen(NOTICE), unseen(null)).shown, null);
  assert.equal(alertAfter(unseen(NOTICE), unseen(null), unseen(NOTICE)).shown, null);
  assert.equal(alertAfter(unseen(NOTICE), unseen({ id: "n2" })).shown, "n2");
});

test("what the host has seen does not alert later", () => {
  assert.equal(alertAfter(seen(NOTICE), unseen(NOTICE)).shown, null);
  assert.equal(alertAfter(unseen(NOTICE), seen(NOTICE)).shown, null);
  assert.equal(alertAfter(seen(NOTICE), unseen({ id: "n2" })).shown, "n2");
});
