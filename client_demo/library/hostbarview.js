/** The host bar as it is drawn: from the news of the room, the link and the reader's words. */

import { Armed } from "./armed.js";
import { figureWords, fullnessWords, noticeWords } from "./barwords.js";
import { element, write } from "./dom.js";
import { bestOffer, peopleOf } from "./hostnews.js";
import { staleSince } from "./linkstate.js";
import { Menu } from "./menu.js";
import { openWords, planWords } from "./offerwords.js";
import { Speaker } from "./speaker.js";

/** @import { HostNews, Offer } from "./hostnews.js" */
/** @import { Link, RoomMessage } from "./types.js" */
/** @import { Words } from "./words.js" */

/** @typedef {{news: Readonly<HostNews>, link: Readonly<Link>, now: number}} ShownBar */

function barParts() {
  return element(
    "section",
    { id: "bar", part: "bar", "data-level": "ok" },
    element(
      "div",
      { class: "figures" },
      element("b", { class: "level", id: "level" }),
      element("progress", { id: "seats", max: "1", value: "0", "aria-labelledby": "taken", hidden: true }),
      element("span", { class: "figure", id: "taken" }),
      element("span", { class: "figure", id: "waiting" }),
      element("span", { class: "link muted", id: "link", "data-phase": "connecting" }),
    ),
    element(
      "div",
      { class: "notice", id: "notice", part: "notice", hidden: true },
      element("p", { id: "words" }),
      element(
        "div",
        { class: "acts" },
        element("button", { type: "button", class: "button main", id: "buy", part: "buy" }),
        element("button", { type: "button", class: "button quiet more", id: "more", "aria-controls": "choices" }),
      ),
      element("p", { class: "muted", id: "later" }),
      element(
        "div",
        { class: "choices", id: "choices" },
        element("button", { type: "button", class: "button quiet", id: "dismiss" }),
        element("button", { type: "button", class: "button quiet", id: "dismiss-rest" }),
      ),
    ),
    element("p", { class: "unseen", role: "status", id: "spoken" }),
    element("p", { class: "unseen", role: "alert", id: "alarm" }),
  );
}

export class HostBarView {
  #root;
  #speaker;
  /** @type {Offer | undefined} */
  #offer;
  #buy;
  #offered = "";
  #menu;

  /**
   * @param {ShadowRoot} root
   * @param {{buy: (offer: Offer) => void, dismiss: (rest: boolean) => void}} acts
   */
  constructor(root, { buy, dismiss }) {
    this.#root = root;
    root.append(barParts());
    this.#speaker = new Speaker(this.#at("spoken"), this.#at("alarm"));
    // A page may charge as soon as an offer is chosen.
    this.#buy = new Armed(this.#at("buy"), () => this.#offer && buy(this.#offer));
    this.#menu = new Menu(this.#at("more"), this.#at("choices"));
    this.#at("dismiss").onclick = () => dismiss(false);
    this.#at("dismiss-rest").onclick = () => dismiss(true);
  }

  /**
   * @param {ShownBar} shown
   * @param {Words} words
   */
  draw({ news, link, now }, words) {
    this.#at("bar").lang = words.language;
    this.#at("bar").setAttribute("aria-label", words.say("bar.label"));
    this.#at("link").dataset.phase = link.phase;
    write(this.#at("link"), words.say(`link.${link.phase}`));
    if (!news.room) return this.#clear();
    this.#drawAge(link, words);
    this.#drawFigures(news.room, words);
    this.#drawNotice(news, news.room, words);
    const calm = news.notice ? fullnessWords(news.room, words) : "";
    this.#speaker.say({ topic: calm, calm, alarm: "" }, now);
  }

  /**
   * @param {Readonly<Link>} link
   * @param {Words} words
   */
  #drawAge(link, words) {
    const since = staleSince(link);
    this.#at("bar").toggleAttribute("data-stale", since !== null);
    if (since === null) return;
    const asOf = words.say("bar.as_of", { time: words.time(since) });
    write(this.#at("link"), `${words.say(`link.${link.phase}`)} ${asOf}`);
  }

  /** The room is not known: nothing of an earlier room stays. */
  #clear() {
    this.#at("bar").removeAttribute("data-stale");
    this.#at("bar").dataset.level = "ok";
    this.#at("seats").hidden = this.#at("notice").hidden = true;
    this.#at("link").hidden = false;
    for (const figure of ["level", "taken", "waiting"]) write(this.#at(figure), "");
  }

  /**
   * @param {RoomMessage} room
   * @param {Words} words
   */
  #drawFigures(room, words) {
    const isClosed = room.status === "closed";
    this.#at("bar").dataset.level = isClosed ? "closed" : room.level;
    this.#at("seats").hidden = isClosed || room.capacity === 0;
    this.#at("link").hidden = isClosed; // its end is no trouble
    const share = (room.occupied + room.held) / Math.max(1, room.capacity);
    /** @type {HTMLProgressElement} */ (this.#at("seats")).value = Math.min(1, share);
    for (const [id, said] of Object.entries(figureWords(room, words))) write(this.#at(id), said);
  }

  /**
   * @param {Readonly<HostNews>} news
   * @param {RoomMessage} room
   * @param {Words} words
   */
  #drawNotice(news, room, words) {
    const { notice } = news;
    this.#at("notice").hidden = !notice;
    if (!notice) return this.#menu.close();
    this.#offer = bestOffer(news);
    write(this.#at("words"), noticeWords(notice, room, words));
    this.#drawOffer(this.#offer, room, words);
    write(this.#at("more"), words.say("bar.more"));
    write(this.#at("dismiss"), words.say("bar.dismiss"));
    write(this.#at("dismiss-rest"), words.say("bar.dismiss_rest"));
  }

  /**
   * @param {Offer | undefined} offer
   * @param {RoomMessage} room
   * @param {Words} words
   */
  #drawOffer(offer, room, words) {
    const said = offer ? openWords(offer, room.capacity, words) : "";
    this.#at("buy").hidden = this.#at("later").hidden = !said;
    const offered = offer && said ? JSON.stringify([room.account, room.room, offer.plan, said]) : "";
    if (offered !== this.#offered) this.#buy.arm();
    this.#offered = offered;
    if (!offer || !said) return;
    write(this.#at("buy"), said);
    const isForAll = room.waiting > 0 && offer.seats >= peopleOf(room);
    const everyone = isForAll ? `${words.say("bar.everyone", { plan: offer.name })} ` : "";
    write(this.#at("later"), everyone + planWords(offer, words));
  }

  /**
   * @param {string} id
   * @returns {HTMLElement}
   */
  #at(id) {
    return /** @type {HTMLElement} */ (this.#root.getElementById(id));
  }
}
