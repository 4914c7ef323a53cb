/** The plans that an account may have, one row each, and what can be done about each of them. */

import { button } from "./dialogs.js";
import { element } from "./elements.js";
import { pricesOf } from "./ownprices.js";

/** @import { Account, Offered, Plan } from "./billing.js" */
/** @import { Texts } from "./texts.js" */

/**
 * @typedef {{account: Account, plans: Plan[], asked: string | null, scheduled: string | null}} Shelf
 *   `asked`: the name of the smaller plan that was asked for; `scheduled`: when it starts, once that is agreed
 */
/** @typedef {{upgrade: (offer: Offered) => void, downgrade: (plan: Plan) => void}} Acts */

/**
 * @param {Shelf} shelf
 * @param {Texts} texts
 * @param {Acts} acts
 * @returns {HTMLElement[]} smallest first
 */
export function planRows(shelf, texts, acts) {
  const { account, plans } = shelf;
  const own = ownPlan(account, plans);
  const others = plans.filter((plan) => way(plan, account, own) !== null);
  return [...(own ? [own] : []), ...others].sort((a, b) => a.seats - b.seats).map((plan) => row(plan, shelf, texts, acts));
}

/**
 * The plan as it was bought: it may be sold at another price today, or no more.
 *
 * @param {Account} account
 * @param {Plan[]} plans - the catalogue
 * @returns {Plan | null} null where nobody knows what it was
 */
export function ownPlan(account, plans) {
  const { plan: id, seats, presenters, price, parallel_event_price: extra } = account;
  const sold = plans.find((plan) => plan.id === id) ?? null;
  if (!price || !extra) return sold;
  const bought = { price: { month: price, year: price }, parallel_event: { month: extra, year: extra } };
  return { id, name: account.plan_name ?? id, seats, presenters, trial: sold?.trial ?? false, on_sale: false, ...bought };
}

/**
 * What the server would take, so that nothing is offered in vain; it has the last word.
 *
 * @param {Plan} plan
 * @param {Account} account
 * @param {Plan | null} own - of {@link ownPlan}
 * @returns {"up" | "down" | null}
 */
export function way(plan, account, own) {
  const period = account.billing_period;
  if (!plan.on_sale || plan.trial || plan.id === account.plan) return null;
  const before = own?.price[period].amount ?? 0;
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
function row(plan, shelf, texts, acts) {
  const { account, plans } = shelf;
  const mine = plan.id === account.plan;
  const direction = mine ? null : way(plan, account, ownPlan(account, plans));
  const sold = plans.find(({ id }) => id === plan.id) ?? null;
  const { price, extra, list } = pricesOf(plan, account, { sold, keepsCodes: direction !== "down" });
  const values = { price: texts.money(price), extra: texts.money(extra), n: account.period.days };
  return element(
    "li",
    { class: mine ? "mine" : null },
    element("h3", {}, plan.name, mine ? element("small", { class: "chip" }, texts.say("account.yours")) : null),
    element("p", { class: "muted seats" }, texts.say("offer.seats", { n: plan.seats })),
    element(
      "p",
      { class: "price figure" },
      texts.say("account.price", values),
      list && element("small", { class: "muted" }, texts.say("account.list_price", { price: texts.money(list) })),
      account.parallel_events ? element("small", { class: "muted" }, texts.say("account.extra", values)) : null,
    ),
    element("div", { class: "row-act" }, direction && act(plan, direction, shelf, texts, acts)),
  );
}

/**
 * @param {Plan} plan
 * @param {"up" | "down"} direction
 * @param {Shelf} shelf
 * @param {Texts} texts
 * @param {Acts} acts
 */
function act(plan, direction, { asked, scheduled }, texts, acts) {
  if (direction === "down" && asked === plan.name) {
    const words = scheduled ? texts.say("account.scheduled_on", { date: texts.date(scheduled) }) : texts.say("account.asked_for");
    return element("span", { class: "muted small" }, words);
  }
  if (direction === "down") return button(texts.say("account.ask_for", { plan: plan.name }), () => acts.downgrade(plan));
  const offer = { plan: plan.id, name: plan.name, seats: plan.seats };
  return button(texts.say("offer.choose", { plan: plan.name }), () => acts.upgrade(offer));
}
