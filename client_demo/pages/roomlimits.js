/** Rooms that the platform holds to fewer seats than the plan has: no plan would change that. Pure. */

/** @import { Account, Room } from "./billing.js" */
/** @import { Texts } from "./texts.js" */

/**
 * @param {Room[]} rooms - of one account, open
 * @param {Account} account
 * @param {Texts} texts
 * @returns {string[]} a sentence for each room that is held to fewer seats
 */
export function limitWords(rooms, { seats }, texts) {
  const limited = rooms.filter(({ capacity }) => capacity < seats);
  return limited.map(({ title, capacity }) => texts.say("account.limited", { title, n: capacity, all: seats }));
}

/**
 * What somebody should know who buys seats: where they will not come.
 *
 * @param {{rooms: Room[], account: Account} | null} picture
 * @param {Texts} texts
 * @returns {string[]} one text at most
 */
export function cautionsOf(picture, texts) {
  const rows = picture ? limitWords(picture.rooms, picture.account, texts) : [];
  return rows.length ? [[...rows, texts.say("account.limited_why")].join(" ")] : [];
}
