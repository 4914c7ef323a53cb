/** The calls about one room that a room token which may buy can make. */

import { callsOf } from "./accountcalls.js";

/** @import { Session } from "./accountcalls.js" */
/** @import { Offer } from "./billing.js" */
/** @import { Told } from "./toldhistory.js" */

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
   * @returns {Promise<Told>} the event since its opening
   */
  history(room) {
    return this.#call("GET", `/rooms/${encodeURIComponent(room)}/history`);
  }
}
