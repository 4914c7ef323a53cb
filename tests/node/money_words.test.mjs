/** What the pages say about money and seats. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { openWords, planWords } from "../../client_demo/library/offerwords.js";
import { later } from "../../client_demo/pages/bill.js";
import { comingWords } from "../../client_demo/pages/boughtpart.js";
import { afterCodes, pricesOf, spendingOf } from "../../client_demo/pages/ownprices.js";
import { ownPlan, way } from "../../client_demo/pages/planrows.js";
import { cautionsOf } from "../../client_demo/pages/roomlimits.js";
import { Texts } from "../../client_demo/pages/texts.js";
import { plain, wordsOf } from "./words.mjs";

const EUR = (amount) => ({ amount, currency: "EUR" });
const NEXT = { amount: EUR(6_500), starts_on: "2026-12-15", carried_over: null };
const OFFER = { plan: "live-100", name: "Live 100", seats: 100, due_now: EUR(1_833), next_period: NEXT };

test("an offer says how many more seats and what they cost now", () => {
  assert.equal(plain(openWords(OFFER, 50, wordsOf("en"))), "Open 50 more seats for €18.33");
  assert.equal(plain(openWords(OFFER, 50, wordsOf("de"))), "50 weitere Plätze für 18,33 € freischalten");
  assert.equal(plain(openWords(OFFER, 99, wordsOf("de"))), "1 weiteren Platz für 18,33 € freischalten");
});

test("an offer that costs nothing now says so", () => {
  const words = openWords({ ...OFFER, due_now: EUR(0) }, 50, wordsOf("en"));

  assert.equal(words, "Open 50 more seats at no charge now");
});

test("an offer of no more seats than there are says nothing", () => {
  assert.equal(openWords(OFFER, 100, wordsOf("en")), "");
});

test("the price of later stands beside the price of now", () => {
  assert.equal(plain(planWords(OFFER, wordsOf("en"))), "Live 100 has 100 seats. From 15 December 2026 it costs €65.00 a period.");
  assert.equal(
    plain(planWords(OFFER, wordsOf("de"))),
    "Live 100 hat 100 Plätze. Ab dem 15. Dezember 2026 kostet der Tarif 65,00 € pro Zeitraum.",
  );
});

test("what is carried over is named with the invoice that collects it", () => {
  const words = later(wordsOf("en"), { next_period: { ...NEXT, carried_over: EUR(23) } });

  assert.equal(plain(words), "From 15 December 2026 you pay €65.00 a period, the first time together with €0.23 from before.");
});

const ACCOUNT = {
  plan: "old-60",
  plan_name: "Old 60",
  seats: 60,
  presenters: 3,
  billing_period: "month",
  price: EUR(5_000),
  parallel_event_price: EUR(1_000),
};
const PLAN = { trial: false, on_sale: true, presenters: 3 };
const priced = (id, seats, amount) => ({
  ...PLAN,
  id,
  name: id,
  seats,
  price: { month: EUR(amount), year: EUR(10 * amount) },
  parallel_event: { month: EUR(0), year: EUR(0) },
});

test("what was bought decides what is larger, also where it is sold no more or at another price", () => {
  const catalogue = [priced("small", 20, 2_000), priced("large", 100, 6_500), priced("bargain", 80, 4_000)];

  for (const plans of [catalogue, [...catalogue, priced("old-60", 60, 9_900)]]) {
    const own = ownPlan(ACCOUNT, plans);

    assert.deepEqual([own.name, own.seats, own.price.month], ["Old 60", 60, EUR(5_000)]);
    assert.deepEqual(catalogue.map((plan) => way(plan, ACCOUNT, own)), ["down", "up", "down"]);
  }
});

test("who buys is told of the rooms in which a larger plan opens no seats", () => {
  const rooms = [
    { room: "a", title: "Launch", capacity: 30 },
    { room: "b", title: "Talk", capacity: 60 },
  ];

  assert.deepEqual(cautionsOf({ rooms, account: ACCOUNT }, wordsOf("en")), [
    "“Launch” is held to 30 of 60 seats. That limit was set for the event itself. A larger plan opens no more seats there.",
  ]);
  assert.deepEqual(cautionsOf({ rooms: rooms.slice(1), account: ACCOUNT }, wordsOf("en")), []);
});

const ARRIVALS = { called: 18, came: 0, done: false, firstMs: null, lastMs: 0 };

test("after a purchase the people who come in are counted and timed", () => {
  const texts = new Texts("en");
  const some = { ...ARRIVALS, came: 7, firstMs: 620, lastMs: 3_240 };
  const all = { ...some, came: 18, lastMs: 12_600, done: true };

  assert.equal(comingWords(texts, null, 0), "");
  assert.equal(comingWords(texts, null, 18), "18 people are coming in.");
  assert.equal(comingWords(texts, ARRIVALS, 20), "18 people are coming in.");
  assert.equal(
    plain(comingWords(texts, some, 18)),
    "18 people are coming in. The first was inside after 0.6 s; after 3.2 s it was 7 of 18.",
  );
  assert.equal(
    plain(comingWords(texts, all, 18)),
    "18 people were let in. The first was inside after 0.6 s; after 13 s it was 18 of 18.",
  );
});

test("of a single person who was let in one time is told", () => {
  const one = { ...ARRIVALS, called: 1, came: 1, done: true, firstMs: 400, lastMs: 400 };

  assert.equal(plain(comingWords(new Texts("en"), one, 1)), "1 person was let in, after 0.4 s.");
  assert.equal(plain(comingWords(new Texts("de"), one, 1)), "1 Person wurde nach 0,4 s hereingelassen.");
});

test("newcomers who find a free seat are not counted among the people who were called", () => {
  const all = { ...ARRIVALS, called: 2, came: 3, done: true, firstMs: 400, lastMs: 900 };

  assert.match(plain(comingWords(new Texts("de"), all, 0)), /nach 0,9 s waren es 2 von 2\.$/);
});

test("promo codes add up to all of a price at most, and a price is rounded half up once", () => {
  const codes = (...percents) => ({ promo_codes: percents.map((percent_off) => ({ code: "C", percent_off })) });
  const after = (amount, ...percents) => afterCodes(EUR(amount), codes(...percents)).amount;

  assert.deepEqual([after(6_500), after(6_500, 10), after(6_500, 10, 5)], [6_500, 5_850, 5_525]);
  assert.deepEqual([after(25, 50), after(24, 50), after(1, 50), after(99, 33)], [13, 12, 1, 66]);
  assert.deepEqual([after(6_500, 60, 60), after(6_500, 100)], [0, 0]);
});

test("the list price stands beside a price of one's own, and a smaller plan keeps no codes", () => {
  const prices = (month) => ({ month: EUR(month), year: EUR(10 * month) });
  const plan = { id: "live-100", price: prices(6_500), parallel_event: prices(3_000) };
  const account = { billing_period: "month", promo_codes: [{ code: "SPRING", percent_off: 10 }] };
  const bought = { ...plan, price: prices(5_000) };

  assert.deepEqual(pricesOf(plan, account, { sold: plan, keepsCodes: true }), {
    price: EUR(5_850),
    extra: EUR(2_700),
    list: EUR(6_500),
  });
  assert.equal(pricesOf(plan, account, { sold: plan, keepsCodes: false }).list, null);
  assert.deepEqual(pricesOf(bought, account, { sold: plan, keepsCodes: true }).list, EUR(6_500));
  assert.equal(pricesOf(bought, account, { sold: null, keepsCodes: true }).list, null); // sold no more
});

test("the spending of a period is what was charged for it, without what went back", () => {
  const invoice = (start, amount, refunded = null) => ({ period: { start }, amount: EUR(amount), refunded });
  const account = { period: { start: "2026-11-15" } };
  const charged = [invoice("2026-10-15", 3_000), invoice("2026-11-15", 3_000), invoice("2026-11-15", 1_833, EUR(833))];

  assert.deepEqual(spendingOf(account, charged), { amount: EUR(4_000), count: 2 });
  assert.equal(spendingOf(account, charged.slice(0, 1)), null);
});
