/** How many people the purchase dialog promises: those who come in with the new seats. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { arrivingWith } from "../../client_demo/pages/purchaseparts.js";

const QUOTE = { seats: { from: 50, to: 100 } };
const FULL = { status: "open", paused: false, capacity: 50, occupied: 48, held: 2, waiting: 20 };

function arriving(figures, quote = QUOTE) {
  return arrivingWith(quote, { room: { ...FULL, ...figures } });
}

test("everybody in line comes in if the new seats are enough", () => {
  assert.equal(arriving({}), 20);
});

test("as many people come in as seats are free with the new plan", () => {
  assert.equal(arriving({ waiting: 70 }), 50);
  assert.equal(arriving({ waiting: 70, occupied: 20 }), 70);
});

test("a room with more people than seats lets in what is left of the new seats", () => {
  assert.equal(arriving({ occupied: 90, held: 0 }), 10);
  assert.equal(arriving({ occupied: 130, held: 0 }), 0);
});

test("nobody comes in while the line is on hold", () => {
  assert.equal(arriving({ paused: true }), 0);
});

test("nobody comes into a room that has fewer seats than the plan", () => {
  assert.equal(arriving({ capacity: 40, occupied: 40, held: 0 }), 0);
});

test("nobody comes into a closed room, or into a room that the page does not know", () => {
  assert.equal(arriving({ status: "closed" }), 0);
  assert.equal(arrivingWith(QUOTE, { room: null }), 0);
});
