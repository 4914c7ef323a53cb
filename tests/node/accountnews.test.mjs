/** The bar of the account page: what stands is never hidden, and what went well is told while it is so. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { shownNews } from "../../client_demo/pages/accountnews.js";

const ORDER = { upgrade: "u1", offer: { name: "Medium" } };
const BOUGHT = { key: "account.bought", values: { plan: "Medium", n: 6 }, good: true };
const ASKED = { key: "account.asked", values: {}, good: true };
const TROUBLE = { key: "error.unavailable", values: {}, good: false };

function picture({ order = null, seats = 6, payment_status = "ok", requests = [] } = {}) {
  return { account: { seats, payment_status }, requests, order };
}

test("a payment that is not settled is shown whatever went well besides", () => {
  assert.equal(shownNews(picture({ order: ORDER }), null)?.key, "pending.payment");
  assert.equal(shownNews(picture({ order: ORDER }), ASKED)?.key, "pending.payment");
  assert.equal(shownNews(picture({ payment_status: "past_due" }), ASKED)?.key, "account.past_due");
});

test("trouble comes first, and is told until the next look", () => {
  assert.equal(shownNews(picture({ order: ORDER }), TROUBLE), TROUBLE);
  assert.equal(shownNews(null, TROUBLE), TROUBLE);
});

test("a plan is on as long as the account has it", () => {
  assert.equal(shownNews(picture(), BOUGHT), BOUGHT);
  assert.equal(shownNews(picture({ seats: 12 }), BOUGHT), null);
});

test("a request is with customer success until it is answered or withdrawn", () => {
  const after = (status) => shownNews(picture({ requests: [{ status }] }), ASKED);

  assert.equal(after("requested"), ASKED);
  assert.equal(after("declined"), null);
  assert.equal(after("withdrawn"), null);
});
