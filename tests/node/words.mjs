/** The words of the pages without a browser, of which they ask one thing only. */

import { Words } from "../../client_demo/library/words.js";
import { CATALOGUES } from "../../client_demo/pages/texts.js";

globalThis.navigator ??= { languages: ["en-GB", "de-DE"] };

/**
 * @param {"en" | "de"} language
 * @returns {Words}
 */
export function wordsOf(language) {
  return new Words(language, CATALOGUES[language]);
}

/** @param {string} text - Intl writes spaces that do not break */
export function plain(text) {
  return text.replace(/\s/g, " ");
}
