/** A few choices behind one button. They open in the flow of the page, so they fit everywhere. */

export class Menu {
  #button;
  #list;

  /**
   * @param {HTMLElement} button - opens and closes the list
   * @param {HTMLElement} list - has the choices, and is hidden at first
   */
  constructor(button, list) {
    this.#button = button;
    this.#list = list;
    this.#open(false);
    button.addEventListener("click", () => this.#open(Boolean(list.hidden)));
    list.addEventListener("click", () => this.close());
    for (const part of [button, list]) {
      part.addEventListener("keydown", (event) => event.key === "Escape" && this.#leave(event));
    }
  }

  /** A focus inside goes to the button. */
  close() {
    if (this.#list.matches(":focus-within")) this.#button.focus({ preventScroll: true });
    this.#open(false);
  }

  /** @param {boolean} isOpen */
  #open(isOpen) {
    this.#list.hidden = !isOpen;
    this.#button.setAttribute("aria-expanded", String(isOpen));
  }

  /** @param {KeyboardEvent} event */
  #leave(event) {
    if (this.#list.hidden) return;
    event.stopPropagation();
    this.close();
  }
}
