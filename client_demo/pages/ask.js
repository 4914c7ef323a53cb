/** Whoever may not buy asks the owner of the account, with a link that opens the same offer. */

import { at } from "./address.js";
import { acts, button, heading, show } from "./dialogs.js";
import { element } from "./elements.js";

/** @import { Offered } from "./billing.js" */
/** @import { Texts } from "./texts.js" */

export class AskOwner {
  #texts;
  #dialog = /** @type {HTMLDialogElement} */ (
    element("dialog", { class: "purchase", "aria-labelledby": "ask-title" })
  );

  /** @param {() => Texts} texts */
  constructor(texts) {
    this.#texts = texts;
    document.body.append(this.#dialog);
  }

  /** @param {Offered} [offer] - none: all that the account may buy */
  open(offer) {
    const texts = this.#texts();
    const link = /** @type {HTMLInputElement} */ (
      element("input", { class: "link figure", id: "ask-link", readonly: true, value: linkTo(offer) })
    );
    const said = element("p", { class: "fine", role: "status" });
    const words = offer ? texts.say("ask.words", { plan: offer.name }) : texts.say("ask.words_all");
    show(
      this.#dialog,
      heading("ask-title", texts.say("ask.title")),
      element("p", { class: "muted" }, words),
      element("label", { class: "label", for: "ask-link" }, texts.say("ask.link")),
      link,
      said,
      acts(
        button(texts.say("close"), () => this.#dialog.close()),
        button(texts.say("ask.copy"), () => copy(link, said, texts), "main"),
      ),
    );
    this.#dialog.showModal();
  }
}

/**
 * Without a token: whoever opens it buys with a sign-in of their own.
 *
 * @param {Offered} [offer]
 */
function linkTo(offer) {
  const link = new URL(at("account"));
  if (offer) link.searchParams.set("plan", offer.plan);
  return link.href;
}

/**
 * @param {HTMLInputElement} link
 * @param {HTMLElement} said
 * @param {Texts} texts
 */
async function copy(link, said, texts) {
  link.select(); // where the browser lets no page copy, the reader can
  try {
    await navigator.clipboard.writeText(link.value);
    said.textContent = texts.say("ask.copied");
  } catch {
    said.textContent = texts.say("ask.copy_yourself");
  }
}
