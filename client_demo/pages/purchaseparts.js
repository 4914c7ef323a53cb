/** The parts of the purchase dialog: a quote, a state, an error. */

import { bill, carried, later } from "./bill.js";
import { trouble } from "./dialogs.js";
import { element } from "./elements.js";

/** @import { Offered, Quote, Refused } from "./billing.js" */
/** @import { Texts } from "./texts.js" */

// Nothing has gone wrong, as far as anybody knows.
const MILD = ["unreachable", "unavailable", "answer_lost"];

/**
 * @param {Texts} texts
 * @param {Quote} quote
 * @param {Offered} offer
 * @param {string[]} cautions - what a buyer should know before paying, besides the quote's own warnings
 * @returns {(HTMLElement | null)[]}
 */
export function quoteParts(texts, quote, offer, cautions) {
  const held = texts.say("buy.held_until", { time: texts.time(quote.expires_at) });
  const warnings = [...quote.warnings.map((code) => texts.say(`warning.${code}`)), ...cautions];
  return [
    bill(texts, quote, offer),
    quote.carried_over ? carried(texts, quote.due_now) : null,
    element("p", { class: "fine figure" }, `${later(texts, quote)} ${held}`),
    ...warnings.map((words) => element("p", { class: "trouble mild" }, words)),
  ];
}

/**
 * @param {string} words - what screen readers are told
 * @param {string} more - after these, in plain type; may be empty
 */
export function statusLine(words, more) {
  return element("p", { class: "state", role: "status" }, element("b", {}, words), more && ` ${more}`);
}

/**
 * @param {Texts} texts
 * @param {Refused} error
 */
export function troublePart(texts, error) {
  return trouble(texts, error, MILD.includes(error.code) ? "mild" : "");
}
