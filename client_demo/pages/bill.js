/** What a quote says, as a bill: its lines, what is due now, and what is due later. */

import { element } from "./elements.js";

/** @import { Line, Money, Offered, Quote } from "./billing.js" */
/** @import { Texts } from "./texts.js" */

/**
 * @param {Texts} texts
 * @param {Quote} quote
 * @param {Offered} offer
 */
export function bill(texts, quote, offer) {
  const { currency } = quote.due_now;
  const lines = quote.lines.map((line) => row(texts, line, offer, currency));
  const total = element(
    "tr",
    {},
    element("th", { scope: "row" }, texts.say(totalKey(quote))),
    element("td", { class: "figure" }, texts.money(quote.due_now)),
  );
  return element("table", { class: "bill" }, element("tbody", {}, ...lines), element("tfoot", {}, total));
}

/** @param {Quote} quote */
function totalKey({ carried_over, paid_by }) {
  if (carried_over) return "buy.total_carried";
  return paid_by === "on_account" ? "buy.total_on_account" : "buy.total";
}

/**
 * Words of the button that buys: money is only said to be paid now where it is.
 *
 * @param {Texts} texts
 * @param {Quote} quote
 */
export function payWords(texts, { due_now, carried_over, paid_by }) {
  if (due_now.amount === 0 || carried_over) return texts.say("buy.take");
  return texts.say(paid_by === "on_account" ? "buy.pay_on_account" : "buy.pay", { price: texts.money(due_now) });
}

/**
 * @param {Texts} texts
 * @param {Quote} quote
 */
export function later(texts, quote) {
  const { amount, starts_on, carried_over } = quote.next_period;
  const values = { price: texts.money(amount), date: texts.date(starts_on) };
  if (!carried_over) return texts.say("buy.later", values);
  return texts.say("buy.later_carried", { ...values, carried: texts.money(carried_over) });
}

/**
 * @param {Texts} texts
 * @param {Money} amount - too little to be charged by itself
 */
export function carried(texts, amount) {
  return element("p", { class: "fine figure" }, texts.say("buy.carried", { price: texts.money(amount) }));
}

/**
 * @param {Texts} texts
 * @param {Line} line
 * @param {Offered} offer
 * @param {string} currency
 */
function row(texts, line, offer, currency) {
  const money = (/** @type {number} */ amount) => texts.money({ amount, currency });
  const name = line.item === "plan" ? offer.name : texts.say("buy.parallel_events", { n: line.quantity });
  const how = texts.say(line.old_price ? "buy.how" : "buy.how_new", {
    old: money(line.old_price),
    new: money(line.new_price),
    n: line.days_remaining,
    days: line.days_in_period,
  });
  return element(
    "tr",
    {},
    element("th", { scope: "row" }, name, element("small", { class: "figure" }, how)),
    element("td", { class: "figure" }, money(line.amount)),
  );
}
