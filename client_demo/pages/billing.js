/** The calls that a room token which may buy can make, about its own account. */

import { callsOf } from "./accountcalls.js";
import { at } from "./address.js";
import { begunElsewhere, forget, remember, remembered } from "./orders.js";
import { isUnanswered, Refused, said, unreachable } from "./refused.js";

/** @import { Session } from "./accountcalls.js" */
/** @import { RoomMessage } from "./fullhouse.js" */
/** @import { Order } from "./orders.js" */

/**
 * @typedef {{amount: number, currency: string}} Money
 * @typedef {{amount: Money, starts_on: string, carried_over?: Money | null}} NextPeriod
 *   `carried_over`: what is collected together with it.
 * @typedef {{plan: string, name: string, seats: number, due_now: Money, recommended: boolean,
 *            next_period: NextPeriod, carried_over?: boolean}} Offer
 *   `carried_over`: `due_now` is too little to be charged by itself; the next period collects it.
 * @typedef {{plan: string, name: string, seats: number}} Offered - what of an offer outlives it
 * @typedef {{item: "plan" | "parallel_events", quantity: number, old_price: number,
 *            new_price: number, days_remaining: number, days_in_period: number,
 *            amount: number}} Line
 * @typedef {{id: string, from: string, to: string, seats: {from: number, to: number},
 *            lines: Line[], due_now: Money, next_period: NextPeriod,
 *            expires_at: string, warnings: string[], carried_over: boolean,
 *            paid_by: Account["paid_by"]}} Quote
 * @typedef {{id: string, status: "pending" | "applied" | "failed" | "refunded", quote: string,
 *            plan: string, due_now: Money, payment: {client_secret: string} | null,
 *            carried_over: boolean}} Upgrade
 * @typedef {{id: string, name: string, seats: number, presenters: number, trial: boolean,
 *            on_sale: boolean, price: Record<"month" | "year", Money>,
 *            parallel_event: Record<"month" | "year", Money>}} Plan
 * @typedef {{id: string, installation: string, plan: string, seats: number, presenters: number,
 *            billing_period: "month" | "year", time_zone: string, parallel_events: number,
 *            period: {start: string, end: string, days: number},
 *            promo_codes: {code: string, percent_off: number}[],
 *            payment_status: "ok" | "past_due", paid_by: "on_account" | "payment_method",
 *            scheduled_change: {plan: string, effective_on: string} | null,
 *            next_period: NextPeriod | null, plan_name: string | null, price: Money | null,
 *            parallel_event_price: Money | null, version: number, customer_success: string | null}} Account
 *   From `next_period` to `parallel_event_price` they are null where nobody knows any more what was bought.
 * @typedef {{room: string, title: string, status: RoomMessage["status"], paused: boolean, capacity: number, occupied: number, held: number,
 *            waiting: number, level: RoomMessage["level"]}} Room
 * @typedef {{id: string, status: "requested" | "scheduled" | "declined" | "withdrawn" | "done",
 *            plan: string, effective_on: string, contact_by: string, warnings: string[],
 *            note: string}} DowngradeRequest
 * @typedef {{id: string, number: string, kind: "renewal" | "upgrade", issued_on: string,
 *            period: {start: string}, inputs: {new: {plan: string, name: string}}, amount: Money,
 *            past_due: boolean, carried_over: boolean, refunded: Money | null}} Invoice
 */

export class Billing {
  #call;
  /** @type {Promise<Account> | null} asked for once, to know which installation and account it is */
  #payer = null;

  /** @param {Session} session */
  constructor(session) {
    this.#call = callsOf(session);
  }

  /** @returns {Promise<Account>} */
  account() {
    return this.#call("GET", "");
  }

  /** @returns {Promise<Plan[]>} the whole catalogue, on sale or not */
  async plans() {
    const answer = await fetch(at("v1/plans")).catch(unreachable);
    return (await said(answer)).plans;
  }

  /** @returns {Promise<Record<string, string>>} the names of the plans, by id */
  async planNames() {
    return Object.fromEntries((await this.plans()).map((plan) => [plan.id, plan.name]));
  }

