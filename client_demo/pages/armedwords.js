/** Telling a screen reader that a button which stood still can be pressed now. */

import { element, write } from "./elements.js";
import { chosenLanguage, Texts } from "./texts.js";

/**
 * A live region that stays while the parts of the dialog change: what it says already is not said
 * again. One that is new when it says something is not read.
 */
export function toldRegion() {
  return element("p", { class: "unseen told-armed", "aria-live": "polite" });
}

/**
 * Only in a dialog, or to somebody who waits on the button: elsewhere it is no news.
 *
 * @param {HTMLElement} press
 */
export function tell(press) {
  const dialog = press.closest("dialog[open]");
  const region = dialog ? dialog.querySelector(".told-armed") : document.querySelector("body > .told-armed");
  if (!region || !press.isConnected || !(dialog || press === document.activeElement)) return;
  const texts = new Texts(chosenLanguage([document.documentElement.lang]));
  write(region, texts.say("armed.ready", { words: press.textContent ?? "" }));
}
