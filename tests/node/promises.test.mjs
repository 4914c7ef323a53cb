/** What a waiting room promises while it is cut off: one thing at a time, and nothing beside its denial. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { firstLink } from "../../client_demo/library/linkstate.js";
import { NOWHERE } from "../../client_demo/library/place.js";
import { awayWords, callWords, leadOf, stateOf, titleOf } from "../../client_demo/library/placewords.js";
import { wordsOf } from "./words.mjs";

const NOON = Date.UTC(2026, 2, 1, 12);
const PLACES = [
  { kind: "seated", graceMs: 20_000, wasIn: true },
  { kind: "waiting", ahead: 3, reason: "full" },
  { kind: "waiting", ahead: 3, reason: "paused" },
  { kind: "waiting", ahead: 0, reason: "missed_call" },
  { kind: "called", momentAt: NOON, claimUntil: NOON + 45_000 },
  { kind: "called", momentAt: NOON + 5_000, claimUntil: NOON + 45_000 },
].map((known) => ({ ...NOWHERE, ticket: 100, graceMs: 30_000, toldAt: NOON, ...known }));
const PROMISE = /safe|kept|held|ready|stays yours|sicher|erhalten|freigehalten|bereit/;
const DENIAL = /cannot promise|nicht mehr zusagen/;

function* cutOff() {
  const link = { ...firstLink(), phase: "away", since: NOON };
  for (const place of PLACES)
    for (const s of [0, 10, 19, 20, 29, 30, 44, 45, 120])
      for (const auto of [true, false])
        for (const offline of [true, false])
          yield { place, link, auto, offline, entersAt: NOON, entering: false, sound: false, soundAllowed: true, now: NOON + 1_000 * s };
}

test("nobody reads that the seat is safe beside that it cannot be promised", () => {
  for (const shown of cutOff())
    for (const words of ["en", "de"].map(wordsOf)) {
      const state = stateOf(shown);
      const called = state.startsWith("call.") ? callWords(shown, words) : "";
      const above = [words.say(state), leadOf(state, shown, words), called, titleOf(shown, words)].join(" ");
      const bar = awayWords(shown, words);

      if (DENIAL.test(bar)) assert.doesNotMatch(above, PROMISE);
      else assert.match(bar, PROMISE, "as long as the place is kept, the bar says how long");
    }
});

test("the promise of the page is made by one bar alone while it is cut off", () => {
  const seated = { ...PLACES[0] };
  const shown = { place: seated, link: { ...firstLink(), phase: "away", since: NOON }, auto: true, now: NOON };

  assert.equal(leadOf("in.seated", shown, wordsOf("en")), "");
  assert.match(leadOf("in.seated", { ...shown, link: { ...shown.link, phase: "live" } }, wordsOf("en")), /safe/);
});
