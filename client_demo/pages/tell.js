/** The field in which a host tells everybody in line a message, replaces it or withdraws it. */

import { byId, write } from "./elements.js";
import { keepingFocus } from "./focus.js";
import { Refused } from "./refused.js";

/** @import { RoomMessage } from "./fullhouse.js" */
/** @import { RoomCalls } from "./roomcalls.js" */
/** @import { Texts } from "./texts.js" */

export const MOST_CHARACTERS = 280;

export class Tell {
  #calls;
  #texts;
  #room = "";
  #isBusy = false;
  #field = /** @type {HTMLTextAreaElement} */ (byId("tell-text"));

  /**
   * @param {RoomCalls} calls
   * @param {() => Texts} texts
   */
  constructor(calls, texts) {
    this.#calls = calls;
    this.#texts = texts;
    byId("tell").onsubmit = (event) => {
      event.preventDefault();
      const text = oneLine(this.#field.value);
      if (text) this.#send(text);
      else this.#field.focus();
    };
    byId("tell-withdraw").onclick = () => this.#send(null);
    this.#field.oninput = () => this.#count();
  }

  /**
   * @param {RoomMessage} room
   * @param {Texts} texts
   */
  draw(room, texts) {
    this.#room = room.room;
    const standing = room.message ?? null;
    keepingFocus(byId("tell-card"), byId("slot"), room.status === "closed");
    keepingFocus(byId("tell-standing"), this.#field, standing === null);
    write(byId("tell-send"), texts.say(standing ? "tell.replace" : "tell.send"));
    this.#count();
    if (!standing) return;
    write(byId("tell-told"), standing.text ?? "");
    write(byId("tell-since"), texts.say("tell.since", { time: texts.time(standing.at ?? "") }));
  }

  #count() {
    const left = MOST_CHARACTERS - this.#field.value.length;
    write(byId("tell-left"), left < 80 ? this.#texts().say("tell.left", { n: left }) : "");
  }

  /** @param {string | null} text */
  async #send(text) {
    if (this.#isBusy) return;
    this.#busy(true);
    byId("tell-trouble").hidden = true;
    try {
      await this.#calls.tellLine(this.#room, text);
      this.#done(text);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.#failed(error);
    } finally {
      this.#busy(false);
    }
  }

  /** @param {string | null} text */
  #done(text) {
    if (text !== null) this.#field.value = "";
    this.#count();
    write(byId("tell-spoken"), this.#texts().say(text === null ? "tell.withdrawn" : "tell.done"));
  }

  /** @param {Refused} error */
  #failed({ code, message }) {
    const texts = this.#texts();
    const known = texts.has(`tell.error.${code}`) ? `tell.error.${code}` : "";
    const words = known ? texts.say(known) : texts.say(code === "invalid_request" ? "tell.invalid" : "tell.failed");
    write(byId("tell-trouble"), code === "invalid_request" ? `${words} (${message})` : words);
    byId("tell-trouble").hidden = false;
  }

  /** @param {boolean} isBusy */
  #busy(isBusy) {
    this.#isBusy = isBusy;
    for (const id of ["tell-send", "tell-withdraw"]) byId(id).setAttribute("aria-disabled", String(isBusy));
  }
}

/**
 * People in line see one line, however it was typed.
 *
 * @param {string} typed
 */
export function oneLine(typed) {
  return typed.replace(/\s+/g, " ").trim();
}
