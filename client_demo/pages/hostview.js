/** The host page as it is drawn: from a room view, the link and the reader's texts. */

import { byId, element, write } from "./elements.js";
import { OfferCards } from "./offers.js";
import { SeatPicture } from "./seats.js";

/** @import { Offer, Offered } from "./billing.js" */
/** @import { Link, Message } from "./fullhouse.js" */
/** @import { Arrivals, RoomView } from "./roomview.js" */
/** @import { Texts } from "./texts.js" */

const MOST_DOTS = 96;
const MOST_NOTES = 8;
const MOST_OFFERS = 3; // a host in the middle of an event compares no tables; the dialog has all

/** @typedef {{at: number, key: string, values: Record<string, number>}} Note */

export class HostView {
  #house = new SeatPicture(/** @type {any} */ (byId("house")));
  #cards;
  /** @type {Note[]} */
  #notes = [];
  #notesShown = "";
  #closedChange = "";
  /** @type {Offered | null} */
  #bought = null;
  /** @type {Record<string, string>} */
  #plans = {};
  #redraw = () => {};

  /** @param {{buy: (offer: Offer) => void}} options */
  constructor({ buy }) {
    this.#cards = new OfferCards(byId("notice-offers"), buy, MOST_OFFERS);
    byId("arrivals-close").onclick = () => this.#closeArrivals();
  }

  /** @param {Record<string, string>} names - of the plans, by id */
  nameplates(names) {
    this.#plans = names;
    this.#redraw();
  }

  /** @param {Offered} offer - its capacity_changed may come before or after */
  bought(offer) {
    this.#bought = offer;
    this.#redraw();
  }

  /**
   * Keeps what is worth remembering after the event.
   *
   * @param {Message} message
   */
  note(message) {
    const note = noteOf(message);
    const repeated = note && this.#notes.some((known) => known.key === note.key && sameValues(known, note));
    if (note && !repeated) this.#notes = [note, ...this.#notes].slice(0, MOST_NOTES);
  }

  /**
   * @param {RoomView} view
   * @param {Readonly<Link>} link
   * @param {Texts} texts
   */
  draw(view, link, texts) {
    this.#redraw = () => this.draw(view, link, texts);
    drawLink(link, texts);
    this.#drawNotes(texts);
    if (!view.room) return;
    drawHeading(view.room, texts);
    this.#drawHouse(view.room, texts);
    drawLine(view.room, texts);
    drawFacts(view.room, texts);
    write(byId("plan"), this.#plans[view.room.plan] ?? view.room.plan);
    this.#drawNotice(view, view.room, texts);
    this.#drawArrivals(view.arrivals, texts);
    write(byId("spoken"), spoken(view, view.room, texts));
  }

  #closeArrivals() {
    this.#closedChange = byId("arrivals").dataset.change ?? "";
    this.#redraw();
  }

