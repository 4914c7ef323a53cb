/** The words, numbers, money and dates of the pages, in the reader's language. */

import { de as libraryDe } from "../library/texts/de.js";
import { en as libraryEn } from "../library/texts/en.js";
import { languageOf, Words } from "../library/words.js";
import { de } from "./texts/de.js";
import { en } from "./texts/en.js";
import { alertsDe, alertsEn } from "./texts/alerts.js";
import { guideDe, guideEn } from "./texts/guide.js";
import { ownerDe, ownerEn } from "./texts/owner.js";
import { tellDe, tellEn } from "./texts/tell.js";

/** @import { Entry } from "../library/words.js" */

/** @type {Record<string, Record<string, Entry>>} what the library says, and what only the pages say */
export const CATALOGUES = {
  en: { ...libraryEn, ...en, ...alertsEn, ...guideEn, ...ownerEn, ...tellEn },
  de: { ...libraryDe, ...de, ...alertsDe, ...guideDe, ...ownerDe, ...tellDe },
};
const KEPT_AS = "fullhouse.language";

/**
 * @param {readonly string[]} wanted - languages, the dearest first
 * @returns {string} the first that there is a catalogue for, else English
 */
export function chosenLanguage(wanted) {
  return languageOf(wanted, CATALOGUES);
}

/** Everything that is said in one language. */
export class Texts extends Words {
  /** @param {string} language - one of the catalogues */
  constructor(language) {
    super(language, CATALOGUES[language]);
  }

  /** @param {number} ms - tenths of a second are said below ten seconds only */
  seconds(ms) {
    const tenths = Math.round(ms / 100) / 10;
    return this.say("arrivals.seconds", { s: tenths < 10 ? tenths : Math.round(tenths) });
  }
}

/** @returns {Texts} in the language that the reader chose, else the browser's */
export function readersTexts() {
  const kept = localStorage.getItem(KEPT_AS);
  return new Texts(chosenLanguage(kept ? [kept] : navigator.languages));
}

/**
 * Fills every `data-text` of the page and the switch of languages.
 *
 * @param {Texts} texts
 * @param {(texts: Texts) => void} onSwitch
 */
export function writePage(texts, onSwitch) {
  document.documentElement.lang = texts.language;
  for (const target of document.querySelectorAll("[data-text]")) {
    target.textContent = texts.say(/** @type {HTMLElement} */ (target).dataset.text ?? "");
  }
  for (const button of document.querySelectorAll("[data-language]")) {
    const language = /** @type {HTMLElement} */ (button).dataset.language ?? "en";
    button.setAttribute("aria-pressed", String(language === texts.language));
    /** @type {HTMLElement} */ (button).onclick = () => {
      localStorage.setItem(KEPT_AS, language);
      const chosen = new Texts(language);
      writePage(chosen, onSwitch);
      onSwitch(chosen);
    };
  }
}
