/**
 * What a payer can do in this page: confirm a payment by card, and choose another payment method.
 *
 * The demo is paid on account, so there is nothing to confirm. A platform that charges cards serves
 * a module like this one that asks the payer through the library of its payment service: for
 * Stripe, `Stripe(key).handleNextAction({ clientSecret })`, or its form where a card is missing.
 */

/**
 * @type {((clientSecret: string) => Promise<unknown>) | null} resolves when the payer is done, well
 *   or not: what became of the payment the server says. Null: the payer cannot confirm here.
 */
export const confirmPayment = null;

/**
 * @type {(() => Promise<unknown>) | null} lets the payer choose another payment method; resolves when
 *   that is done. Null: the payer cannot do it here.
 */
export const changeMethod = null;
