/** The parts of the purchase dialog when something went wrong: what happened, and every way on. */

import { at } from "./address.js";
import { armedButton } from "./armed.js";
import { acts, button, trouble } from "./dialogs.js";
import { element } from "./elements.js";
import * as payer from "./payer.js"; // that of a platform may lack what the demo's has

/** @import { Refused } from "./refused.js" */
/** @import { Texts } from "./texts.js" */

// Nothing has gone wrong, as far as anybody knows.
const MILD = ["unreachable", "unavailable", "answer_lost"];
// Trying again would be answered in the same way.
const FINAL = ["not_an_upgrade", "plan_not_on_sale", "past_due", "forbidden", "unauthenticated", "come_back_later"];

/**
 * @typedef {object} Ways
 * @property {() => unknown} retry - what to try again
 * @property {() => unknown} anew - begins with a new quote
 * @property {(() => unknown) | null} ask - asks the owner of the account
 * @property {() => unknown} close
 */

/**
 * @param {Texts} texts
 * @param {Refused} error
 * @param {Ways} ways
 * @returns {(HTMLElement | null)[]}
 */
export function troubleParts(texts, error, { retry, anew, ask, close }) {
  const isFinal = FINAL.includes(error.code);
  const isDeclined = error.code === "payment_failed";
  return [
    trouble(texts, error, MILD.includes(error.code) ? "mild" : ""),
    isDeclined && !payer.changeMethod ? element("p", { class: "fine" }, texts.say("buy.other_method_elsewhere")) : null,
    error.code === "past_due" ? openLink(texts) : null,
    acts(
      button(texts.say(isFinal ? "close" : "cancel"), close),
      isDeclined && ask ? button(texts.say("ask.open"), ask) : null,
      isDeclined ? otherMethod(texts, anew) : null,
      isFinal ? null : armedButton(texts.say("buy.again"), retry, "main"),
    ),
  ];
}

/** @param {Texts} texts */
function openLink(texts) {
  return element("p", { class: "fine" }, element("a", { href: at("account") }, texts.say("buy.see_open")));
}

/**
 * @param {Texts} texts
 * @param {() => unknown} anew
 */
function otherMethod(texts, anew) {
  const change = payer.changeMethod;
  if (!change) return null;
  const other = button(texts.say("buy.other_method"), async () => {
    other.disabled = true;
    const isChanged = await change().then(() => true, () => false); // given up: everything stays as it is
    if (isChanged) anew();
    else other.disabled = false;
  });
  return other;
}
