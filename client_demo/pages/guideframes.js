/** The real pages of the demo side by side: the host, somebody with a phone, and the account. */

import { at } from "./address.js";
import { element, write } from "./elements.js";

/** @import { Texts } from "./texts.js" */

/** @typedef {"host" | "attendee" | "account"} Seen */

/** How much smaller each page is shown than it is. */
const SCALES = { host: 0.72, attendee: 0.72, account: 0.66 };
const SHOWN = /** @type {Seen[]} */ (Object.keys(SCALES));

export class GuideFrames {
  #box;
  /** @type {Map<Seen, HTMLElement>} */
  #figures = new Map();

  /** @param {HTMLElement} box */
  constructor(box) {
    this.#box = box;
    for (const seen of SHOWN) this.#figures.set(seen, figure(seen));
    box.replaceChildren(...this.#figures.values());
  }

  /** Whether the screen has room for frames; otherwise nothing is loaded into them. */
  get isShown() {
    return getComputedStyle(this.#box).display !== "none";
  }

  /**
   * Shows a page, unless its frame shows it already.
   *
   * @param {Seen} seen
   * @param {string | null} path - of the page; null: none yet
   */
  show(seen, path) {
    const wanted = path && this.isShown ? at(path) : "";
    const glass = part(this.#figures.get(seen), ".glass");
    if ((glass.dataset.page ?? "") === wanted) return;
    glass.dataset.page = wanted;
    glass.querySelector("iframe")?.remove();
    const link = /** @type {HTMLAnchorElement} */ (part(this.#figures.get(seen), "a"));
    link.hidden = !wanted;
    link.href = wanted;
    if (wanted) glass.append(frameOf(seen, wanted));
    part(glass, "p").hidden = wanted !== "";
  }

  /** Loads every page again: the event is another one, or the language is. */
  reload() {
    for (const frame of this.#box.querySelectorAll("iframe")) frame.contentWindow?.location.reload();
  }

  /** The account has changed. A dialog in which somebody is buying stays. */
  renewAccount() {
    const page = this.#frame("account")?.contentDocument;
    if (page && !page.querySelector("dialog[open]")) page.location.reload();
  }

  /**
   * @param {boolean} isWanted - it is for the visitor to do something on the host's page
   */
  point(isWanted) {
    this.#figures.get("host")?.classList.toggle("wanted", isWanted);
  }

  /** @returns {boolean} false where there is no frame to go to */
  goToHost() {
    const frame = this.isShown ? this.#frame("host") : null;
    frame?.focus();
    return frame !== null;
  }

  /** @param {Texts} texts */
  name(texts) {
    for (const [seen, shown] of this.#figures) {
      const name = texts.say(`guide.frame.${seen}`);
      write(part(shown, "b"), name);
      write(part(shown, "a"), texts.say("guide.own_tab"));
      part(shown, "a").setAttribute("aria-label", `${texts.say("guide.own_tab")}: ${name}`);
      shown.querySelector("iframe")?.setAttribute("title", name);
      write(part(shown, ".glass p"), seen === "attendee" ? texts.say("guide.phone_later") : "");
    }
  }

  /** @param {Seen} seen */
  #frame(seen) {
    return this.#figures.get(seen)?.querySelector("iframe") ?? null;
  }
}

/** @param {Seen} seen */
function figure(seen) {
  const link = element("a", { target: "_blank", hidden: true });
  const glass = element("div", { class: "glass" }, element("p", { class: "muted" }));
  glass.style.setProperty("--scale", String(SCALES[seen]));
  return element("figure", { class: seen }, element("figcaption", {}, element("b"), link), glass);
}

/**
 * @param {Seen} seen
 * @param {string} page
 */
function frameOf(seen, page) {
  return element("iframe", { src: page, title: seen });
}

/**
 * @param {Element | undefined} whole
 * @param {string} selector
 * @returns {HTMLElement}
 */
function part(whole, selector) {
  return /** @type {HTMLElement} */ (whole?.querySelector(selector));
}
