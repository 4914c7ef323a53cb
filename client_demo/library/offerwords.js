/** What an offer says: how many more seats, at what price now, and at what price later. Pure. */

/** @import { Offer } from "./hostnews.js" */
/** @import { Words } from "./words.js" */

/**
 * What the button of an offer says.
 *
 * @param {Offer} offer
 * @param {number} capacity - seats of the room now
 * @param {Words} words
 * @returns {string} empty where the room has that many seats already: the offer is out of date
 */
export function openWords({ seats, due_now }, capacity, words) {
  const n = seats - capacity;
  if (n <= 0) return "";
  if (due_now.amount === 0) return words.say("bar.open_free", { n });
  return words.say("bar.open", { n, price: words.money(due_now) });
}

/**
 * The plan behind the button, and what it costs from the next period on.
 *
 * @param {Offer} offer
 * @param {Words} words
 */
export function planWords({ name, seats, next_period }, words) {
  const later = { price: words.money(next_period.amount), date: words.date(next_period.starts_on) };
  return words.say("bar.later", { plan: name, n: seats, ...later });
}
