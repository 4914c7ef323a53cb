/** The calls about one room that a room token which may buy can make. */

import { callsOf } from "./accountcalls.js";

/** @import { Session } from "./accountcalls.js" */
/** @import { Offer } from "./billing.js" */
/** @import { Told } from "./toldhistory.js" */

/**
 * @typedef {object} WaitingPerson - one person in line
 * @property {string} participant
 * @property {string | null} name
 * @property {number | null} ticket
 * @property {number | null} ahead
 * @property {boolean} called
 * @property {boolean} priority
 * @property {boolean} away
 * @property {string | null} since
 */

export class RoomCalls {
  #call;

  /** @param {Session} session */
  constructor(session) {
    this.#call = callsOf(session);
  }

  /**
   * @param {string} room
   * @returns {Promise<Offer[]>} cheapest first
   */
  async offers(room) {
    return (await this.#call("GET", `/offers?room=${encodeURIComponent(room)}`)).offers;
  }

  /**
   * @param {string} room
   * @param {string | null} text - to everybody in line; null withdraws what was said before
   */
  async tellLine(room, text) {
    await this.#call("POST", `/rooms/${encodeURIComponent(room)}/messages`, { text });
  }

  /**
   * @param {string} room
   * @param {string | null} cursor - `next` of the page before
   * @param {number} limit
   * @returns {Promise<{waiting: WaitingPerson[], next: string | null}>}
   */
  waiting(room, cursor, limit) {
    const query = new URLSearchParams({ limit: String(limit), ...(cursor ? { cursor } : {}) });
    return this.#call("GET", `/rooms/${encodeURIComponent(room)}/waiting?${query}`);
  }

  /**
   * @param {string} room
   * @param {string} participant
   * @param {string} reason
   * @returns {Promise<{place: string, ahead: number | null}>}
   */
  callNext(room, participant, reason) {
    return this.#call("POST", `${personPath(room, participant)}/call`, { reason });
  }

  /**
   * @param {string} room
   * @param {string} participant
   */
  async remove(room, participant) {
    await this.#call("DELETE", personPath(room, participant));
  }

  /**
   * @param {string} room
   * @returns {Promise<Told>} the event since its opening
   */
  history(room) {
    return this.#call("GET", `/rooms/${encodeURIComponent(room)}/history`);
  }
}

/**
 * @param {string} room
 * @param {string} participant
 */
function personPath(room, participant) {
  return `/rooms/${encodeURIComponent(room)}/participants/${encodeURIComponent(participant)}`;
}
