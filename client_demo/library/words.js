/** Words, numbers, money and times of a reader's language, from a catalogue. */

import { minorDigits } from "./minordigits.js";

/** @typedef {string | {one: string, other: string}} Entry */
/** @typedef {Record<string, Entry>} Catalogue */

/**
 * @param {readonly string[]} wanted - languages, the dearest first
 * @param {Record<string, Catalogue>} catalogues
 * @returns {string} the first that there is a catalogue for, else English
 */
export function languageOf(wanted, catalogues) {
  const known = wanted.map((tag) => tag.slice(0, 2).toLowerCase()).find((tag) => tag in catalogues);
  return known ?? "en";
}

/**
 * Minutes, from twenty on in steps of five, and from two hours on hours.
 *
 * @param {number} seconds
 * @param {(n: number) => number} round - up or down
 */
function rounded(seconds, round) {
  if (seconds >= 7200) return { n: round(seconds / 3600), unit: "hour" };
  const step = seconds < 1200 ? 1 : 5;
  return { n: step * round(seconds / 60 / step), unit: "minute" };
}

/** Everything that is said in one language. */
export class Words {
  #catalogue;
  #plural;
  #locale;

  /**
   * @param {string} language
   * @param {Catalogue} catalogue
   */
  constructor(language, catalogue) {
    this.language = language;
    this.#catalogue = catalogue;
    // en-GB or de-AT where the browser says so: their dates and figures, our words.
    this.#locale = navigator.languages.find((tag) => tag.startsWith(language)) ?? language;
    this.#plural = new Intl.PluralRules(language);
  }

  /**
   * @param {string} key
   * @param {Record<string, string | number>} [values] - numbers are written the local way; the
   *   one called `n` decides between `one` and `other`
   */
  say(key, values = {}) {
    const entry = this.#catalogue[key];
    if (entry === undefined) throw new Error(`No text ${key} in ${this.language}.`);
    const pattern = typeof entry === "string" ? entry : entry[this.#form(Number(values.n))];
    return pattern.replace(/\{(\w+)\}/g, (_, name) => {
      const value = values[name];
      return typeof value === "number" ? this.number(value) : value;
    });
  }

  /** @param {string} key */
  has(key) {
    return key in this.#catalogue;
  }

  /** @param {number} value */
  number(value) {
    return new Intl.NumberFormat(this.#locale).format(value);
  }

  /**
   * @param {{amount: number, currency: string}} money - minor units; the currency knows how many
   *   of them make one
   */
  money({ amount, currency }) {
    const digits = minorDigits(currency);
    const usual = this.#currency(currency).resolvedOptions().minimumFractionDigits ?? digits;
    // 17,550 forints are shown as people write them, but no fraction is ever left out.
    const least = amount % 10 ** digits ? digits : Math.min(usual, digits);
    const shown = { minimumFractionDigits: least, maximumFractionDigits: digits };
    return this.#currency(currency, shown).format(amount / 10 ** digits);
  }

  /**
   * @param {string} currency
   * @param {Intl.NumberFormatOptions} [options]
   */
  #currency(currency, options) {
    return new Intl.NumberFormat(this.#locale, { style: "currency", currency, ...options });
  }

  /** @param {string} date - ISO date without a time, the same day in every time zone */
  date(date) {
    const format = new Intl.DateTimeFormat(this.#locale, { dateStyle: "long", timeZone: "UTC" });
    return format.format(new Date(date));
  }

  /** @param {string | number} instant */
  time(instant) {
    return new Intl.DateTimeFormat(this.#locale, { timeStyle: "short" }).format(new Date(instant));
  }

  /** @param {number} instant */
  timeToTheSecond(instant) {
    return new Intl.DateTimeFormat(this.#locale, { timeStyle: "medium" }).format(new Date(instant));
  }

  /** @param {number} seconds - said as minutes from two minutes on, where seconds are false precision */
  duration(seconds) {
    if (seconds < 120) return this.say("seconds", { n: Math.max(0, Math.round(seconds)) });
    return this.say("minutes", { n: Math.floor(seconds / 60) }); // it is mostly a promise
  }

  /** @param {number} seconds - a forecast, of which nobody knows the second */
  roughly(seconds) {
    if (seconds < 60) return this.say("within_a_minute");
    return this.say("about", { duration: this.say("minutes", { n: Math.round(seconds / 60) }) });
  }

  /**
   * @param {number} low - seconds
   * @param {number} high - seconds
   * @returns {string} rounded outwards, more where the wait is long: an honest range, not a promise
   */
  range(low, high) {
    if (high < 60) return this.say("wait.soon");
    const [from, to] = [rounded(low, Math.floor), rounded(high, Math.ceil)];
    if (low < 60) return this.say("wait.up_to", { most: this.#unit(to.unit).format(to.n) });
    if (from.unit === to.unit) return this.#unit(to.unit).formatRange(from.n, to.n);
    return this.say("wait.from_to", { least: this.#unit(from.unit).format(from.n), most: this.#unit(to.unit).format(to.n) });
  }

  /** @param {string} unit */
  #unit(unit) {
    return new Intl.NumberFormat(this.#locale, { style: "unit", unit, unitDisplay: "long" });
  }

  /** @param {number} n */
  #form(n) {
    return this.#plural.select(n) === "one" ? "one" : "other";
  }
}
