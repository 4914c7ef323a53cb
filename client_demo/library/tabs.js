/**
 * Several tabs of one person in one browser. The server tells each of them the same place; what
 * is left is that only one of them acts (enters, sounds), and that a tab which was sent away with
 * the others comes back with them.
 *
 * Other browsers and devices of the same person need none of this: to act twice is harmless.
 */

const STEP_MS = 250; // how much longer a tab waits the less it is looked at

/**
 * Who the token is for; the same in all tabs, and nothing secret.
 *
 * @param {string} token - a JWT
 * @returns {string} empty where it cannot be read
 */
export function personOf(token) {
  try {
    const body = token.split(".")[1].replace(/-/g, "+").replace(/_/g, "/");
    const { acct, room, sub } = JSON.parse(atob(body));
    return `${acct}/${room}/${sub}`;
  } catch {
    return "";
  }
}

/** Dispatches `back`: another tab of the person has come back after the end. */
export class Tabs extends EventTarget {
  #person = "";
  /** @type {BroadcastChannel | null} */
  #channel = null;
  /** @type {Set<string>} what was done, here or in another tab */
  #done = new Set();

  /** @param {string} person - as of {@link personOf} */
  join(person) {
    if (!person || person === this.#person || !("BroadcastChannel" in globalThis)) return;
    this.leave();
    this.#person = person;
    this.#channel = new BroadcastChannel(`fullhouse:${person}`);
    this.#channel.onmessage = ({ data }) => {
      if (data.done) this.#done.add(data.done);
      if (data.back) this.dispatchEvent(new Event("back"));
    };
  }

  leave() {
    this.#channel?.close();
    this.#channel = null;
    this.#person = "";
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
    setTimeout(() => this.#unlessDone(key, act), restMs());
  }

  /**
   * @param {string} key
   * @param {() => void} act
   */
  async #unlessDone(key, act) {
    if (this.#done.has(key) || !(await this.#isFirst(key)) || this.#done.has(key)) return;
    this.#done.add(key);
    this.#channel?.postMessage({ done: key });
    act();
  }

  /**
   * A lock decides between two that wake in the same instant; it is held as long as the page is.
   * Pages without TLS have no locks: there both may act, and the server minds neither.
   *
   * @param {string} key
   * @returns {Promise<boolean>}
   */
  #isFirst(key) {
    if (!navigator.locks) return Promise.resolve(true);
    return new Promise((answer) => {
      navigator.locks
        .request(`fullhouse:${this.#person}:${key}`, { ifAvailable: true }, (lock) => {
          answer(lock !== null);
          return lock && new Promise(() => {});
        })
        .catch(() => answer(true));
    });
  }
}

function restMs() {
  if (document.visibilityState === "hidden") return STEP_MS * (1 + Math.random());
  return document.hasFocus() ? 0 : STEP_MS * Math.random();
}
