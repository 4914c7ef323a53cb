/** What is read aloud: a change of state at once, the steps of the line at a calm rate. */

import { write } from "./dom.js";

const EVERY_MS = 20_000; // a screen reader that says every step of the line says too much

export class Speaker {
  #calm;
  #alarm;
  #topic = "";
  #spokenAt = 0;

  /**
   * @param {Element} calm - a live region, polite
   * @param {Element} alarm - a live region, assertive
   */
  constructor(calm, alarm) {
    this.#calm = calm;
    this.#alarm = alarm;
  }

  /**
   * @param {{topic: string, calm: string, alarm: string}} words
   * @param {number} now
   */
  say({ topic, calm, alarm }, now) {
    write(this.#alarm, alarm);
    if (topic === this.#topic && now - this.#spokenAt < EVERY_MS) return;
    this.#topic = topic;
    this.#spokenAt = now;
    write(this.#calm, calm);
  }
}
