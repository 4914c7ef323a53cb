/** The purchase: a quote with its lines and total, one clear button, and what became of it. */

import { armedButton } from "./armed.js";
import { bill, payWords } from "./bill.js";
import { BoughtPart } from "./boughtpart.js";
import { acts, busy, button, heading, show, tellOutcome, trouble } from "./dialogs.js";
import { element } from "./elements.js";
import { follow } from "./follow.js";
import { pendingParts } from "./pendingparts.js";
import { arrivingWith, quoteParts } from "./purchaseparts.js";
import { isUnanswered, Refused } from "./refused.js";
import { NO_ROOM } from "./roomview.js";
import { troubleParts } from "./troubleparts.js";

/** @import { Account, Billing, Offered, Quote, Upgrade } from "./billing.js" */
/** @import { AskCard } from "./askcard.js" */
/** @import { Order } from "./orders.js" */
/** @import { RoomView } from "./roomview.js" */
/** @import { Texts } from "./texts.js" */

const PRICE_IS_GONE = ["quote_stale", "quote_expired"];

export class Purchase {
  #dialog;
  #billing;
  #texts;
  #onBought;
  #onClosed;
  #room;
  #cautions;
  #ask;
  /** @type {AskCard | null} who asked for this purchase, if somebody did */
  #card = null;
  /** @type {BoughtPart | null} as long as it is shown */
  #bought = null;
  /** @type {Offered | null} what the dialog is about; another one, or none, when it has moved on */
  #offer = null;

  /**
   * @param {HTMLDialogElement} dialog
   * @param {{billing: Billing, texts: () => Texts, onBought: (offer: Offered) => void,
   *          onClosed?: () => void, room?: () => Readonly<RoomView>, cautions?: () => string[],
   *          ask?: (offer: Offered) => void}} options -
   *   `room`: what the page knows of the room; `cautions`: what a buyer should know before paying;
   *   `ask`: asks the owner of the account, where a card is declined
   */
  constructor(dialog, { billing, texts, onBought, onClosed = () => {}, room = () => NO_ROOM, cautions = () => [], ask }) {
    this.#dialog = dialog;
    this.#billing = billing;
    this.#texts = texts;
    this.#onBought = onBought;
    this.#onClosed = onClosed;
    this.#room = room;
    this.#cautions = cautions;
    this.#ask = ask;
    dialog.addEventListener("close", () => this.#closed());
  }

  /**
   * Asks for the price of `offer`; where a purchase is under way, shows that one first.
   *
   * @param {Offered} offer
   * @param {AskCard | null} [card] - of somebody who asked for it
   */
  async open(offer, card = null) {
    this.#card = card;
    this.#begin(offer);
    const before = await this.#before(offer).catch(() => null);
    if (this.#offer !== offer) return;
    if (before) await this.#takeUp(before);
    else await this.#quote(offer, null);
  }

  /**
   * @param {Offered} offer
   * @returns {Promise<Order | null>} a purchase begun earlier that has to end before one of `offer`
   */
  async #before(offer) {
    const order = await this.#billing.underWay();
    if (!order?.upgrade) return order?.offer.plan === offer.plan ? order : null;
    const { status } = await this.#billing.upgrade(order, order.upgrade);
    return status === "pending" ? order : null;
  }

  /** Shows the purchase that was under way here when the page was left, if there is one. */
  async resume() {
    const order = await this.#billing.begunHere().catch(() => null);
    if (order) await this.see(order);
  }

  /** @param {Order} order - whose end is not known */
  async see(order) {
    if (this.#dialog.open) return;
    this.#begin(order.offer);
    await this.#takeUp(order);
  }

  /** @param {Offered} offer */
  #begin(offer) {
    this.#offer = offer;
    this.#show(busy(this.#texts().say("buy.asking")), acts(this.#close("cancel")));
    this.#dialog.showModal();
  }

  #closed() {
    this.#offer = this.#bought = this.#card = null;
    this.#onClosed();
  }

  /** @param {Order} order */
  async #takeUp(order) {
    const { offer, quote, upgrade } = order;
    this.#offer = offer;
    // Without an answer nobody knows whether it was begun at all: that takes another click.
    if (!upgrade) return this.#showTrouble(offer, new Refused("answer_lost", ""), () => this.#buy(offer, quote));
    try {
      await this.#outcome(order, await this.#billing.upgrade(order, upgrade));
    } catch (error) {
      const again = isUnanswered(error) ? () => this.#takeUp(order) : undefined;
      if (this.#offer === offer) this.#showTrouble(offer, error, again);
    }
  }

