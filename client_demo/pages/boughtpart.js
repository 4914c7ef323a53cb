/** The end of a purchase: the seats there are now, and the people who come in because of them. */

import { at } from "./address.js";
import { carried } from "./bill.js";
import { element, write } from "./elements.js";

/** @import { Quote, Upgrade } from "./billing.js" */
/** @import { Arrivals } from "./roomview.js" */
/** @import { Texts } from "./texts.js" */

export class BoughtPart {
  #texts;
  #upgrade;
  #arriving;
  #tell;
  #told = "";
  #words = element("span", { class: "figure" });
  /** @type {(HTMLElement | null)[]} */
  parts;

  /**
   * @param {Texts} texts
   * @param {{quote: Quote, upgrade: Upgrade, arriving: number}} bought - `arriving`: how many people
   *   come in now, as far as the page knew before it bought
   * @param {(words: string) => void} tell - says it aloud
   */
  constructor(texts, { quote, upgrade, arriving }, tell) {
    this.#texts = texts;
    this.#upgrade = upgrade;
    this.#arriving = arriving;
    const seats = texts.say("buy.done", { n: quote.seats.to });
    this.#tell = (/** @type {string} */ more) => tell(more ? `${seats} ${more}` : seats);
    const invoice = at(`account/invoice?id=${encodeURIComponent(upgrade.id)}`);
    this.parts = [
      element("p", { class: "state" }, element("b", {}, seats), " ", this.#words),
      upgrade.carried_over ? carried(texts, upgrade.due_now) : null,
      element("p", { class: "fine" }, element("a", { href: invoice }, texts.say("buy.invoice"))),
    ];
  }

  /**
   * Shows how far it is now. Aloud is said what was bought, and when all have come; not each arrival.
   *
   * @param {Readonly<Arrivals> | null} arrivals - after the last change of the capacity
   */
  draw(arrivals) {
    // The change of the capacity has the id of the purchase.
    const own = arrivals?.change === this.#upgrade.id ? arrivals : null;
    const words = comingWords(this.#texts, own, this.#arriving);
    write(this.#words, words);
    const state = own?.done && own.called > 0 ? "done" : "bought";
    if (state === this.#told) return;
    this.#told = state;
    this.#tell(state === "done" ? words : comingWords(this.#texts, null, own?.called || this.#arriving));
  }
}

/**
 * @param {Texts} texts
 * @param {Readonly<Arrivals> | null} arrivals - null as long as nothing was heard of them
 * @param {number} arriving - how many people are expected
 * @returns {string} empty where nobody comes in
 */
export function comingWords(texts, arrivals, arriving) {
  const n = arrivals?.called || arriving;
  if (n === 0) return "";
  if (!arrivals || arrivals.firstMs === null) return texts.say("buy.done_arriving", { n });
  const values = {
    n,
    came: Math.min(arrivals.came, n), // who came without a call is none of them
    first: texts.seconds(arrivals.firstMs),
    last: texts.seconds(arrivals.lastMs),
  };
  return texts.say(arrivals.done ? "buy.done_all" : "buy.done_first", values);
}
