/** The purchase: a quote with its lines and total, one clear button, and what became of it. */

import { Refused } from "./billing.js";
import { element } from "./elements.js";

/** @import { Billing, Line, Offer, Quote } from "./billing.js" */
/** @import { Texts } from "./texts.js" */

const PRICE_IS_GONE = ["quote_stale", "quote_expired"];

export class Purchase {
  #dialog;
  #billing;
  #texts;
  #onBought;
  /** @type {Offer | null} */
  #offer = null;

  /**
   * @param {HTMLDialogElement} dialog
   * @param {{billing: Billing, texts: () => Texts, onBought: (offer: Offer) => void}} options
   */
  constructor(dialog, { billing, texts, onBought }) {
    this.#dialog = dialog;
    this.#billing = billing;
    this.#texts = texts;
    this.#onBought = onBought;
    dialog.addEventListener("close", () => (this.#offer = null));
  }

  /** @param {Offer} offer */
  open(offer) {
    this.#offer = offer;
    this.#show(this.#head(), this.#waitingFor("buy.asking"), this.#acts());
    this.#dialog.showModal();
    return this.#quote(offer, null);
  }

  /**
   * @param {Offer} offer
   * @param {HTMLElement | null} trouble - why there is a new quote
   */
  async #quote(offer, trouble) {
    try {
      const quote = await this.#billing.quote(offer.plan);
      if (this.#offer === offer) this.#showQuote(offer, quote, trouble);
    } catch (error) {
      if (this.#offer === offer) this.#showTrouble(offer, error);
    }
  }

  /**
   * @param {Offer} offer
   * @param {Quote} quote
   */
  async #buy(offer, quote) {
    const texts = this.#texts();
    this.#show(this.#head(), bill(texts, quote, offer), this.#waitingFor("buy.paying"));
    try {
      const { status } = await this.#billing.upgrade(quote.id);
      if (status !== "applied") throw new Refused("payment_failed", "");
      this.#dialog.close();
      this.#onBought(offer);
    } catch (error) {
      if (!(error instanceof Refused) || !PRICE_IS_GONE.includes(error.code)) this.#showTrouble(offer, error, quote);
      // Never a silent other price: the new one is shown, and asks for a new click.
      else await this.#quote(offer, this.#trouble(error, "mild"));
    }
  }

  /**
   * @param {Offer} offer
   * @param {Quote} quote
   * @param {HTMLElement | null} trouble
   */
  #showQuote(offer, quote, trouble) {
    const texts = this.#texts();
    const price = texts.money(quote.due_now);
    const pay = element(
      "button",
      { type: "button", class: "button main", onclick: () => this.#buy(offer, quote) },
      quote.due_now.amount ? texts.say("buy.pay", { price }) : texts.say("buy.take"),
    );
    const held = texts.say("buy.held_until", { time: texts.time(quote.expires_at) });
    this.#show(this.#head(), trouble, bill(texts, quote, offer), fine(texts, quote, held), this.#acts(pay));
    pay.focus();
  }

  /**
   * @param {Offer} offer
   * @param {unknown} error
   * @param {Quote} [quote] - whose purchase may be tried again, with the same key
   */
  #showTrouble(offer, error, quote) {
    if (!(error instanceof Refused)) throw error;
    const again = element(
      "button",
      {
        type: "button",
        class: "button main",
        onclick: () => (quote && error.code === "unreachable" ? this.#buy(offer, quote) : this.#quote(offer, null)),
      },
      this.#texts().say("buy.again"),
    );
    this.#show(this.#head(), this.#trouble(error, ""), this.#acts(again));
    again.focus();
  }

  /** @param {...(Node | null)} parts */
  #show(...parts) {
    this.#dialog.replaceChildren(...parts.filter((part) => part !== null));
    // The button that had the focus is gone with the old parts; the reader is not.
    if (this.#dialog.open) this.#dialog.querySelector("h2")?.focus();
  }

  #head() {
    const title = this.#texts().say("buy.title", { plan: this.#offer?.name ?? "" });
    return element("h2", { id: "purchase-title", tabindex: "-1" }, title);
  }

  /** @param {HTMLElement} [main] */
  #acts(main) {
    const cancel = element(
      "button",
      { type: "button", class: "button", onclick: () => this.#dialog.close() },
      this.#texts().say("cancel"),
    );
    return element("div", { class: "purchase-acts" }, cancel, main ?? null);
  }

  /** @param {string} key */
  #waitingFor(key) {
    return element("p", { class: "fine busy", role: "status" }, " ", this.#texts().say(key));
  }

  /**
   * @param {Refused} error
   * @param {string} tone
   */
  #trouble(error, tone) {
    const texts = this.#texts();
    const key = `error.${error.code}`;
    const words = texts.has(key) ? texts.say(key) : texts.say("error.other", { detail: error.message });
    return element("p", { class: `trouble ${tone}`, role: "alert" }, words);
  }
}

/**
 * @param {Texts} texts
 * @param {Quote} quote
 * @param {Offer} offer
 */
function bill(texts, quote, offer) {
  const { currency } = quote.due_now;
  const lines = quote.lines.map((line) => row(texts, line, offer, currency));
  const total = element(
    "tr",
    {},
    element("th", { scope: "row" }, texts.say("buy.total")),
    element("td", { class: "figure" }, texts.money(quote.due_now)),
  );
  return element("table", { class: "bill" }, element("tbody", {}, ...lines), element("tfoot", {}, total));
}

/**
 * @param {Texts} texts
 * @param {Line} line
 * @param {Offer} offer
 * @param {string} currency
 */
function row(texts, line, offer, currency) {
  const money = (/** @type {number} */ amount) => texts.money({ amount, currency });
  const name = line.item === "plan" ? offer.name : texts.say("buy.parallel_events", { n: line.quantity });
  const how = texts.say("buy.how", {
    old: money(line.old_price),
    new: money(line.new_price),
    n: line.days_remaining,
    days: line.days_in_period,
  });
  return element(
    "tr",
    {},
    element("th", { scope: "row" }, name, element("small", { class: "figure" }, how)),
    element("td", { class: "figure" }, money(line.amount)),
  );
}

/**
 * @param {Texts} texts
 * @param {Quote} quote
 * @param {string} held
 */
function fine(texts, quote, held) {
  const { amount, starts_on } = quote.next_period;
  const later = texts.say("buy.later", { price: texts.money(amount), date: texts.date(starts_on) });
  const warnings = quote.warnings.map((code) => element("p", { class: "trouble mild" }, texts.say(`warning.${code}`)));
  return element("div", {}, element("p", { class: "fine figure" }, `${later} ${held}`), ...warnings);
}
