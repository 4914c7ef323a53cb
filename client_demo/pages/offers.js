/** Offers as cards: the recommended one first, the price now and the price later on each. */

import { recommended } from "../library/hostnews.js";
import { element, write } from "./elements.js";

/** @import { Offer } from "./billing.js" */
/** @import { Texts } from "./texts.js" */

/**
 * The best first, then what is larger, then what is too small.
 *
 * @param {Offer[]} offers
 * @param {Offer | undefined} best
 */
function inOrder(offers, best) {
  const seats = best?.seats ?? 0;
  const bySize = [...offers].sort((a, b) => a.seats - b.seats);
  return [...bySize.filter((offer) => offer.seats >= seats), ...bySize.filter((offer) => offer.seats < seats)];
}

/** A list of cards that is built anew only when it says something new: a focus inside survives. */
export class OfferCards {
  #list;
  #buy;
  #most;
  #shown = "";

  /**
   * @param {HTMLElement} list
   * @param {(offer: Offer) => void} buy
   * @param {number} most - how many cards at most
   */
  constructor(list, buy, most = Infinity) {
    this.#list = list;
    this.#buy = buy;
    this.#most = most;
  }

  /**
   * @param {Offer[]} offers - cheapest first
   * @param {number} people - everyone inside, called and waiting
   * @param {Texts} texts
   * @param {boolean} [canBuy] - whoever may not can ask for them
   */
  draw(offers, people, texts, canBuy = true) {
    const best = recommended(offers, people);
    const said = JSON.stringify([texts.language, best?.plan, offers, canBuy]);
    if (said !== this.#shown) this.#build(offers, best, texts, canBuy ? "offer.choose" : "offer.ask");
    this.#shown = said;
    const reason = this.#list.querySelector(".why");
    if (best && reason) write(reason, why(texts, best, people));
  }

  /**
   * @param {Offer[]} offers
   * @param {Offer | undefined} best
   * @param {Texts} texts
   * @param {string} words - on the buttons
   */
  #build(offers, best, texts, words) {
    const shown = inOrder(offers, best).slice(0, this.#most);
    this.#list.replaceChildren(...shown.map((offer) => card(texts, offer, offer === best, words, () => this.#buy(offer))));
  }
}

/**
 * @param {Texts} texts
 * @param {Offer} offer
 * @param {boolean} best
 * @param {string} words
 * @param {() => void} buy
 */
function card(texts, offer, best, words, buy) {
  const { amount, starts_on } = offer.next_period;
  const later = { price: texts.money(amount), date: texts.date(starts_on) };
  return element(
    "li",
    { class: best ? "offer recommended" : "offer" },
    best ? element("p", { class: "why" }) : null,
    element("h3", {}, offer.name),
    element("p", { class: "muted" }, texts.say("offer.seats", { n: offer.seats })),
    element("p", { class: "now figure" }, texts.money(offer.due_now), " ", element("small", {}, texts.say(offer.carried_over ? "offer.carried" : "offer.now"))),
    element("p", { class: "later muted small figure" }, texts.say("offer.later", later)),
    element(
      "button",
      { type: "button", class: best ? "button main" : "button", onclick: buy },
      texts.say(words, { plan: offer.name }),
    ),
  );
}

/**
 * @param {Texts} texts
 * @param {Offer} offer
 * @param {number} people
 */
function why(texts, offer, people) {
  return offer.seats >= people
    ? texts.say("offer.seats_everyone", { n: people })
    : texts.say("offer.most_seats");
}