  /**
   * @param {Message} room
   * @param {Texts} texts
   */
  #drawHouse(room, texts) {
    const { capacity, occupied, held } = room;
    const each = this.#house.draw({ capacity, occupied, held });
    const free = Math.max(0, capacity - occupied - held);
    write(byId("taken"), texts.number(occupied + held));
    write(byId("of-capacity"), texts.say("seats.of", { n: capacity }));
    write(byId("inside"), texts.number(occupied));
    write(byId("held"), texts.number(held));
    write(byId("free"), texts.number(free));
    byId("house").setAttribute("aria-label", texts.say("seats.picture", { capacity, occupied, held, free }));
    byId("scale").hidden = each === 1;
    write(byId("scale"), texts.say("seats.scale", { n: each }));
  }

  /**
   * @param {RoomView} view
   * @param {Message} room
   * @param {Texts} texts
   */
  #drawNotice({ notice }, room, texts) {
    byId("notice").hidden = !notice;
    if (!notice) return;
    const taken = room.occupied + room.held;
    write(byId("notice-title"), texts.say(`notice.${notice.level}`, { n: taken, capacity: room.capacity }));
    write(byId("notice-detail"), noticeDetail(notice, room, texts));
    byId("all-plans").hidden = !notice.can_buy || notice.offers.length < 2;
    this.#cards.draw(notice.offers, taken + room.waiting, texts, notice.can_buy);
  }

  /**
   * @param {Readonly<Arrivals> | null} arrivals
   * @param {Texts} texts
   */
  #drawArrivals(arrivals, texts) {
    const shown = arrivals !== null && arrivals.to > arrivals.from && arrivals.change !== this.#closedChange;
    byId("arrivals").hidden = !shown;
    if (!shown) return;
    byId("arrivals").dataset.change = arrivals.change;
    write(byId("arrivals-title"), arrivalsTitle(arrivals, texts));
    const { from, to } = arrivals;
    const plan = this.#bought?.seats === to ? this.#bought.name : null;
    write(byId("arrivals-detail"), texts.say(plan ? "arrivals.plan" : "arrivals.seats", { from, to, plan: plan ?? "" }));
  }

  /** @param {Texts} texts */
  #drawNotes(texts) {
    const said = JSON.stringify([texts.language, this.#notes]);
    if (said === this.#notesShown) return;
    this.#notesShown = said;
    byId("log-card").hidden = this.#notes.length === 0;
    byId("log").replaceChildren(...this.#notes.map((note) => noteLine(note, texts)));
  }
}

/**
 * @param {Readonly<Link>} link
 * @param {Texts} texts
 */
function drawLink(link, texts) {
  byId("link").dataset.phase = link.phase;
  const ended = link.phase === "ended" && texts.has(`link.ended.${link.code}`);
  const waits = link.phase === "connecting" && link.keptMs > 0;
  const key = ended ? `link.ended.${link.code}` : waits ? "link.not_yet" : `link.${link.phase}`;
  write(byId("link"), texts.say(key));
}

/**
 * @param {Message} room
 * @param {Texts} texts
 */
function drawHeading(room, texts) {
  const level = room.status === "closed" ? "closed" : room.level;
  document.title = `${room.title} · Fullhouse`;
  write(byId("title"), room.title);
  byId("level").hidden = false;
  byId("level").dataset.level = level;
  write(byId("level"), texts.say(`level.${level}`));
}

/**
 * @param {Message} room
 * @param {Texts} texts
 */
function drawLine(room, texts) {
  write(byId("waiting"), texts.number(room.waiting));
  const key = room.paused ? "line.paused" : room.waiting ? "line.waiting" : "line.nobody";
  write(byId("line-words"), texts.say(key, { n: room.waiting }));
  const queue = byId("queue");
  const dots = Math.min(room.waiting, MOST_DOTS);
  while (queue.childElementCount > dots) queue.lastElementChild?.remove();
  while (queue.childElementCount < dots) queue.append(element("i"));
}

/**
 * @param {Message} room
 * @param {Texts} texts
 */
function drawFacts(room, texts) {
  write(byId("pace"), texts.say("facts.per_minute", { n: room.forecast.joins_per_min }));
  write(byId("forecast"), forecastWords(room, texts));
  write(byId("presenters"), texts.say("facts.of", { n: room.presenters.occupied, all: room.presenters.capacity }));
  byId("see-plans").hidden = room.status === "closed";
}

/**
 * @param {Message} room
 * @param {Texts} texts
 */
function forecastWords({ level, forecast }, texts) {
  if (level === "full" || level === "draining") return texts.say("facts.full_now");
  if (forecast.full_in_s === null) return texts.say("facts.not_soon");
  return texts.say("facts.in", { duration: texts.roughly(forecast.full_in_s) });
}

/**
 * @param {Message} notice
 * @param {Message} room
 * @param {Texts} texts
 */
function noticeDetail(notice, room, texts) {
  const fullIn = room.forecast.full_in_s;
  const parts = [];
  if (room.waiting) parts.push(texts.say("notice.waiting", { n: room.waiting }));
  else if (notice.level === "full") parts.push(texts.say("notice.newcomers_wait"));
  else if (fullIn !== null) parts.push(texts.say("notice.full_in", { duration: texts.roughly(fullIn) }));
  if (notice.limited) parts.push(texts.say("notice.limited"));
  else if (!notice.can_buy) parts.push(texts.say("notice.cannot_buy"));
  else parts.push(texts.say(notice.offers.length ? "notice.act" : "notice.largest"));
  return parts.join(" ");
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
 * @param {RoomView} view
 * @param {Message} room
 * @param {Texts} texts
 */
function spoken({ notice, arrivals }, room, texts) {
  if (room.status === "closed") return texts.say("level.closed");
  if (notice) return texts.say(`spoken.${notice.level}`);
  if (arrivals && arrivals.done && arrivals.to > arrivals.from) return arrivalsTitle(arrivals, texts);
  return "";
}

/**
 * @param {Message} message
 * @returns {Note | null}
 */
function noteOf(message) {
  const at = Date.now();
  if (message.type === "capacity_changed") {
    return { at, key: "log.capacity", values: { from: message.from, to: message.to } };
  }
  if (message.type !== "notice") return null;
  const { level, occupied, capacity, since } = message.notice;
  return { at: Date.parse(since), key: `log.${level}`, values: { n: occupied, capacity } };
}

/**
 * @param {Note} a
 * @param {Note} b
 */
function sameValues(a, b) {
  return a.key !== "log.capacity" && a.at === b.at;
}

/**
 * @param {Note} note
 * @param {Texts} texts
 */
function noteLine(note, texts) {
  const instant = new Date(note.at).toISOString();
  const time = element("time", { class: "figure", datetime: instant }, texts.time(note.at));
  return element("li", {}, time, element("span", {}, texts.say(note.key, note.values)));
}
