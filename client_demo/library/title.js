/** What the tab says while its reader is elsewhere, in front of the page's own title. */

export class PageTitle {
  #own = document.title;
  #written = "";

  /** @param {string} words - empty: nothing but the page's own title */
  show(words) {
    if (document.title !== this.#written) this.#own = document.title; // the page has changed it
    this.#written = words ? `${words} · ${this.#own}` : this.#own;
    if (document.title !== this.#written) document.title = this.#written;
  }
}
