/** Answers of the server: what it said, what it refused, and that there was none. */

// Nobody knows what became of the call; the same call again will tell.
const NO_ANSWER = ["unreachable", "unavailable", "rate_limited"];

// Limits that pass in minutes or hours only: "in a moment" would be wrong.
const LONG_LIMITS = ["person_quotes", "account_quotes", "account_purchases"];

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

/**
 * @param {unknown} error
 * @returns {boolean} whether the server may have done what it was asked for all the same
 */
export function isUnanswered(error) {
  return error instanceof Refused && NO_ANSWER.includes(error.code);
}

/** @param {Response} answer */
export async function said(answer) {
  const words = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Refused(codeOf(words), words.detail ?? "");
  return words;
}

/**
 * @param {{code?: string, limit?: string}} problem
 * @returns {string} the code of the problem; `come_back_later` where the same call is refused for long
 */
function codeOf({ code = "unavailable", limit = "" }) {
  return LONG_LIMITS.includes(limit) ? "come_back_later" : code;
}

/** @returns {never} */
export function unreachable() {
  throw new Refused("unreachable", "");
}
