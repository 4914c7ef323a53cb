/**
 * Several tabs of one person in one browser. The server tells each of them the same place; what
 * is left is that only one of them acts (enters, sounds), and that a tab which was sent away with
 * the others comes back with them.
 *
 * Other browsers and devices of the same person need none of this: to act twice is harmless.
 */

import { storageName } from "./storagename.js";

const STEP_MS = 250; // how much longer a tab waits the less it is looked at

/** Dispatches `back`: another tab of the person has come back after the end. */
export class Tabs extends EventTarget {
  #name = "";
  /** @type {BroadcastChannel | null} */
  #channel = null;
  /** @type {Set<string>} what was done, here or in another tab */
  #done = new Set();
  /** @type {() => void} gives back the locks that this tab holds */
  #release = () => {};
  /** @type {Promise<void>} until then the locks are held */
  #left = Promise.resolve();
  /** @type {Set<ReturnType<typeof setTimeout>>} */
  #timers = new Set();
  #listening = new AbortController();

  /** @param {string} scope - of the person in the room, as of scopeOf */
  join(scope) {
    const name = storageName("tabs", scope);
    if (name === this.#name || !("BroadcastChannel" in globalThis)) return;
    this.leave();
    this.#name = name;
    this.#listening = new AbortController();
    const until = { signal: this.#listening.signal };
    addEventListener("pagehide", () => this.#close(), until); // a page with locks or channels is not kept
    addEventListener("pageshow", (event) => event.persisted && this.#open(), until);
    this.#open();
  }

  #open() {
    this.#close();
    this.#left = new Promise((release) => (this.#release = release));
    this.#channel = new BroadcastChannel(this.#name);
    this.#channel.onmessage = ({ data }) => {
      if (data.done) this.#done.add(data.done);
      if (data.back) this.dispatchEvent(new Event("back"));
    };
  }

  #close() {
    this.#channel?.close();
    this.#channel = null;
    this.#release();
    this.#timers.forEach(clearTimeout);
    this.#timers.clear();
  }

  /** Nothing that was planned is done any more, and no lock and no channel stays. */
  leave() {
    this.#listening.abort();
    this.#close();
    this.#done.clear();
    this.#name = "";
  }

  /** Bring the other tabs back too. */
  comeBack() {
    this.#channel?.postMessage({ back: true });
  }

  /**
   * Do it in one tab: the one that is looked at, else any.
   *
   * @param {string} key - what it is; done once
   * @param {() => void} act
   */
  once(key, act) {
    if (this.#done.has(key)) return;
    if (!this.#channel) {
      this.#done.add(key);
      act();
      return;
    }
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      this.#unlessDone(key, act);
    }, restMs());
    this.#timers.add(timer);
  }

  /**
   * @param {string} key
   * @param {() => void} act
   */
  async #unlessDone(key, act) {
    const channel = this.#channel;
    if (this.#done.has(key) || !(await this.#isFirst(key))) return;
    if (this.#done.has(key) || this.#channel !== channel) return; // done elsewhere, or left meanwhile
    this.#done.add(key);
    this.#channel?.postMessage({ done: key });
    act();
  }

  /**
   * A lock decides between two that wake in the same instant; it is held until the tab leaves.
   * Pages without TLS have no locks: there both may act, and the server minds neither.
   *
   * @param {string} key
   * @returns {Promise<boolean>}
   */
  #isFirst(key) {
    if (!navigator.locks) return Promise.resolve(true);
    const left = this.#left;
    return new Promise((answer) => {
      navigator.locks
        .request(`${this.#name} ${key}`, { ifAvailable: true }, (lock) => {
          answer(lock !== null);
          return lock && left;
        })
        .catch(() => answer(true));
    });
  }
}

function restMs() {
  if (document.visibilityState === "hidden") return STEP_MS * (1 + Math.random());
  return document.hasFocus() ? 0 : STEP_MS * Math.random();
}