  /** @returns {Promise<DowngradeRequest[]>} the latest, oldest first */
  async downgrades() {
    return (await this.#call("GET", "/downgrade-requests")).downgrade_requests;
  }

  /**
   * @param {string} plan
   * @param {string} note
   * @returns {Promise<DowngradeRequest>}
   */
  askForDowngrade(plan, note) {
    return this.#call("POST", "/downgrade-requests", { plan, note });
  }

  /** @param {string} id */
  withdrawDowngrade(id) {
    return this.#call("DELETE", `/downgrade-requests/${encodeURIComponent(id)}`);
  }

  /** @returns {Promise<Invoice[]>} oldest first */
  invoices() {
    return this.#all("invoices");
  }

  /** @returns {Promise<Room[]>} the open rooms, by name */
  rooms() {
    return this.#all("rooms");
  }

  /**
   * @param {string} list - which comes in pages
   * @returns {Promise<any[]>}
   */
  async #all(list) {
    const rows = [];
    let next = "";
    while (next !== null) {
      const page = await this.#call("GET", `/${list}?limit=200${next && `&cursor=${encodeURIComponent(next)}`}`);
      rows.push(...page[list]);
      next = page.next;
    }
    return rows;
  }

  /**
   * @param {string} plan
   * @returns {Promise<{quote: Quote, account: Account}>}
   */
  async quote(plan) {
    const [quote, account] = await Promise.all([this.#call("POST", "/upgrade-quotes", { plan }), this.account()]);
    return { quote: { ...quote, paid_by: account.paid_by }, account };
  }

  /** Tries at once to collect what could not be collected. What came of it, the account says later. */
  collect() {
    return this.#call("POST", "/collect");
  }

  /** @returns {Promise<Order | null>} a purchase that was begun here and whose end is not known */
  async begunHere() {
    return remembered(await this.#whoPays(), Date.now());
  }

  /** @returns {Promise<Order | null>} the purchase that is not settled, wherever it was begun */
  async pending() {
    const order = await this.begunHere();
    /** @type {Upgrade | undefined} */
    const upgrade = (await this.#call("GET", "/upgrades?status=pending")).upgrades[0];
    if (!upgrade) return null;
    if (order && order.quote.id === upgrade.quote) return { ...order, upgrade: upgrade.id };
    return begunElsewhere(upgrade, await this.account(), await this.plans());
  }

  /** @returns {Promise<Order | null>} the purchase that is not settled, or one whose end is not known here */
  async underWay() {
    return (await this.pending()) ?? this.begunHere();
  }

  /**
   * Buys. The key is the quote's own id: however often this is asked for, after a lost answer or
   * a second click, it is the same purchase. It is remembered until its end is known.
   *
   * @param {Order} order - just begun
   * @returns {Promise<Upgrade>}
   */
  async buy(order) {
    const { quote } = order;
    const payer = await this.#whoPays();
    const before = remembered(payer, Date.now());
    remember(payer, order);
    try {
      const headers = { "Idempotency-Key": quote.id };
      return kept(payer, order, await this.#call("POST", "/upgrades", { quote: quote.id }, headers));
    } catch (error) {
      if (!isUnanswered(error)) forget(payer);
      // What is in progress may be the one whose answer never came: it is not lost for this one.
      const inProgress = error instanceof Refused && error.code === "change_in_progress";
      if (before && before.quote.id !== quote.id && inProgress) remember(payer, before);
      throw error;
    }
  }

  /**
   * How a purchase stands now.
   *
   * @param {Order} order
   * @param {string} upgrade - its id
   * @returns {Promise<Upgrade>}
   */
  upgrade(order, upgrade) {
    return this.#follow("GET", order, upgrade);
  }

  /**
   * Calls a purchase off, if it is not too late.
   *
   * @param {Order} order
   * @param {string} upgrade - its id
   * @returns {Promise<Upgrade>} as it stands now
   */
  withdraw(order, upgrade) {
    return this.#follow("DELETE", order, upgrade);
  }

  /**
   * @param {string} method
   * @param {Order} order
   * @param {string} upgrade
   */
  async #follow(method, order, upgrade) {
    const payer = await this.#whoPays();
    try {
      return kept(payer, order, await this.#call(method, `/upgrades/${encodeURIComponent(upgrade)}`));
    } catch (error) {
      if (!isUnanswered(error)) forget(payer);
      throw error;
    }
  }

  /** @returns {Promise<Account>} where the browser keeps orders for it; a failure is tried again */
  #whoPays() {
    this.#payer ??= this.account().catch((error) => {
      this.#payer = null;
      throw error;
    });
    return this.#payer;
  }
}

/**
 * @param {Account} payer
 * @param {Order} order
 * @param {Upgrade} upgrade
 */
function kept(payer, order, upgrade) {
  if (order.elsewhere) return upgrade;
  if (upgrade.status === "pending") remember(payer, { ...order, upgrade: upgrade.id });
  else forget(payer);
  return upgrade;
}
