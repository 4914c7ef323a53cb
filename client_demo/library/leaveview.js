/** The button that gives up one's seat or place in line, and the question that comes first. */

import { element, write } from "./dom.js";

/** @import { Words } from "./words.js" */

export function leaveParts() {
  return element(
    "div",
    { class: "acts" },
    element("button", { type: "button", class: "button main", id: "act", hidden: true }),
    element("button", { type: "button", class: "button quiet", id: "leave", hidden: true }),
    element(
      "div",
      { class: "leaving", id: "leaving", role: "group", "aria-labelledby": "leaving-words", hidden: true },
      element("p", { id: "leaving-words" }),
      element("button", { type: "button", class: "button", id: "stay" }),
      element("button", { type: "button", class: "button quiet", id: "leave-yes" }),
    ),
  );
}

export class LeaveView {
  #at;
  #isAsked = false;
  /** What would be given up: `seat`, `line`, or nothing. */
  #what = "";

  /**
   * @param {(id: string) => HTMLElement} at - finds a part
   */
  constructor(at) {
    this.#at = at;
  }

  /** @param {() => void} leave */
  listen(leave) {
    this.#at("leave").onclick = () => this.#ask();
    this.#at("stay").onclick = () => this.#stay();
    this.#at("leaving").onkeydown = (event) => event.key === "Escape" && this.#stay();
    this.#at("leave-yes").onclick = () => {
      this.#close();
      leave();
    };
  }

  /**
   * @param {string} kind - of the place
   * @param {boolean} isLive - else nobody would hear that the person leaves
   * @param {Words} words
   */
  draw(kind, isLive, words) {
    const what = kind === "seated" ? "seat" : kind === "waiting" || kind === "called" ? "line" : "";
    if (what !== this.#what) this.#close(); // the question was about another place
    this.#what = what;
    this.#show(what !== "" && isLive);
    if (!what) return;
    write(this.#at("leave"), words.say(`leave.${what}`));
    write(this.#at("leaving-words"), words.say(`leave.${what}_ask`));
    write(this.#at("stay"), words.say(`leave.${what}_stay`));
    write(this.#at("leave-yes"), words.say(`leave.${what}_yes`));
  }

  #ask() {
    this.#isAsked = true;
    this.#show(true);
    this.#at("stay").focus();
  }

  #stay() {
    this.#close();
    this.#at("leave").focus();
  }

  #close() {
    this.#isAsked = false;
    this.#show(this.#what !== "");
  }

  /** @param {boolean} shown */
  #show(shown) {
    this.#at("leave").hidden = !shown || this.#isAsked;
    this.#at("leaving").hidden = !shown || !this.#isAsked;
  }
}
