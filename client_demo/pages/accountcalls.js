/** Calls of the server about the account of the room token that the page has. */

import { at } from "./address.js";
import { said, unreachable } from "./refused.js";

/**
 * @typedef {() => Promise<{token: string, account: string}>} Session
 * @typedef {(method: string, path: string, body?: object, headers?: Record<string, string>) => Promise<any>} Call
 *   `path`: below the account. Rejects with `Refused`.
 */

/**
 * @param {Session} session
 * @returns {Call}
 */
export function callsOf(session) {
  return async (method, path, body, headers = {}) => {
    const { token, account } = await session().catch(unreachable);
    const answer = await fetch(at(`v1/accounts/${encodeURIComponent(account)}${path}`), {
      method,
      headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json", ...headers },
      body: body && JSON.stringify(body),
    }).catch(unreachable);
    return said(answer);
  };
}
