/** The calls that a host's room token may make: offers, quotes and upgrades of its own account. */

const PENDING_EVERY_MS = 2_000;

/**
 * @typedef {{amount: number, currency: string}} Money
 * @typedef {{plan: string, name: string, seats: number, due_now: Money, recommended: boolean,
 *            next_period: {amount: Money, starts_on: string}}} Offer
 * @typedef {{item: "plan" | "parallel_events", quantity: number, old_price: number,
 *            new_price: number, days_remaining: number, days_in_period: number,
 *            amount: number}} Line
 * @typedef {{id: string, from: string, to: string, seats: {from: number, to: number},
 *            lines: Line[], due_now: Money, next_period: {amount: Money, starts_on: string},
 *            expires_at: string, warnings: string[]}} Quote
 * @typedef {{id: string, status: "pending" | "applied" | "failed" | "refunded", quote: string,
 *            plan: string, due_now: Money}} Upgrade
 */

/** What the server refused, and its code; `unreachable` when there was no answer. */
export class Refused extends Error {
  /**
   * @param {string} code
   * @param {string} detail
   */
  constructor(code, detail) {
    super(detail);
    this.code = code;
  }
}

export class Billing {
  #session;

  /** @param {() => Promise<{token: string, account: string}>} session */
  constructor(session) {
    this.#session = session;
  }

  /**
   * @param {string} room
   * @returns {Promise<Offer[]>} cheapest first
   */
  async offers(room) {
    return (await this.#call("GET", `/offers?room=${encodeURIComponent(room)}`)).offers;
  }

  /** @returns {Promise<Record<string, string>>} the names of the plans, by id */
  async planNames() {
    const { plans } = await (await fetch("/v1/plans")).json();
    return Object.fromEntries(plans.map((/** @type {any} */ plan) => [plan.id, plan.name]));
  }

  /**
   * @param {string} plan
   * @returns {Promise<Quote>}
   */
  quote(plan) {
    return this.#call("POST", "/upgrade-quotes", { plan });
  }

  /**
   * Buys. The key is the quote's own id: however often this is asked for, after a lost answer or
   * a second click, it is the same purchase.
   *
   * @param {string} quote - its id
   * @returns {Promise<Upgrade>} settled: no longer `pending`
   */
  async upgrade(quote) {
    let upgrade = await this.#call("POST", "/upgrades", { quote }, { "Idempotency-Key": quote });
    while (upgrade.status === "pending") {
      await new Promise((resolve) => setTimeout(resolve, PENDING_EVERY_MS));
      upgrade = await this.#call("GET", `/upgrades/${encodeURIComponent(upgrade.id)}`);
    }
    return upgrade;
  }

  /**
   * @param {string} method
   * @param {string} path - below the account
   * @param {object} [body]
   * @param {Record<string, string>} [headers]
   */
  async #call(method, path, body, headers = {}) {
    const { token, account } = await this.#session().catch(unreachable);
    const answer = await fetch(`/v1/accounts/${encodeURIComponent(account)}${path}`, {
      method,
      headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json", ...headers },
      body: body && JSON.stringify(body),
    }).catch(unreachable);
    const said = await answer.json().catch(() => ({}));
    if (!answer.ok) throw new Refused(said.code ?? "unavailable", said.detail ?? "");
    return said;
  }
}

/** @returns {never} */
function unreachable() {
  throw new Refused("unreachable", "");
}
