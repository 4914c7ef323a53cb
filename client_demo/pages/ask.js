/** A person who may not buy asks the owner of the account, with a link that opens the same offer. */

import { at } from "./address.js";
import { acts, button, heading, show } from "./dialogs.js";
import { element } from "./elements.js";

/** @import { Offered } from "./billing.js" */
/** @import { Message } from "./fullhouse.js" */
/** @import { Texts } from "./texts.js" */

export class AskOwner {
  #texts;
  #by;
  #hasAsked = false;
  #isRefused = false;
  #dialog = /** @type {HTMLDialogElement} */ (
    element("dialog", { class: "purchase", "aria-labelledby": "ask-title" })
  );

  /**
   * @param {() => Texts} texts
   * @param {string} by - the participant who asks
   */
  constructor(texts, by) {
    this.#texts = texts;
    this.#by = by;
    document.body.append(this.#dialog);
  }

  /** Whether the owner said no to what was asked here. */
  get isRefused() {
    return this.#isRefused;
  }

  /** @param {Offered} [offer] - none: all that the account may buy */
  open(offer) {
    const texts = this.#texts();
    const link = /** @type {HTMLInputElement} */ (
      element("input", { class: "link figure", id: "ask-link", readonly: true, value: linkTo(this.#by, offer) })
    );
    const said = element("p", { class: "fine", role: "status" });
    const canShare = typeof navigator.share === "function";
    this.#hasAsked = true;
    this.#isRefused = false;
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
        button(texts.say("ask.copy"), () => copy(link, said, texts), canShare ? "" : "main"),
        canShare ? button(texts.say("ask.share"), () => share(link.value, words), "main") : null,
      ),
    );
    this.#dialog.showModal();
  }

  /**
   * Somebody put the notice away: a person who asked is told at once, until there are other news. The
   * room tells everybody that more seats were bought.
   *
   * @param {Message} message
   */
  hear(message) {
    if (message.type === "capacity_changed" || message.type === "notice") this.#isRefused = false;
    if (message.type !== "notice_cleared" || message.reason !== "dismissed" || !this.#hasAsked) return;
    this.#hasAsked = false;
    this.#isRefused = true;
    this.#dialog.close();
  }
}

/**
 * @param {string} url
 * @param {string} text
 */
function share(url, text) {
  return navigator.share({ text, url }).catch(() => {}); // closed without a choice: the link is still there
}

/**
 * Without a token: the person who opens it buys with their own sign-in.
 *
 * @param {string} by - participant
 * @param {Offered} [offer]
 */
function linkTo(by, offer) {
  const link = new URL(at("account"));
  link.searchParams.set("by", by);
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
