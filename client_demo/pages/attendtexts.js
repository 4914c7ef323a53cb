/** The texts of the attendee page: those of the element, and a few around it. */

import { de } from "../library/texts/de.js";
import { en } from "../library/texts/en.js";
import { languageOfReader, PageTexts } from "./pagetexts.js";
import { attendDe, attendEn } from "./texts/attend.js";

const CATALOGUES = { en: { ...en, ...attendEn }, de: { ...de, ...attendDe } };

/** @returns {PageTexts} in the reader's language */
export function readersTexts() {
  return new PageTexts(languageOfReader(CATALOGUES), CATALOGUES);
}
