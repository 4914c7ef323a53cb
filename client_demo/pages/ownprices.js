/** What this account pays, where that is not the list price, and what it was charged. Pure. */

/** @import { Account, Invoice, Money, Plan } from "./billing.js" */

/**
 * The price after the promo codes, each price rounded half up once. Several codes add up.
 * Source: docs/money.md.
 *
 * @param {Money} price - before codes
 * @param {Account} account
 * @returns {Money}
 */
export function afterCodes({ amount, currency }, { promo_codes }) {
  const off = Math.min(100, promo_codes.reduce((sum, { percent_off }) => sum + percent_off, 0));
  return { amount: Math.floor((amount * (100 - off) + 50) / 100), currency };
}

/**
 * What the account pays for a plan and for a further event, and what the catalogue says.
 *
 * @param {Plan} plan - with the prices as they were bought, if it is the account's own
 * @param {Account} account
 * @param {{sold: Plan | null, keepsCodes: boolean}} terms - `sold`: the plan in the catalogue, if it is in it;
 *   a smaller plan keeps no codes
 * @returns {{price: Money, extra: Money, list: Money | null}} `list`: null where it is the same
 */
export function pricesOf(plan, account, { sold, keepsCodes }) {
  const period = account.billing_period;
  const own = (/** @type {Money} */ money) => (keepsCodes ? afterCodes(money, account) : money);
  const price = own(plan.price[period]);
  const list = sold?.price[period] ?? null;
  const isSame = list === null || (list.amount === price.amount && list.currency === price.currency);
  return { price, extra: own(plan.parallel_event[period]), list: isSame ? null : list };
}

/**
 * What was charged in the present period, without what went back.
 *
 * @param {Account} account
 * @param {Invoice[]} invoices
 * @returns {{amount: Money, count: number} | null} null: nothing
 */
export function spendingOf({ period }, invoices) {
  const ours = invoices.filter((invoice) => invoice.period.start === period.start);
  if (ours.length === 0) return null;
  const amount = ours.reduce((sum, each) => sum + each.amount.amount - (each.refunded?.amount ?? 0), 0);
  return { amount: { amount, currency: ours[0].amount.currency }, count: ours.length };
}
