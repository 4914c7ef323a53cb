/**
 * The bar above the seats. It has its place at all times, so nothing moves when a notice comes:
 * it tells how full the room is, carries the notice, or counts who comes in after a purchase.
 * Which of them, hostbars.js decides.
 */

import { fullnessWords } from "../library/barwords.js";
import { peopleOf, recommended } from "../library/hostnews.js";
import { Menu } from "../library/menu.js";
import { openWords, planWords } from "../library/offerwords.js";
import { byId, write } from "./elements.js";
import { keepingFocus } from "./focus.js";
import { OfferCards } from "./offers.js";
import { seatsWords, takenWords } from "./roomwords.js";

/** @import { Offer, Offered } from "./billing.js" */
/** @import { NoticeObject, RoomMessage } from "./fullhouse.js" */
/** @import { HostBars } from "./hostbars.js" */
/** @import { Arrivals } from "./roomview.js" */
/** @import { Snooze } from "./snooze.js" */
/** @import { Texts } from "./texts.js" */

const MOST_OFFERS = 1; // the one that seats everybody; the others are a click away, in the dialog

export class SlotView {
  #cards;
  #closedChange = "";
  /** @type {Offered | null} */
  #bought = null;
  /** @type {Offer | undefined} of the notice's own button */
  #offer;
  #menu = new Menu(byId("notice-more"), byId("notice-choices"));

  /**
   * @param {{buy: (offer: Offer) => void, redraw: () => void}} options
   */
  constructor({ buy, redraw }) {
    this.#cards = new OfferCards(byId("notice-offers"), buy, MOST_OFFERS);
    byId("notice-buy").onclick = () => this.#offer && buy(this.#offer);
    byId("arrivals-close").onclick = () => {
      this.#closedChange = byId("arrivals").dataset.change ?? "";
      redraw();
    };
  }

  /** The change of capacity whose bar the host has closed. */
  get closedChange() {
    return this.#closedChange;
  }

  /** @param {Offered} offer - its capacity_changed may come before or after */
  bought(offer) {
    this.#bought = offer;
  }

  /**
   * @param {HostBars} bars
   * @param {RoomMessage} room
   * @param {{snooze: Snooze | null, isPending: boolean, texts: Texts}} options - `isPending`: a
   *   payment is not settled; nothing is sold over it
   */
  draw(bars, room, { snooze, isPending, texts }) {
    const { notice, arrivals } = bars;
    this.#drawNotice(bars.selling, room, isPending, texts);
    if (!notice) this.#menu.close();
    this.#drawArrivals(arrivals, texts);
    drawCalm(room, bars.isAsleep ? snooze : null, texts);
    show({ notice: notice !== null, arrivals: arrivals !== null, calm: !notice && !arrivals });
    write(byId("spoken"), spoken(bars, room, texts));
  }

  /**
   * @param {NoticeObject | null} notice
   * @param {RoomMessage} room
   * @param {boolean} isPending
   * @param {Texts} texts
   */
  #drawNotice(notice, room, isPending, texts) {
    const offers = isPending ? [] : (notice?.offers ?? []);
    const people = peopleOf(room);
    this.#cards.draw(offers, people, texts, notice?.can_buy);
    keepingFocus(byId("more-calm"), byId("more"), offers.length > 0);
    keepingFocus(byId("more"), byId("slot"), room.status === "closed");
    byId("see-plans").hidden = false; // from the moment there is a room to see plans for
    keepingFocus(byId("all-plans"), byId("more"), offers.length < 2);
    if (!notice) return;
    this.#offer = recommended(offers, people);
    const said = this.#offer ? offerWords(this.#offer, notice, room, texts) : "";
    write(byId("notice-buy"), said);
    keepingFocus(byId("notice-buy"), byId("slot"), said === "");
    write(byId("notice-title"), takenWords(room, texts));
    write(byId("notice-detail"), noticeDetail(notice, room, this.#offer, isPending ? "notice.pending" : "bar.largest", texts));
  }

  /**
   * @param {Readonly<Arrivals> | null} arrivals
   * @param {Texts} texts
   */
  #drawArrivals(arrivals, texts) {
    if (!arrivals) return;
    byId("arrivals").dataset.change = arrivals.change;
    write(byId("arrivals-title"), arrivalsTitle(arrivals, texts));
    const { from, to } = arrivals;
    const plan = this.#bought?.seats === to ? this.#bought.name : null;
    write(byId("arrivals-detail"), texts.say(plan ? "arrivals.plan" : "arrivals.seats", { from, to, plan: plan ?? "" }));
  }
}

/** @param {Record<string, boolean>} faces - which of the parts of the bar there are */
function show(faces) {
  for (const [id, isThere] of Object.entries(faces)) keepingFocus(byId(id), byId("slot"), !isThere);
}

/**
 * @param {RoomMessage} room
 * @param {Snooze | null} snooze - that of the notice that stands
 * @param {Texts} texts
 */
function drawCalm(room, snooze, texts) {
  write(byId("calm-title"), takenWords(room, texts));
  const asleep = snooze && room.status === "open" ? texts.say("notice.asleep", { time: texts.time(snooze.until) }) : "";
  write(byId("calm-detail"), asleep || seatsWords(room, texts));
  byId("wake").hidden = snooze === null;
}

/**
 * @param {Offer} offer
 * @param {NoticeObject} notice
 * @param {RoomMessage} room
 * @param {Texts} texts
 */
function offerWords(offer, { can_buy }, { capacity }, texts) {
  return can_buy ? openWords(offer, capacity, texts) : texts.say("offer.ask", { plan: offer.name });
}

/**
 * @param {NoticeObject} notice
 * @param {RoomMessage} room
 * @param {Offer | undefined} offer
 * @param {string} why - key of the text that says why there is no offer
 * @param {Texts} texts
 */
function noticeDetail(notice, room, offer, why, texts) {
  const parts = [seatsWords(room, texts)];
  if (notice.limited) parts.push(texts.say("notice.limited"));
  else if (!notice.can_buy) parts.push(texts.say("bar.cannot_buy"));
  else parts.push(offer ? planWords(offer, texts) : texts.say(why));
  return parts.filter(Boolean).join(" ");
}

/**
 * @param {Readonly<Arrivals>} arrivals
 * @param {Texts} texts
 */
function arrivalsTitle({ called, came, done, to }, texts) {
  if (called === 0) return texts.say("arrivals.room_for", { n: to });
  if (done) return texts.say("arrivals.came", { n: came });
  return texts.say("arrivals.coming", { n: came, called });
}

/**
 * The one sentence that is read aloud: what a host must know, not every arrival.
 *
 * @param {HostBars} bars
 * @param {RoomMessage} room
 * @param {Texts} texts
 */
function spoken({ notice, arrivals, asOf }, room, texts) {
  if (room.status === "closed") return texts.say("bar.level.closed");
  if (asOf !== null) return `${texts.say("link.away")} ${texts.say("bar.as_of", { time: texts.time(asOf) })}`;
  if (notice) return fullnessWords(room, texts);
  if (arrivals?.done) return arrivalsTitle(arrivals, texts);
  return room.paused ? texts.say("line.paused") : "";
}
