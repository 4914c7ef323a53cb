/** What every page does with its texts: find the reader's language, fill the page, switch. */

import { languageOf, Words } from "../library/words.js";

/** @import { Catalogue } from "../library/words.js" */

const KEPT_AS = "fullhouse.language";

export class PageTexts extends Words {
  #catalogues;

  /**
   * @param {string} language - one of the catalogues
   * @param {Record<string, Catalogue>} catalogues
   */
  constructor(language, catalogues) {
    super(language, catalogues[language]);
    this.#catalogues = catalogues;
  }

  /**
   * @param {string} language
   * @returns {this} the same texts in another language
   */
  inLanguage(language) {
    const Own = /** @type {any} */ (this.constructor);
    return new Own(language, this.#catalogues);
  }
}

/**
 * @param {Record<string, Catalogue>} catalogues
 * @returns {string} the language that the reader chose, else the browser's
 */
export function languageOfReader(catalogues) {
  const kept = localStorage.getItem(KEPT_AS);
  return languageOf(kept ? [kept] : navigator.languages, catalogues);
}

/**
 * Fills every `data-text` of the page and the switch of languages.
 *
 * @template {PageTexts} T
 * @param {T} texts
 * @param {(texts: T) => void} onSwitch
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
      const chosen = texts.inLanguage(language);
      writePage(chosen, onSwitch);
      onSwitch(chosen);
    };
  }
}
