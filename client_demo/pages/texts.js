/** The words, numbers, money and dates of the host, account, invoice and start pages. */

import { de as libraryDe } from "../library/texts/de.js";
import { en as libraryEn } from "../library/texts/en.js";
import { languageOf } from "../library/words.js";
import { languageOfReader, PageTexts } from "./pagetexts.js";
import { attendDe, attendEn } from "./texts/attend.js";
import { de } from "./texts/de.js";
import { en } from "./texts/en.js";
import { alertsDe, alertsEn } from "./texts/alerts.js";
import { guideDe, guideEn } from "./texts/guide.js";
import { ownerDe, ownerEn } from "./texts/owner.js";
import { peopleDe, peopleEn } from "./texts/people.js";
import { tellDe, tellEn } from "./texts/tell.js";

export { writePage } from "./pagetexts.js";

/** @import { Entry } from "../library/words.js" */

/** @type {Record<string, Record<string, Entry>>} what the library says, and what only the pages say */
export const CATALOGUES = {
  en: { ...libraryEn, ...en, ...alertsEn, ...guideEn, ...ownerEn, ...peopleEn, ...tellEn, ...attendEn },
  de: { ...libraryDe, ...de, ...alertsDe, ...guideDe, ...ownerDe, ...peopleDe, ...tellDe, ...attendDe },
};

/**
 * @param {readonly string[]} wanted - languages, the dearest first
 * @returns {string} the first that there is a catalogue for, else English
 */
export function chosenLanguage(wanted) {
  return languageOf(wanted, CATALOGUES);
}

/** Everything that is said in one language. */
export class Texts extends PageTexts {
  /** @param {string} language - one of the catalogues */
  constructor(language) {
    super(language, CATALOGUES);
  }

  /** @param {number} ms - tenths of a second are said below ten seconds only */
  seconds(ms) {
    const tenths = Math.round(ms / 100) / 10;
    return this.say("arrivals.seconds", { s: tenths < 10 ? tenths : Math.round(tenths) });
  }
}

/** @returns {Texts} in the reader's language */
export function readersTexts() {
  return new Texts(languageOfReader(CATALOGUES));
}
