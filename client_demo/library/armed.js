/**
 * A button that charges, or does something else that cannot be undone.
 *
 * It takes no press before its words have stood still for a moment, and none that began before: a
 * second tap, a repeated key, a key held down, or a tap that was meant for what stood there before.
 */

/** How long the words must have stood still: longer than a double tap takes. */
const ARM_AFTER_MS = 700;

const PRESSING_KEYS = ["Enter", " "];

/** Whether one of them is down, wherever its press began. */
let isKeyDown = false;
addEventListener("keydown", ({ key }) => (isKeyDown ||= PRESSING_KEYS.includes(key)), true);
addEventListener("keyup", () => (isKeyDown = false), true);
addEventListener("blur", () => (isKeyDown = false));

export class Armed {
  #press;
  #onArmed;
  /** Rises whenever the words change: a press counts only in the state in which it began. */
  #state = 0;
  /** @type {number | null} the state in which a pointer went down on the button */
  #pointer = null;
  /** @type {number | null} the state in which a key went down on the button */
  #key = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #arming;

  /**
   * @param {HTMLElement} press
   * @param {() => unknown} act
   * @param {() => void} [onArmed] - called when the button can be pressed
   */
  constructor(press, act, onArmed = () => {}) {
    this.#press = press;
    this.#onArmed = onArmed;
    press.addEventListener("pointerdown", () => (this.#pointer = this.#armedState()));
    press.addEventListener("keydown", (event) => this.#keyDown(event));
    press.addEventListener("blur", () => (this.#key = null));
    press.addEventListener("click", (click) => this.#isDecision(click) && this.#decided(act));
    this.arm();
  }

  /** The words are new: from now on they must stand still. */
  arm() {
    this.#state += 1;
    this.#press.setAttribute("aria-disabled", "true");
    clearTimeout(this.#arming);
    this.#arming = setTimeout(() => {
      this.#press.removeAttribute("aria-disabled");
      this.#onArmed();
    }, ARM_AFTER_MS);
  }

  /** @param {KeyboardEvent} event */
  #keyDown(event) {
    if (!PRESSING_KEYS.includes(event.key)) return;
    if (event.repeat) event.preventDefault();
    else this.#key = this.#armedState();
  }

  /** @returns {number} -1 where no press counts */
  #armedState() {
    return this.#isArmed ? this.#state : -1;
  }

  get #isArmed() {
    return this.#press.getAttribute("aria-disabled") !== "true";
  }

  /** @param {MouseEvent} click */
  #isDecision({ detail }) {
    const [pointer, key] = [this.#pointer, this.#key];
    this.#pointer = this.#key = null;
    if (!this.#isArmed) return false;
    if (detail > 0) return pointer === this.#state;
    // A screen reader clicks without a pointer or a key. A space clicks when it comes up.
    return key === null ? !isKeyDown : key === this.#state;
  }

  /** @param {() => unknown} act */
  #decided(act) {
    this.arm(); // the second click of a double click is none
    act();
  }
}