  /**
   * @param {Offered} offer
   * @param {HTMLElement | null} news - why there is a new quote
   */
  async #quote(offer, news) {
    try {
      const { quote, account } = await this.#billing.quote(offer.plan);
      if (this.#offer === offer) this.#showQuote(offer, quote, account, news);
    } catch (error) {
      if (this.#offer === offer) this.#showTrouble(offer, error);
    }
  }

  /**
   * @param {Offered} offer
   * @param {Quote} quote
   */
  async #buy(offer, quote) {
    this.#show(bill(this.#texts(), quote, offer), busy(this.#texts().say("buy.paying")));
    const arriving = arrivingWith(quote, this.#room());
    const order = { offer, quote, upgrade: null, at: Date.now() };
    try {
      await this.#outcome(order, await this.#billing.buy(order), arriving);
    } catch (error) {
      if (this.#offer === offer) await this.#refused(offer, quote, error);
    }
  }

  /**
   * @param {Offered} offer
   * @param {Quote} quote
   * @param {any} error
   */
  async #refused(offer, quote, error) {
    if (PRICE_IS_GONE.includes(error.code)) {
      // Never a silent other price: the new one is shown, and asks for a new click.
      return this.#quote(offer, trouble(this.#texts(), error, "mild"));
    }
    this.#showTrouble(offer, error, isUnanswered(error) ? () => this.#buy(offer, quote) : undefined);
  }

  /**
   * @param {Order} order
   * @param {Upgrade} upgrade
   * @param {number} [arriving] - how many people come in now
   */
  async #outcome(order, upgrade, arriving = 0) {
    if (upgrade.status === "applied") return this.#showBought(order, upgrade, arriving);
    if (this.#offer !== order.offer) return;
    if (upgrade.status === "pending") return this.#follow(order, upgrade);
    const code = upgrade.status === "failed" ? "payment_failed" : "refunded";
    this.#showTrouble(order.offer, new Refused(code, ""));
  }

  /**
   * Says what happened where the buyer looks. The next offer must not stand where a second tap lands.
   *
   * @param {Order} order
   * @param {Upgrade} upgrade
   * @param {number} arriving
   */
  #showBought({ offer, quote }, upgrade, arriving) {
    if (this.#offer === offer) {
      const texts = this.#texts();
      const bought = new BoughtPart(texts, { quote, upgrade, arriving }, (words) => tellOutcome(this.#dialog, words));
      const close = armedButton(texts.say("close"), () => this.#dialog.close(), "main");
      this.#showUnder("buy.title_done", ...bought.parts, acts(close));
      this.#bought = bought;
      this.draw();
    }
    this.#onBought(offer);
  }

  /** The page knows more of the room. */
  draw() {
    this.#bought?.draw(this.#room().arrivals);
    this.#card?.draw(this.#room(), this.#texts());
  }

  /**
   * @param {Order} order
   * @param {Upgrade} upgrade - pending
   */
  async #follow(order, upgrade) {
    const isLookedAt = () => this.#offer === order.offer;
    const show = (/** @type {Upgrade} */ now) => this.#showPending(order, now);
    const settled = await follow(this.#billing, order, upgrade, { isLookedAt, show });
    if (settled) await this.#outcome(order, settled);
  }

  /**
   * @param {Order} order
   * @param {Upgrade} upgrade
   */
  async #withdraw(order, upgrade) {
    const { offer } = order;
    // No longer this offer: whoever follows the purchase stops, so that only one tells its end.
    const leaving = { ...order, offer: { ...offer } };
    this.#offer = leaving.offer;
    this.#show(busy(this.#texts().say("buy.calling_off")));
    try {
      const now = await this.#billing.withdraw(order, upgrade.id);
      if (now.status !== "failed") await this.#outcome(leaving, now);
      else if (this.#offer === leaving.offer) this.#showCalledOff();
    } catch (error) {
      if (this.#offer === leaving.offer) this.#showTrouble(leaving.offer, error, () => this.#withdraw(leaving, upgrade));
    }
  }

  /**
   * @param {Offered} offer
   * @param {Quote} quote
   * @param {Account} account
   * @param {HTMLElement | null} news
   */
  #showQuote(offer, quote, account, news) {
    const texts = this.#texts();
    const asked = this.#card?.parts(texts);
    const words = payWords(texts, quote);
    const pay = armedButton(asked ? texts.say("ask.approve", { words }) : words, () => this.#buy(offer, quote), "main");
    const leave = asked?.refuse ?? this.#close("cancel");
    const situation = { account, arriving: arrivingWith(quote, this.#room()), cautions: this.#cautions() };
    this.#show(news, asked?.words ?? null, ...quoteParts(texts, quote, offer, situation), acts(leave, pay));
    this.draw();
  }

  /**
   * @param {Order} order
   * @param {Upgrade} upgrade
   */
  #showPending(order, upgrade) {
    const ways = { callOff: () => this.#withdraw(order, upgrade), close: () => this.#close("close") };
    this.#show(...pendingParts(this.#texts(), order, upgrade, ways));
  }

  #showCalledOff() {
    const words = element("p", { class: "state", role: "status" }, this.#texts().say("buy.called_off"));
    this.#show(words, acts(this.#close("close")));
  }

  /**
   * @param {Offered} offer
   * @param {unknown} error
   * @param {() => unknown} [retry] - what to try again; a new quote, if nothing else
   */
  #showTrouble(offer, error, retry = () => this.#quote(offer, null)) {
    if (!(error instanceof Refused)) throw error;
    const ask = this.#ask;
    const ways = {
      retry,
      anew: () => this.#quote(offer, null),
      ask: ask ? () => (this.#dialog.close(), ask(offer)) : null,
      close: () => this.#dialog.close(),
    };
    this.#show(...troubleParts(this.#texts(), error, ways));
  }

  /** @param {...(Node | null)} parts */
  #show(...parts) {
    this.#showUnder("buy.title", ...parts);
  }

  /**
   * @param {string} title - key of the heading's text
   * @param {...(Node | null)} parts
   */
  #showUnder(title, ...parts) {
    this.#bought = null;
    const words = this.#texts().say(title, { plan: this.#offer?.name ?? "" });
    show(this.#dialog, heading("purchase-title", words), ...parts);
  }

  /** @param {string} key */
  #close(key) {
    return button(this.#texts().say(key), () => this.#dialog.close());
  }
}
