/**
 * The purchase under way, remembered by this browser for each account.
 *
 * A reload, a closed tab or a lost answer loses no purchase: it can be asked for, confirmed or
 * called off, from any page of the same browser.
 */

/** @import { Offered, Quote } from "./billing.js" */

/**
 * @typedef {object} Order
 * @property {Offered} offer
 * @property {Quote} quote - what was shown when the buyer agreed; its id is the key of the purchase
 * @property {string | null} upgrade - the id of the purchase; null while no answer has come
 * @property {number} at - when it was begun, in ms
 */

const KEPT_AS = "fullhouse.order.";
const LONGEST_MS = 30 * 60_000; // a payer has a quarter of an hour; after that it has ended by itself

/**
 * @param {string} account
 * @param {Order} order
 */
export function remember(account, order) {
  localStorage.setItem(KEPT_AS + account, JSON.stringify(order));
}

/** @param {string} account */
export function forget(account) {
  localStorage.removeItem(KEPT_AS + account);
}

/**
 * @param {string} account
 * @param {number} now - ms
 * @returns {Order | null}
 */
export function remembered(account, now) {
  const order = parsed(localStorage.getItem(KEPT_AS + account));
  return order && now - order.at < LONGEST_MS ? order : null;
}

/** @param {string | null} text */
function parsed(text) {
  try {
    const order = JSON.parse(text ?? "null");
    return order?.offer && order.quote?.id ? order : null;
  } catch {
    return null; // of another version of this page
  }
}
