/** The plans that an account may have, one row each, and what can be done about each of them. */

import { button } from "./dialogs.js";
import { element } from "./elements.js";

/** @import { Account, Offered, Plan } from "./billing.js" */
/** @import { Texts } from "./texts.js" */

/** @typedef {{account: Account, plans: Plan[], asked: string | null}} Shelf */
/** @typedef {{upgrade: (offer: Offered) => void, downgrade: (plan: Plan) => void}} Acts */

/**
 * @param {Shelf} shelf
 * @param {Texts} texts
 * @param {Acts} acts
 * @returns {HTMLElement[]} smallest first
 */
export function planRows(shelf, texts, acts) {
  const { account, plans } = shelf;
  const known = plans.filter((plan) => plan.id === account.plan || way(plan, account, plans) !== null);
  return known.sort((a, b) => a.seats - b.seats).map((plan) => row(plan, shelf, texts, acts));
}

/**
 * What the server would take, so that nothing is offered in vain; it has the last word.
 *
 * @param {Plan} plan
 * @param {Account} account
 * @param {Plan[]} plans
 * @returns {"up" | "down" | null}
 */
export function way(plan, account, plans) {
  const period = account.billing_period;
  const now = plans.find((each) => each.id === account.plan);
  if (!plan.on_sale || plan.trial || plan.id === account.plan) return null;
  const before = now?.price[period].amount ?? 0;
  const price = plan.price[period].amount;
  if (plan.seats > account.seats && price >= before) return "up";
  return price > 0 && price < before ? "down" : null;
}

/**
 * @param {Plan} plan
 * @param {Shelf} shelf
 * @param {Texts} texts
 * @param {Acts} acts
 */
function row(plan, { account, plans, asked }, texts, acts) {
  const mine = plan.id === account.plan;
  const price = texts.money(plan.price[account.billing_period]);
  const extra = texts.money(plan.parallel_event[account.billing_period]);
  const values = { price, extra, n: account.period.days };
  return element(
    "li",
    { class: mine ? "mine" : null },
    element("h3", {}, plan.name, mine ? element("small", { class: "chip" }, texts.say("account.yours")) : null),
    element("p", { class: "muted seats" }, texts.say("offer.seats", { n: plan.seats })),
    element(
      "p",
      { class: "price figure" },
      texts.say("account.price", values),
      account.parallel_events ? element("small", { class: "muted" }, texts.say("account.extra", values)) : null,
    ),
    element("div", { class: "row-act" }, mine ? null : act(plan, way(plan, account, plans), asked, texts, acts)),
  );
}

/**
 * @param {Plan} plan
 * @param {"up" | "down" | null} direction
 * @param {string | null} asked - the name of the plan that was asked for already
 * @param {Texts} texts
 * @param {Acts} acts
 */
function act(plan, direction, asked, texts, acts) {
  if (direction === "down" && asked === plan.name) return element("span", { class: "muted small" }, texts.say("account.asked_for"));
  if (direction === "down") return button(texts.say("account.ask_for", { plan: plan.name }), () => acts.downgrade(plan));
  const offer = { plan: plan.id, name: plan.name, seats: plan.seats };
  return button(texts.say("offer.choose", { plan: plan.name }), () => acts.upgrade(offer));
}
