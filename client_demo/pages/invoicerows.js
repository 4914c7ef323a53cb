/** Invoices of the account page: the list of all, and those that are open. */

import { at } from "./address.js";
import { armedButton } from "./armed.js";
import { element } from "./elements.js";

/** @import { Invoice } from "./billing.js" */
/** @import { Texts } from "./texts.js" */

/**
 * @param {string} id
 * @param {string} words
 */
export function invoiceLink(id, words) {
  return element("a", { href: at(`account/invoice?id=${encodeURIComponent(id)}`) }, words);
}

/**
 * What is open, and a way to settle it.
 *
 * @param {Invoice[]} invoices
 * @param {Texts} texts
 * @param {() => void} settle
 */
export function openParts(invoices, texts, settle) {
  const open = invoices.filter((invoice) => invoice.past_due);
  const rows = open.map(({ id, number, amount }) =>
    element("li", {}, invoiceLink(id, texts.say("account.invoice", { number })), " ", element("b", { class: "figure" }, texts.money(amount))),
  );
  return [element("ul", {}, ...rows), armedButton(texts.say("past_due.settle"), settle)];
}

const KINDS = { upgrade: "account.upgrade_to", renewal: "account.renewal_of" };

/**
 * @param {Invoice} invoice
 * @param {Texts} texts
 * @param {(id: string) => string} nameOf - of a plan, for charges of earlier versions, which have no names
 */
export function invoiceRow({ id, number, kind, issued_on, inputs, amount, past_due, carried_over }, texts, nameOf) {
  const title = texts.say("account.invoice", { number });
  const plan = inputs.new.name || nameOf(inputs.new.plan);
  return element(
    "li",
    {},
    invoiceLink(id, title),
    element("span", { class: "muted" }, `${texts.say(KINDS[kind], { plan })} · ${texts.date(issued_on)}`),
    past_due ? element("span", { class: "open" }, texts.say("account.unpaid")) : null,
    carried_over ? element("span", { class: "muted" }, texts.say("account.carried")) : null,
    element("b", { class: "figure" }, texts.money(amount)),
  );
}
