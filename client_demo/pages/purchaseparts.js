/** The parts of the purchase dialog: a quote, a state. */

import { bill, carried, later } from "./bill.js";
import { element } from "./elements.js";

/** @import { Account, Offered, Quote } from "./billing.js" */
/** @import { RoomView } from "./roomview.js" */
/** @import { Texts } from "./texts.js" */

/**
 * @typedef {object} Situation
 * @property {Account} account
 * @property {number} arriving - how many people in line come in with the new seats
 * @property {string[]} cautions - what a buyer should know before paying, besides the quote's own warnings
 */

/**
 * All that is bought, on one screen: seats, people, amounts and how they are paid.
 *
 * @param {Texts} texts
 * @param {Quote} quote
 * @param {Offered} offer
 * @param {Situation} situation
 * @returns {(HTMLElement | null)[]}
 */
export function quoteParts(texts, quote, offer, { account, arriving, cautions }) {
  const held = texts.say("buy.held_until", { time: texts.time(quote.expires_at) });
  const warnings = [...quote.warnings.map((code) => texts.say(`warning.${code}`)), ...cautions];
  return [
    statusLine(texts.say("buy.seats", { n: quote.seats.to, from: quote.seats.from }), arrivingWords(texts, arriving)),
    bill(texts, quote, offer),
    element("p", { class: "fine figure" }, held),
    quote.carried_over ? carried(texts, quote.due_now) : null,
    element("ul", { class: "terms fine figure" }, ...terms(texts, quote, account).map((words) => element("li", {}, words))),
    ...warnings.map((words) => element("p", { class: "trouble mild" }, words)),
  ];
}

/**
 * @param {Quote} quote
 * @param {Readonly<RoomView>} view
 * @returns {number} how many people in line come in with the new seats
 */
export function arrivingWith({ seats }, { room }) {
  const isLimited = room !== null && room.capacity < seats.from; // its capacity does not follow the plan
  if (!room || room.status !== "open" || room.paused || isLimited) return 0;
  return Math.max(0, Math.min(room.waiting, seats.to - room.occupied - room.held));
}

/**
 * @param {Texts} texts
 * @param {number} n
 */
function arrivingWords(texts, n) {
  return n > 0 ? texts.say("buy.arriving", { n }) : "";
}

/**
 * @param {Texts} texts
 * @param {Quote} quote
 * @param {Account} account
 */
function terms(texts, quote, account) {
  const isCharged = quote.due_now.amount > 0 && !quote.carried_over;
  const how = quote.paid_by === "on_account" ? "buy.paid_on_account" : "buy.paid_by_method";
  return [
    ...(isCharged ? [texts.say(how)] : []),
    ...account.promo_codes.map(({ code, percent_off: n }) => texts.say("buy.code", { code, n })),
    later(texts, quote),
    texts.say("buy.tax"), // nothing here knows the payer's taxes
  ];
}

/**
 * @param {string} words - what screen readers are told
 * @param {string} more - after these, in plain type; may be empty
 */
export function statusLine(words, more) {
  return element("p", { class: "state", role: "status" }, element("b", {}, words), more && ` ${more}`);
}
