/** Follows a payment that is not settled, for as long as somebody looks on. */

import { isUnanswered } from "./refused.js";

/** @import { Billing, Upgrade } from "./billing.js" */
/** @import { Order } from "./orders.js" */

const LOOK_EVERY_MS = 2_000;

/**
 * @param {Billing} billing
 * @param {Order} order
 * @param {Upgrade} upgrade - pending
 * @param {{isLookedAt: () => boolean, show: (upgrade: Upgrade) => void}} page - `show`: at first, and
 *   when the payer must do something else
 * @returns {Promise<Upgrade | null>} how it ended; null where nobody looks on any more
 */
export async function follow(billing, order, upgrade, { isLookedAt, show }) {
  let now = upgrade;
  show(now);
  while (now.status === "pending") {
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    if (!isLookedAt()) return null;
    const before = now;
    now = await billing.upgrade(order, before.id).catch((error) => passing(error, before));
    const isNew = now.status === "pending" && !now.payment !== !before.payment;
    if (isNew && isLookedAt()) show(now);
  }
  return now;
}

/**
 * @param {unknown} error
 * @param {Upgrade} before
 * @returns {Upgrade} what was known before, where the error says nothing of the purchase
 */
function passing(error, before) {
  if (isUnanswered(error)) return before;
  throw error;
}
