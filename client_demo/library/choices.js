/** A yes or no that a person chose, kept in the browser and the same in all its tabs of one room. */

import { storageName } from "./storagename.js";

/** Dispatches `change` when it was switched, here or in another tab. */
export class Choice extends EventTarget {
  #keptAs;
  #value;
  #listening = new AbortController();

  /**
   * @param {string} name
   * @param {string} scope - whose choice; as of scopeOf
   * @param {boolean} byDefault
   */
  constructor(name, scope, byDefault) {
    super();
    this.#keptAs = storageName(name, scope);
    this.#value = this.#kept() ?? byDefault;
    addEventListener("storage", (event) => this.#heard(event), { signal: this.#listening.signal });
  }

  get value() {
    return this.#value;
  }

  /** @param {boolean} value */
  set(value) {
    this.#value = value;
    try {
      localStorage.setItem(this.#keptAs, value ? "on" : "off");
    } catch {
      // a page may be denied all storage: the choice then lasts as long as the page
    }
    this.dispatchEvent(new Event("change"));
  }

  close() {
    this.#listening.abort();
  }

  /** @param {StorageEvent} event */
  #heard(event) {
    if (event.key !== this.#keptAs) return;
    this.#value = event.newValue === "on";
    this.dispatchEvent(new Event("change"));
  }

  #kept() {
    try {
      const kept = localStorage.getItem(this.#keptAs);
      return kept === null ? null : kept === "on";
    } catch {
      return null;
    }
  }
}
