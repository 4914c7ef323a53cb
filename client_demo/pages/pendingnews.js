/** A payment that is not settled, on every page of the account, until its end is known and said. */

import { at } from "./address.js";
import { button } from "./dialogs.js";
import { element } from "./elements.js";

/** @import { Billing, Offered } from "./billing.js" */
/** @import { Order } from "./orders.js" */
/** @import { Texts } from "./texts.js" */

const LOOK_EVERY_MS = 3_000;

/** @type {Record<string, string>} */
const ENDS = { applied: "pending.bought", refunded: "error.refunded" };

export class PendingNews {
  #box;
  #billing;
  #texts;
  #see;
  #changed;
  /** @type {Order | null} */
  #order = null;
  /** @type {{how: "bought" | "failed", words: string} | null} */
  #ended = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #looking;

  /**
   * @param {HTMLElement} box - hidden while there is nothing to say
   * @param {{billing: Billing, texts: () => Texts, see?: (order: Order) => void,
   *          changed?: (applied: Offered | null) => void}} options - `see`: shows the payment here;
   *   without it a link leads to the account page. `changed`: what is pending is another one now;
   *   `applied` is what was bought, if that is how it ended
   */
  constructor(box, { billing, texts, see, changed = () => {} }) {
    this.#box = box;
    this.#billing = billing;
    this.#texts = texts;
    this.#see = see;
    this.#changed = changed;
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.look());
  }

  /** @returns {Order | null} what is not settled */
  get order() {
    return this.#order;
  }

  /** @returns {"none" | "open" | "bought" | "failed"} */
  get state() {
    return this.#order ? "open" : (this.#ended?.how ?? "none");
  }

  /** How the last payment ended is no news any more: there is another one, or it was read. */
  forget() {
    this.#ended = null;
    this.draw();
    this.#changed(null);
  }

  /** Asks the server; as long as something is pending, again and again. */
  async look() {
    clearTimeout(this.#looking);
    const before = this.#order;
    try {
      const order = await this.#billing.pending();
      const isOther = before?.upgrade !== order?.upgrade;
      const applied = before && isOther ? await this.#end(before) : null; // without an answer it stays the one to ask for
      this.#order = order;
      if (isOther) this.#changed(applied);
    } catch {
      if (!before) return; // whoever may not buy has nothing pending, and no answer is no news
    }
    this.draw();
    if (this.#order) this.#looking = setTimeout(() => this.look(), LOOK_EVERY_MS);
  }

  draw() {
    const texts = this.#texts();
    const order = this.#order;
    this.#box.hidden = this.state === "none";
    const plan = order?.offer.name ?? "";
    const words = order ? texts.say("pending.payment", { plan }) : (this.#ended?.words ?? "");
    this.#box.replaceChildren(element("p", { role: "status" }, words), ...this.#acts(order, texts));
  }

  /**
   * @param {Order | null} order
   * @param {Texts} texts
   */
  #acts(order, texts) {
    if (order) return [this.#way(order, texts)];
    return this.state === "failed" ? [button(texts.say("close"), () => this.forget())] : [];
  }

  /**
   * @param {Order} order - it was pending, and is no more
   * @returns {Promise<Offered | null>} what was bought
   */
  async #end(order) {
    const { status } = await this.#billing.upgrade(order, order.upgrade ?? "");
    const key = ENDS[status] ?? "pending.failed";
    const words = this.#texts().say(key, { plan: order.offer.name });
    this.#ended = { how: status === "applied" ? "bought" : "failed", words };
    return status === "applied" ? order.offer : null;
  }

  /**
   * @param {Order} order
   * @param {Texts} texts
   */
  #way(order, texts) {
    const see = this.#see;
    if (see) return button(texts.say("pending.see"), () => see(order));
    return element("a", { href: at("account") }, texts.say("pending.see_account"));
  }
}
