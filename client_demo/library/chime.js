/** Two soft notes that say: your seat is ready. Made here, so that no file has to be fetched. */

const NOTES_HZ = [659.25, 880];
const NOTE_S = 0.5;
const LOUDNESS = 0.2;

export class Chime {
  /** @type {AudioContext | null} */
  #context = null;
  #listening = new AbortController();

  /**
   * Whether the browser lets the page sound: only after the person has touched it once, and a
   * reload forgets that.
   */
  get isAllowed() {
    return navigator.userActivation?.hasBeenActive ?? true;
  }

  /**
   * Be ready to sound. While nobody has touched the page that waits for the first touch.
   *
   * @param {() => void} ready
   */
  prepare(ready) {
    if (this.isAllowed) return this.#wake();
    const once = { once: true, signal: this.#listening.signal };
    const touched = () => {
      this.#wake();
      ready();
    };
    addEventListener("pointerup", touched, once);
    addEventListener("keyup", touched, once);
  }

  ring() {
    const context = this.#context;
    if (!context) return;
    NOTES_HZ.forEach((hz, turn) => note(context, hz, context.currentTime + (turn * NOTE_S) / 2));
  }

  close() {
    this.#listening.abort();
    this.#context?.close();
    this.#context = null;
  }

  #wake() {
    this.#context ??= new AudioContext();
    if (this.#context.state === "suspended") this.#context.resume();
  }
}

/**
 * @param {AudioContext} context
 * @param {number} hz
 * @param {number} at - seconds of the context's clock
 */
function note(context, hz, at) {
  const tone = context.createOscillator();
  const volume = context.createGain();
  tone.frequency.value = hz;
  volume.gain.setValueAtTime(0, at);
  volume.gain.linearRampToValueAtTime(LOUDNESS, at + 0.02);
  volume.gain.exponentialRampToValueAtTime(0.001, at + NOTE_S);
  tone.connect(volume).connect(context.destination);
  tone.start(at);
  tone.stop(at + NOTE_S);
}
