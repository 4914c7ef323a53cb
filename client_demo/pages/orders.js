/**
 * The purchase under way, remembered by this browser for each account of each installation.
 *
 * A reload, a closed tab or a lost answer loses no purchase: it can be asked for, confirmed or
 * called off, from any page of the same browser.
 */

import { joined, storageName } from "../library/storagename.js";
import { at } from "./address.js";

/** @import { Account, Offered, Plan, Quote, Upgrade } from "./billing.js" */

/**
 * @typedef {object} Order
 * @property {Offered} offer
 * @property {Quote} quote - what was shown when the buyer agreed; its id is the key of the purchase
 * @property {string | null} upgrade - the id of the purchase; null while no answer has come
 * @property {number} at - when it was begun, in ms
 * @property {true} [elsewhere] - another browser began it, so it is not this one that remembers it
 */

const LONGEST_MS = 30 * 60_000; // a payer has a quarter of an hour; after that it has ended by itself

/** @typedef {{installation?: string, id: string}} Payer - the account that pays, of an installation */

/**
 * @param {Payer} payer
 * @param {Order} order
 */
export function remember(payer, order) {
  try {
    localStorage.setItem(nameFor(payer), JSON.stringify(order));
  } catch {
    // Forbidden or full: the purchase goes on, but a reload does not find it again.
  }
}

/** @param {Payer} payer */
export function forget(payer) {
  try {
    localStorage.removeItem(nameFor(payer));
  } catch {
    // as above
  }
}

/**
 * @param {Payer} payer
 * @param {number} now - ms
 * @returns {Order | null}
 */
export function remembered(payer, now) {
  const order = parsed(nameFor(payer));
  return order && now - order.at < LONGEST_MS ? order : null;
}

/**
 * The order of a purchase that another browser began: what its buyer was shown is not known here.
 *
 * @param {Upgrade} upgrade - pending
 * @param {Account} account
 * @param {Plan[]} plans
 * @returns {Order}
 */
export function begunElsewhere({ id, quote, plan, due_now, carried_over }, account, plans) {
  const { name, seats } = plans.find((each) => each.id === plan) ?? { name: plan, seats: account.seats };
  const shown = {
    id: quote,
    from: account.plan,
    to: plan,
    seats: { from: account.seats, to: seats },
    lines: [],
    due_now,
    next_period: { amount: due_now, starts_on: account.period.end, carried_over: null },
    expires_at: "",
    warnings: [],
    carried_over,
    paid_by: account.paid_by,
  };
  return { offer: { plan, name, seats }, quote: shown, upgrade: id, at: Date.now(), elsewhere: true };
}

/** @param {Payer} payer */
function nameFor({ installation = at(""), id }) {
  return storageName("order", joined([installation, id]));
}

/** @param {string} name */
function parsed(name) {
  try {
    const order = JSON.parse(localStorage.getItem(name) ?? "null");
    return order?.offer && order.quote?.id ? order : null;
  } catch {
    return null; // of another version of this page, or storage is forbidden
  }
}
