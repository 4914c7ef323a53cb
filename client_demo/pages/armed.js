/**
 * A button that charges, or does something else that cannot be undone.
 *
 * It takes no press before it has stood still for a moment, and none that began before: a second tap,
 * a repeated key or an Enter held down on the button before it is no decision.
 */

import { button } from "./dialogs.js";

/** How long what the button says must have stood still: longer than a double tap takes. */
export const ARM_AFTER_MS = 700;

const PRESSING_KEYS = ["Enter", " "];

/**
 * @param {string} words
 * @param {() => unknown} act
 * @param {string} [kind] - `main` for the one that the dialog is about
 * @returns {HTMLButtonElement} to be shown at once; it is armed from then on
 */
export function armedButton(words, act, kind = "") {
  // A screen reader clicks without a pointer or a key: a click is taken unless its press began early.
  let beganEarly = false;
  const press = button(words, () => {
    const isDecision = isArmed(press) && !beganEarly;
    beganEarly = false;
    if (isDecision) act();
  }, kind);
  press.setAttribute("aria-disabled", "true");
  press.addEventListener("pointerdown", () => (beganEarly = !isArmed(press)));
  press.addEventListener("keydown", (event) => {
    if (!PRESSING_KEYS.includes(event.key)) return;
    if (event.repeat) event.preventDefault();
    else beganEarly = !isArmed(press);
  });
  setTimeout(() => press.removeAttribute("aria-disabled"), ARM_AFTER_MS);
  return press;
}

/** @param {HTMLElement} press */
function isArmed(press) {
  return press.getAttribute("aria-disabled") !== "true";
}
