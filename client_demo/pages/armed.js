/** Buttons of the pages that charge, or do something else that cannot be undone. */

import { Armed } from "../library/armed.js";
import { tell } from "./armedwords.js";
import { button } from "./dialogs.js";

/**
 * @param {string} words
 * @param {() => unknown} act
 * @param {string} [kind] - `main` for the one that the dialog is about
 * @returns {HTMLButtonElement} to be shown at once: it is armed a moment later
 */
export function armedButton(words, act, kind = "") {
  const press = button(words, () => {}, kind);
  new Armed(press, act, () => tell(press));
  return press;
}
