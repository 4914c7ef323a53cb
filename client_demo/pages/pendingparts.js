/** The parts of the purchase dialog while a payment is not settled. */

import { armedButton } from "./armed.js";
import { bill } from "./bill.js";
import { acts, busy } from "./dialogs.js";
import { confirmPayment } from "./payer.js";
import { statusLine } from "./purchaseparts.js";

/** @import { Upgrade } from "./billing.js" */
/** @import { Order } from "./orders.js" */
/** @import { Texts } from "./texts.js" */

/**
 * @param {Texts} texts
 * @param {Order} order
 * @param {Upgrade} upgrade - pending
 * @param {{callOff: () => unknown, close: () => HTMLElement}} ways
 * @returns {HTMLElement[]}
 */
export function pendingParts(texts, order, upgrade, { callOff, close }) {
  const here = upgrade.payment && confirmPayment;
  const key = here ? "buy.confirm_here" : upgrade.payment ? "buy.confirm_elsewhere" : "buy.on_its_way";
  return [
    statusLine(texts.say(key), texts.say(`${key}_lead`)),
    bill(texts, order.quote, order.offer),
    busy(texts.say(here ? "buy.until_confirmed" : "buy.until_paid")),
    acts(armedButton(texts.say("buy.call_off"), callOff), here ? confirm(texts, upgrade) : close()),
  ];
}

/**
 * @param {Texts} texts
 * @param {Upgrade} upgrade
 */
function confirm(texts, { payment }) {
  const ask = armedButton(texts.say("buy.confirm"), confirmed, "main");
  async function confirmed() {
    ask.disabled = true;
    await confirmPayment?.(payment?.client_secret ?? "").catch(() => {}); // the server tells what came of it
    ask.disabled = false;
  }
  return ask;
}
