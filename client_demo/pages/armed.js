/**
 * A button that charges, or does something else that cannot be undone.
 *
 * It takes no press before it has stood still for a moment, and none that began before: a second tap,
 * a repeated key or an Enter held down on the button before it is no decision.
 */

import { tell } from "./armedwords.js";
import { button } from "./dialogs.js";

/** How long what the button says must have stood still: longer than a double tap takes. */
export const ARM_AFTER_MS = 700;

const PRESSING_KEYS = ["Enter", " "];

/** Whether one of them is down, wherever its press began. */
let isKeyDown = false;
addEventListener("keydown", ({ key }) => (isKeyDown ||= PRESSING_KEYS.includes(key)), true);
addEventListener("keyup", () => (isKeyDown = false), true);
addEventListener("blur", () => (isKeyDown = false));

/**
 * @param {string} words
 * @param {() => unknown} act
 * @param {string} [kind] - `main` for the one that the dialog is about
 * @returns {HTMLButtonElement} to be shown at once: it is armed a moment later
 */
export function armedButton(words, act, kind = "") {
  let beganHere = false;
  const press = button(words, clicked, kind);
  press.addEventListener("pointerdown", () => (beganHere = isArmed(press)));
  press.addEventListener("keydown", (event) => {
    if (!PRESSING_KEYS.includes(event.key)) return;
    if (event.repeat) event.preventDefault();
    else beganHere = isArmed(press);
  });
  arm(press, () => tell(press));
  return press;

  /** @param {MouseEvent} click */
  function clicked(click) {
    // A screen reader clicks without a pointer or a key.
    const isDecision = isArmed(press) && (beganHere || (click.detail === 0 && !isKeyDown));
    beganHere = false;
    if (!isDecision) return;
    arm(press); // the second click of a double click is none
    act();
  }
}

/**
 * @param {HTMLElement} press
 * @param {() => void} [armed] - called when it can be pressed
 */
function arm(press, armed = () => {}) {
  press.setAttribute("aria-disabled", "true");
  setTimeout(() => {
    press.removeAttribute("aria-disabled");
    armed();
  }, ARM_AFTER_MS);
}

/** @param {HTMLElement} press */
function isArmed(press) {
  return press.getAttribute("aria-disabled") !== "true";
}
