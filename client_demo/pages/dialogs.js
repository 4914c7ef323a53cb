/** What the dialogs about money are made of. */

import { toldRegion } from "./armedwords.js";
import { element, write } from "./elements.js";

/** @import { Refused } from "./refused.js" */
/** @import { Texts } from "./texts.js" */

/**
 * @param {string} words
 * @param {(click: MouseEvent) => unknown} onclick
 * @param {string} [kind] - `main` for the one that the dialog is about
 * @returns {HTMLButtonElement}
 */
export function button(words, onclick, kind = "") {
  return /** @type {any} */ (element("button", { type: "button", class: `button ${kind}`.trim(), onclick }, words));
}

/** @param {...(Node | null)} buttons - the weightiest last */
export function acts(...buttons) {
  return element("div", { class: "purchase-acts" }, ...buttons);
}

/** @param {string} words - what is being waited for */
export function busy(words) {
  return element("p", { class: "fine busy", role: "status" }, " ", words);
}

/**
 * @param {Texts} texts
 * @param {Refused} error
 * @param {string} [tone] - `mild` where nothing is lost
 */
export function trouble(texts, error, tone = "") {
  const key = `error.${error.code}`;
  const words = texts.has(key) ? texts.say(key) : texts.say("error.other", { detail: error.message });
  const why = error.code === "payment_failed" && error.message;
  // In the words of the bank, which are no text of ours.
  const reason = why ? element("span", { lang: "en" }, ` “${why}”`) : null;
  return element("p", { class: `trouble ${tone}`.trim(), role: "alert" }, words, reason);
}

/**
 * Puts other parts into a dialog. The button that had the focus is gone with the old ones; the
 * reader is not: the heading has it until a part asks for it. What is said aloud stays: a live
 * region that is new when it says something is not read.
 *
 * @param {HTMLDialogElement} dialog
 * @param {...(Node | null)} parts - a heading first
 */
export function show(dialog, ...parts) {
  const kept = regionsOf(dialog);
  if (!dialog.open) for (const region of kept) region.textContent = ""; // whoever opens it hears it anew
  for (const part of [...dialog.children]) if (!kept.includes(part)) part.remove();
  dialog.prepend(...parts.filter((part) => part !== null));
  if (dialog.open) dialog.querySelector("h2")?.focus();
}

/**
 * Says aloud what became of it.
 *
 * @param {HTMLDialogElement} dialog
 * @param {string} words
 */
export function tellOutcome(dialog, words) {
  write(regionsOf(dialog)[1], words);
}

/**
 * @param {HTMLDialogElement} dialog
 * @returns {Element[]} that of its armed button, and that of the outcome
 */
function regionsOf(dialog) {
  if (!dialog.querySelector(".told-armed")) {
    dialog.append(toldRegion(), element("p", { class: "unseen told-outcome", "aria-live": "polite" }));
  }
  return [...dialog.querySelectorAll(".told-armed, .told-outcome")];
}

/**
 * @param {string} id - what the dialog is labelled by
 * @param {string} words
 */
export function heading(id, words) {
  return element("h2", { id, tabindex: "-1" }, words);
}
