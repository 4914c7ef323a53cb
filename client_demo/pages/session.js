/** Who the reader of a demo page is, and the room token that says so. */

import { joined, storageName } from "../library/storagename.js";
import { at } from "./address.js";

/** @typedef {"host" | "presenter" | "attendee"} Role */

/**
 * `?p=` of the address, else the same made-up name in every tab of this browser, for each server. Each
 * role has its own: one person who is host and attendee at once would give up the seat.
 *
 * @param {Role} role
 * @returns {string}
 */
export function participant(role) {
  const asked = new URLSearchParams(location.search).get("p");
  if (asked) return asked;
  const keptAs = storageName(role, joined([at("")])); // no server has been asked yet
  const kept = localStorage.getItem(keptAs) ?? newParticipant(role);
  localStorage.setItem(keptAs, kept);
  return kept;
}

/** @param {string} prefix */
export function newParticipant(prefix) {
  return `${prefix}-${crypto.getRandomValues(new Uint32Array(1))[0].toString(36)}`;
}

/**
 * A platform's page would get its token from the platform's backend; the demo has this route.
 *
 * @param {Role} role
 * @returns {Promise<{token: string, account: string, room: string, title: string}>}
 */
export async function roomToken(role) {
  const answer = await fetch(at("demo/token"), {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ role, participant: participant(role) }),
  });
  if (!answer.ok) throw new Error(`No token: ${answer.status}.`);
  return answer.json();
}
