/** What messages mean to a person with a place. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { askAfterMs, isOld } from "../../client_demo/library/asking.js";
import { NOWHERE, momentMs, nextPlace } from "../../client_demo/library/place.js";

const WAITING = {
  type: "waiting",
  ticket: 100,
  ahead: 7,
  called: false,
  called_to: 92,
  reason: "full",
  claim_s: null,
  grace_s: 30,
  away_s: 600,
  estimate_s: null,
};
const CALL = {
  type: "refresh_required",
  refresh: "one",
  called_from: 91,
  called_to: 110,
  window_ms: 2_000,
  claim_s: 45,
};

/** The place after these messages, the first at 0 ms and each a second later. */
function placeAfter(...messages) {
  return messages.reduce((place, message, turn) => nextPlace(place, message, 1_000 * turn), NOWHERE);
}

test("one's own moment follows from the ticket", () => {
  // Twenty tickets over two seconds; lower ones were called before and have no moment here.
  const moments = [91, 92, 110, 90, 1].map((ticket) => momentMs(ticket, CALL));

  assert.deepEqual(moments, [0, 100, 1_900, 0, 0]);
});

test("a called person has the claim time after the own moment", () => {
  const { kind, momentAt, claimUntil } = placeAfter(WAITING, CALL);

  assert.deepEqual([kind, momentAt, claimUntil], ["called", 1_000 + 900, 1_000 + 900 + 45_000]);
});

test("a call that is repeated or followed by another moves no moment", () => {
  const later = { ...CALL, refresh: "two", called_from: 111, called_to: 120 };

  const once = placeAfter(WAITING, CALL);

  assert.deepEqual(placeAfter(WAITING, CALL, CALL), once);
  assert.deepEqual(placeAfter(WAITING, CALL, later), once);
});

test("nobody called leaves everybody waiting", () => {
  const { kind, ahead } = placeAfter(WAITING, { ...CALL, called_from: 93, called_to: 92 });

  assert.deepEqual([kind, ahead], ["waiting", 7]);
});

test("whoever is behind the call moves up", () => {
  const { kind, ahead, firstAhead } = placeAfter(WAITING, { ...CALL, called_from: 93, called_to: 97 });

  assert.deepEqual([kind, ahead, firstAhead], ["waiting", 2, 7]);
});

test("somebody who returns to a place in front is ahead again", () => {
  const later = { ...WAITING, ahead: 9 };
  const { ahead, firstAhead } = placeAfter(WAITING, { type: "line", ahead: 4 }, later);

  assert.deepEqual([ahead, firstAhead], [9, 9]);
  assert.equal(placeAfter(WAITING, { type: "line", ahead: 4 }, { type: "line", ahead: 5 }).ahead, 5);
});

test("each message of the line has its own estimate, and a time", () => {
  const { ahead, estimate, toldAt } = placeAfter(WAITING, { type: "line", ahead: 4, estimate_s: [60, 240] });

  assert.deepEqual([ahead, estimate, toldAt], [4, [60, 240], 1_000]);
});

test("an estimate that became impossible goes, and one that was not told stays", () => {
  const known = { ...WAITING, estimate_s: [60, 240] };

  assert.equal(placeAfter(known, { type: "line", ahead: 7, estimate_s: null }).estimate, null);
  assert.deepEqual(placeAfter(known, { type: "line", ahead: 7 }).estimate, [60, 240]);
});

test("a page asks for its place again when what it was told is old", () => {
  const place = placeAfter(WAITING);
  const askAfter = askAfterMs(() => 0.5);
  const old = (now, askedAt = 0) => isOld(place, { askedAt, askAfterMs: askAfter, now });

  assert.equal(askAfter, 150_000);
  assert.deepEqual([old(149_999), old(150_000), old(150_000, 1), old(150_001, 1)], [false, true, false, true]);
  assert.equal(isOld({ ...place, kind: "called" }, { askedAt: 0, askAfterMs: askAfter, now: 1e9 }), false);
});

test("a missed call is a new ticket with its own place", () => {
  const anew = { ...WAITING, ticket: 130, ahead: 20, reason: "missed_call" };

  const { kind, ahead, reason, firstAhead } = placeAfter(WAITING, CALL, anew);

  assert.deepEqual([kind, ahead, reason, firstAhead], ["waiting", 20, "missed_call", 20]);
});

test("being called already at hello counts what is left", () => {
  const { kind, momentAt, claimUntil } = placeAfter({ ...WAITING, called: true, ahead: 0, claim_s: 12 });

  assert.deepEqual([kind, momentAt, claimUntil], ["called", 0, 12_000]);
});

const MESSAGE = { type: "message", text: "We open at eight", at: "2026-03-01T19:00:00Z" };

test("a message of the host stands until it is withdrawn, also while one is called", () => {
  const { text, at } = MESSAGE;

  assert.deepEqual(placeAfter(WAITING, MESSAGE).message, { text, at });
  assert.deepEqual(placeAfter(WAITING, MESSAGE, CALL).message, { text, at });
  assert.equal(placeAfter(WAITING, MESSAGE, { ...MESSAGE, text: null }).message, null);
});

test("a waiting ends the message, for whoever missed that it was withdrawn", () => {
  assert.equal(placeAfter(WAITING, MESSAGE, WAITING).message, null);
});

test("nobody reads the message who is not in line", () => {
  const seated = { type: "seated", grace_s: 20 };

  assert.equal(placeAfter(WAITING, MESSAGE, seated).message, null);
  assert.equal(placeAfter(seated, MESSAGE).message, null);
});

test("a place that is kept for whoever is away is kept for longer than the grace, but no call is", () => {
  assert.equal(placeAfter(WAITING).graceMs, 630_000);
  assert.equal(placeAfter({ ...WAITING, called: true, claim_s: 45 }).graceMs, 30_000);
  const { away_s: _, ...ofAnEarlierServer } = WAITING;
  assert.equal(placeAfter(ofAnEarlierServer).graceMs, 30_000);
});

test("what was said once about an expired ticket stands for the new ticket, until something else is said", () => {
  const expired = { ...WAITING, reason: "expired" };

  assert.equal(placeAfter(expired, WAITING).reason, "expired");
  assert.equal(placeAfter(expired, { ...WAITING, reason: "paused" }).reason, "paused");
  assert.equal(placeAfter(expired, { ...WAITING, ticket: 130 }).reason, "full");
});

for (const { name, messages, place } of JSON.parse(readFileSync(new URL("../places.json", import.meta.url), "utf8"))) {
  test(`as in Python: ${name}`, () => {
    const came = placeAfter(...messages);

    assert.deepEqual(Object.fromEntries(Object.keys(place).map((field) => [field, came[field]])), place);
  });
}

test("a stream is known while one is in line, and a later one brings its window", () => {
  const offered = { ...WAITING, watch: "https://a.example/" };
  const other = { type: "watch", watch: "https://b.example/", window_ms: 500 };

  assert.equal(placeAfter(offered).watch, "https://a.example/");
  assert.deepEqual(
    [placeAfter(offered, other), placeAfter(offered, CALL, other)].map((place) => [place.watch, place.watchWindowMs]),
    Array(2).fill(["https://b.example/", 500]),
  );
  assert.equal(placeAfter(offered, { ...other, watch: null }).watch, null);
  assert.equal(placeAfter(WAITING).watch, null); // an earlier server
  assert.equal(placeAfter(offered, { type: "seated", grace_s: 20 }, other).watch, null);
});
