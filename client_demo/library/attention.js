/** Reaches a called person whose phone lies aside: it vibrates, and its screen stays on. */

const VIBRATION_MS = [200, 100, 200];

/** Does nothing where the browser offers neither. */
export class Attention {
  /** @type {WakeLockSentinel | null} */
  #lock = null;
  /** @type {AbortController | null} ends the listening; null while nobody is called */
  #call = null;

  /** Vibrate now, and keep the screen on while the page is visible. */
  begin() {
    if (this.#call) return;
    this.#call = new AbortController();
    navigator.vibrate?.(VIBRATION_MS);
    document.addEventListener("visibilitychange", () => this.#keepScreenOn(), { signal: this.#call.signal });
    this.#keepScreenOn();
  }

  /** Let the screen go off again. Safe to repeat. */
  end() {
    this.#call?.abort();
    this.#call = null;
    this.#lock?.release();
    this.#lock = null;
  }

  /** The browser ends a lock with each hiding of the page, and gives one only to a visible page. */
  async #keepScreenOn() {
    if (document.visibilityState !== "visible") return;
    const lock = await navigator.wakeLock?.request("screen").catch(() => null); // refused, to save power
    if (this.#call) this.#lock = lock ?? null;
    else lock?.release();
  }
}
