/** What the owner of an account sees who was asked for more seats: who asks, where, and who waits. */

import { button } from "./dialogs.js";
import { element, write } from "./elements.js";

/** @import { RoomView } from "./roomview.js" */
/** @import { Texts } from "./texts.js" */

const isName = /^[A-Za-z0-9][A-Za-z0-9._~-]{0,63}$/; // a participant's id, and no other words

/**
 * @param {string | null} by - of an address, which anybody may have written
 * @returns {string | null} the participant who asks
 */
export function asker(by) {
  return by && isName.test(by) ? by : null;
}

export class AskCard {
  #by;
  #refuse;
  #words = element("p", { class: "state" });

  /**
   * @param {string} by - participant
   * @param {() => void} refuse
   */
  constructor(by, refuse) {
    this.#by = by;
    this.#refuse = refuse;
  }

  /** @param {Texts} texts */
  parts(texts) {
    return { words: this.#words, refuse: button(texts.say("ask.refuse"), this.#refuse) };
  }

  /**
   * @param {Readonly<RoomView>} view
   * @param {Texts} texts
   */
  draw({ room }, texts) {
    const asks = texts.say("ask.asks", { by: this.#by, title: room?.title ?? "…" });
    write(this.#words, room ? `${asks} ${texts.say("ask.waiting", { n: room.waiting })}` : asks);
  }
}
