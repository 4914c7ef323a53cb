/** The host's message to everybody in line: shown while it stands, read aloud once. */

import { element, write } from "./dom.js";

/** @import { Place } from "./place.js" */
/** @import { Words } from "./words.js" */

/** What a message is shown in. Its language is not known, nor its direction. */
export function messageParts() {
  return element(
    "div",
    { class: "message", id: "message", part: "message", hidden: true },
    element("p", { class: "message-name" }, element("b", { id: "message-name" }), " ", element("time", { id: "message-at" })),
    element("p", { id: "message-text", dir: "auto", lang: "" }),
  );
}

export class MessageView {
  #at;
  #spoken = "";

  /** @param {(id: string) => HTMLElement} at - finds a part */
  constructor(at) {
    this.#at = at;
  }

  /**
   * @param {Place["message"]} message - null: there is none
   * @param {Words} words
   */
  draw(message, words) {
    this.#at("message").hidden = !message;
    if (!message) return;
    write(this.#at("message-name"), words.say("message.name"));
    write(this.#at("message-at"), words.time(message.at));
    this.#at("message-at").setAttribute("datetime", message.at);
    write(this.#at("message-text"), message.text);
    this.#speak(message, words);
  }

  /**
   * @param {NonNullable<Place["message"]>} message
   * @param {Words} words
   */
  #speak({ text, at }, words) {
    const key = `${at} ${text}`;
    if (key === this.#spoken) return; // told again after a `waiting`
    this.#spoken = key;
    write(this.#at("message-spoken"), words.say("message.spoken", { text }));
  }
}
