/**
 * The purchase under way, remembered by this browser for each account of each installation.
 *
 * A reload, a closed tab or a lost answer loses no purchase: it can be asked for, confirmed or
 * called off, from any page of the same browser.
 */

import { joined, storageName } from "../library/storagename.js";
import { at } from "./address.js";

/** @import { Offered, Quote } from "./billing.js" */

/**
 * @typedef {object} Order
 * @property {Offered} offer
 * @property {Quote} quote - what was shown when the buyer agreed; its id is the key of the purchase
 * @property {string | null} upgrade - the id of the purchase; null while no answer has come
 * @property {number} at - when it was begun, in ms
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
