/** Calls a host who is in another tab: with a sound, or with a notification of the browser. */

import { Chime } from "../library/chime.js";
import { Choice } from "../library/choices.js";
import { drawing } from "../library/dom.js";
import { NO_ALERT, nextAlert } from "../library/hostalert.js";
import { peopleOf, recommended } from "../library/hostnews.js";
import { openWords, planWords } from "../library/offerwords.js";
import { joined, storageName } from "../library/storagename.js";
import { Tabs } from "../library/tabs.js";
import { byId, element, write } from "./elements.js";
import { takenWords } from "./roomwords.js";

/** @import { HostAlert } from "../library/hostalert.js" */
/** @import { NoticeObject, RoomMessage } from "./fullhouse.js" */
/** @import { Texts } from "./texts.js" */

export class Alerts {
  #redraw;
  #chime = new Chime();
  #tabs = new Tabs();
  /** @type {Choice | null} */
  #sound = null;
  /** @type {Choice | null} */
  #notify = null;
  #keptAs = "";
  /** @type {Readonly<HostAlert>} */
  #alert = NO_ALERT;
  /** @type {Notification | null} */
  #notification = null;
  #isAsking = false;
  #isRefused = false; // by the browser, just now

  /** @param {() => void} redraw */
  constructor(redraw) {
    this.#redraw = redraw;
    byId("alerts").replaceChildren(...parts());
    byId("alert-sound").onchange = () => this.#switchSound(isOn("alert-sound"));
    byId("alert-notify").onchange = () => this.#switchNotify(isOn("alert-notify"));
    addEventListener("pagehide", () => this.#withdraw());
    closesLikeAMenu(/** @type {HTMLDetailsElement} */ (byId("alerts")));
  }

  /**
   * The choices are those of the person for all events of the account; what was told is of one room.
   *
   * @param {{installation: string, account: string, room: string}} where
   */
  enter({ installation, account, room }) {
    const scope = joined([installation, account, room]);
    const keptAs = storageName("alerted", scope);
    if (keptAs === this.#keptAs) return;
    this.#sound?.close();
    this.#notify?.close();
    this.#keptAs = keptAs;
    this.#tabs.join(`host ${scope}`);
    this.#sound = new Choice("host-sound", joined([installation, account]), false);
    this.#notify = new Choice("host-notify", joined([installation, account]), false);
    for (const choice of [this.#sound, this.#notify]) choice.addEventListener("change", () => this.#redraw());
    if (this.#sound.value) this.#chime.prepare(this.#redraw);
    byId("alerts").hidden = false;
  }

  /**
   * @param {RoomMessage} room
   * @param {NoticeObject | null} notice - the one that stands and was not put off
   * @param {Texts} texts
   */
  draw(room, notice, texts) {
    this.#drawChoices(texts);
    if (!this.#keptAs) return;
    const isLooking = document.visibilityState === "visible" && document.hasFocus();
    const before = { ...this.#alert, known: this.#recall() };
    this.#alert = nextAlert(before, { notice, isLooking });
    if (this.#alert.known !== before.known) this.#keep(this.#alert.known);
    if (this.#alert.shown === before.shown) return;
    this.#withdraw();
    if (notice && this.#alert.shown) this.#tabs.once(`alert ${notice.id}`, () => this.#call(room, notice, texts));
  }

  /**
   * @param {RoomMessage} room
   * @param {NoticeObject} notice
   * @param {Texts} texts
   */
  #call(room, notice, texts) {
    if (this.#alert.shown !== notice.id) return; // it went while the tabs agreed who calls
    if (this.#sound?.value && this.#chime.isAllowed) this.#chime.ring();
    if (this.#canNotify) this.#show(room, notice, texts);
  }

  get #canNotify() {
    return Boolean(this.#notify?.value) && "Notification" in globalThis && Notification.permission === "granted";
  }

  /**
   * @param {RoomMessage} room
   * @param {NoticeObject} notice
   * @param {Texts} texts
   */
  #show(room, notice, texts) {
    const offer = notice.can_buy ? recommended(notice.offers, peopleOf(room)) : undefined;
    const sale = offer ? [openWords(offer, room.capacity, texts), planWords(offer, texts)] : [];
    const body = [room.title, ...sale].filter(Boolean).join("\n");
    try {
      this.#notification = new Notification(takenWords(room, texts), { tag: notice.id, body, lang: texts.language });
    } catch {
      return; // a browser that shows notifications of service workers only
    }
    this.#notification.onclick = () => {
      globalThis.focus();
      this.#withdraw();
    };
  }

  #withdraw() {
    this.#notification?.close();
    this.#notification = null;
  }

  /** @param {boolean} on */
  #switchSound(on) {
    this.#sound?.set(on);
    if (!on) return;
    this.#chime.prepare(this.#redraw);
    this.#chime.ring(); // this is what it sounds like
  }

  /**
   * The browser asks the host once, after this click and at no other time.
   *
   * @param {boolean} on
   */
  async #switchNotify(on) {
    this.#isAsking = on;
    this.#isRefused = on && (await Notification.requestPermission()) !== "granted";
    this.#isAsking = false;
    this.#notify?.set(on && !this.#isRefused);
    this.#redraw();
  }

  /** @param {Texts} texts */
  #drawChoices(texts) {
    write(byId("alerts-name"), texts.say("alerts.name"));
    write(byId("alert-sound-name"), texts.say("alerts.sound"));
    write(byId("alert-notify-name"), texts.say("alerts.notify"));
    setOn("alert-sound", this.#sound?.value ?? false);
    setOn("alert-notify", this.#isAsking || this.#canNotify);
    const isSilent = this.#sound?.value && !this.#chime.isAllowed;
    write(byId("alert-sound-hint"), texts.say(isSilent ? "wait.sound_touch" : "alerts.sound_hint"));
    write(byId("alert-notify-hint"), texts.say(this.#isRefused ? "alerts.refused" : "alerts.notify_hint"));
    byId("alert-notify").closest("label")?.toggleAttribute("hidden", !("Notification" in globalThis));
  }

  #recall() {
    try {
      return localStorage.getItem(this.#keptAs) ?? "";
    } catch {
      return this.#alert.known; // a page may be denied all storage
    }
  }

  /** @param {string} known */
  #keep(known) {
    try {
      localStorage.setItem(this.#keptAs, known);
    } catch {
      // it is remembered as long as the page is there
    }
  }
}

/** @param {HTMLDetailsElement} details - closes with Escape, and with a press elsewhere */
function closesLikeAMenu(details) {
  addEventListener("pointerdown", ({ target }) => details.contains(/** @type {Node} */ (target)) || (details.open = false));
  details.addEventListener("keydown", ({ key }) => {
    if (key !== "Escape") return;
    details.open = false;
    details.querySelector("summary")?.focus();
  });
}

function parts() {
  return [
    element("summary", { class: "button quiet small" }, bell(), element("span", { id: "alerts-name" })),
    element("div", { class: "card alert-choices" }, choice("alert-sound"), choice("alert-notify")),
  ];
}

function bell() {
  const shape = "M6 17h12l-1.5-2.5V10a4.5 4.5 0 0 0-9 0v4.5zM10 20a2 2 0 0 0 4 0";
  return drawing("svg", { viewBox: "0 0 24 24", "aria-hidden": "true" }, drawing("path", { d: shape }));
}

/** @param {string} id */
function choice(id) {
  return element(
    "label",
    {},
    element("input", { type: "checkbox", role: "switch", id, "aria-describedby": `${id}-hint` }),
    element("span", {}, element("b", { id: `${id}-name` }), element("small", { class: "muted", id: `${id}-hint`, role: "status" })),
  );
}

/** @param {string} id */
function isOn(id) {
  return /** @type {HTMLInputElement} */ (byId(id)).checked;
}

/**
 * @param {string} id
 * @param {boolean} on
 */
function setOn(id, on) {
  /** @type {HTMLInputElement} */ (byId(id)).checked = on;
}
