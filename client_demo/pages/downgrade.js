/** Asking customer success for a smaller plan: what it means first, then one clear button. */

import { armedButton } from "./armed.js";
import { acts, button, heading, show, trouble } from "./dialogs.js";
import { element } from "./elements.js";
import { Refused } from "./refused.js";

/** @import { Account, Billing, DowngradeRequest, Plan } from "./billing.js" */
/** @import { Texts } from "./texts.js" */

export class Downgrade {
  #dialog;
  #billing;
  #texts;
  #onAsked;

  /**
   * @param {HTMLDialogElement} dialog
   * @param {{billing: Billing, texts: () => Texts, onAsked: (request: DowngradeRequest) => void}} options
   */
  constructor(dialog, { billing, texts, onAsked }) {
    this.#dialog = dialog;
    this.#billing = billing;
    this.#texts = texts;
    this.#onAsked = onAsked;
  }

  /**
   * @param {Plan} plan
   * @param {Account} account
   * @param {string | null} before - the name of the plan that was asked for already
   */
  open(plan, account, before) {
    const texts = this.#texts();
    const note = /** @type {HTMLTextAreaElement} */ (
      element("textarea", { class: "note", id: "downgrade-note", rows: "3", maxlength: "2000" })
    );
    const news = element("div");
    const ask = armedButton(texts.say("downgrade.ask"), () => this.#ask(plan, note.value, ask, news), "main");
    show(
      this.#dialog,
      heading("downgrade-title", texts.say("buy.title", { plan: plan.name })),
      element("ul", { class: "terms" }, ...terms(plan, account, before, texts).map((words) => element("li", {}, words))),
      account.promo_codes.length ? element("p", { class: "trouble mild" }, texts.say("warning.promo_codes_void")) : null,
      element("label", { class: "label", for: "downgrade-note" }, texts.say("downgrade.note")),
      note,
      news,
      acts(button(texts.say("cancel"), () => this.#dialog.close()), ask),
    );
    this.#dialog.showModal();
  }

  /**
   * @param {Plan} plan
   * @param {string} note
   * @param {HTMLButtonElement} ask
   * @param {HTMLElement} news
   */
  async #ask(plan, note, ask, news) {
    ask.disabled = true;
    try {
      const request = await this.#billing.askForDowngrade(plan.id, note);
      this.#dialog.close();
      this.#onAsked(request);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      news.replaceChildren(trouble(this.#texts(), error));
      ask.disabled = false; // after a lost answer too: a second request takes the place of the first
    }
  }
}

/**
 * @param {Plan} plan
 * @param {Account} account
 * @param {string | null} before
 * @param {Texts} texts
 */
function terms(plan, account, before, texts) {
  const said = [
    texts.say("downgrade.when", { date: texts.date(account.period.end) }),
    texts.say("downgrade.who"),
    texts.say("downgrade.seats", { n: plan.seats, before: account.seats }),
    texts.say("downgrade.money"),
  ];
  return before ? [...said, texts.say("downgrade.instead", { plan: before })] : said;
}
