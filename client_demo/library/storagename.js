/**
 * Names for what a browser keeps and shares between tabs. Pure.
 *
 * One origin may show several rooms, of several servers, and a server may be replaced by another
 * installation with rooms of the same names: none of them may read what another one kept.
 */

/** @import { Message } from "./types.js" */

/** @typedef {{account: string, room: string, participant: string}} Person */

/**
 * Who a token is for; the same in all tabs, and nothing secret.
 *
 * @param {string} token - a JWT
 * @returns {Person} with empty texts where it cannot be read
 */
export function personOf(token) {
  try {
    const body = token.split(".")[1].replace(/-/g, "+").replace(/_/g, "/");
    const { acct = "", room = "", sub = "" } = JSON.parse(atob(body));
    return { account: acct, room, participant: sub };
  } catch {
    return { account: "", room: "", participant: "" };
  }
}

/**
 * What tells one person in one room from all others that this browser may see.
 *
 * @param {{type?: string, room?: string, participant?: string, installation?: string}} message - the server says the installation with each place
 * @param {Person} person - of the token
 * @param {string} server - stands in for the installation where a server does not say it
 */
export function scopeOf(message, { account, room, participant }, server) {
  const installation = message.installation ?? server;
  return joined([installation, account, message.room ?? room, message.participant ?? participant]);
}

/**
 * @param {string} what - is kept under that name
 * @param {string} scope - as of {@link scopeOf}
 */
export function storageName(what, scope) {
  return `fullhouse.${what} ${scope}`;
}

/** @param {string[]} parts - of which none can pass for two */
export function joined(parts) {
  return parts.map(encodeURIComponent).join("/");
}
