/** The host page as it is drawn: from what is known of the room, the link and the reader's texts. */

import { fullnessOf } from "../library/fullness.js";
import { byId, element, write } from "./elements.js";
import { keepingFocus } from "./focus.js";
import { Plot } from "./plot.js";
import { forecastWords, houseWords, levelWords, lineWords, paceWords } from "./roomwords.js";
import { SeatPicture, stepOf } from "./seats.js";
import { SlotView } from "./slotview.js";

/** @import { Offer, Offered } from "./billing.js" */
/** @import { Link, RoomMessage } from "./fullhouse.js" */
/** @import { History, Mark } from "./history.js" */
/** @import { HostBars } from "./hostbars.js" */
/** @import { RoomView } from "./roomview.js" */
/** @import { Snooze } from "./snooze.js" */
/** @import { Texts } from "./texts.js" */

const MOST_DOTS = 48; // three rows in the narrowest column

/**
 * @typedef {object} Picture - all that the page shows
 * @property {Readonly<RoomView>} view
 * @property {Readonly<History>} history
 * @property {Readonly<HostBars>} bars
 * @property {Snooze | null} snooze
 * @property {boolean} isPending - a payment of the account is not settled
 * @property {Readonly<Link>} link
 * @property {Texts} texts
 * @property {number} now
 */

export class HostView {
  #house = new SeatPicture(/** @type {any} */ (byId("house")));
  #slot;
  #plot;
  #logged = "";
  /** @type {Record<string, string>} */
  #plans = {};
  #redraw;

  /** @param {{buy: (offer: Offer) => void, redraw: () => void}} options */
  constructor({ buy, redraw }) {
    this.#redraw = redraw;
    this.#slot = new SlotView({ buy, redraw });
    this.#plot = new Plot(redraw);
  }

  /** @param {Record<string, string>} names - of the plans, by id */
  nameplates(names) {
    this.#plans = names;
    this.#redraw();
  }

  /** The change of capacity whose bar the host has closed. */
  get closedChange() {
    return this.#slot.closedChange;
  }

  /** @param {Offered} offer */
  bought(offer) {
    this.#slot.bought(offer);
    this.#redraw();
  }

  /** @param {Picture} picture */
  draw({ view, bars, history, snooze, isPending, link, texts, now }) {
    drawLink(link, texts);
    drawBars(bars, texts);
    const { room } = view;
    if (!room) return;
    drawHeading(room, texts);
    this.#drawHouse(room, texts);
    drawLine(room, texts);
    drawFacts(room, texts);
    write(byId("plan"), this.#plans[room.plan] ?? room.plan);
    this.#slot.draw(bars, room, { snooze, isPending, texts });
    this.#drawLog(history.marks, texts);
    this.#plot.draw(history, { now, fullInMs: fullInMs(room, link), texts });
  }

  /**
   * @param {RoomMessage} room
   * @param {Texts} texts
   */
  #drawHouse(room, texts) {
    const { capacity, occupied, held } = room;
    const each = this.#house.draw({ capacity, occupied, held });
    const { picture, ...figures } = houseWords(room, texts);
    for (const [id, figure] of Object.entries(figures)) write(byId(id), figure);
    byId("legend-over").hidden = figures.over === "";
    byId("house").setAttribute("aria-label", picture);
    write(byId("scale"), each === 1 ? "" : texts.say("seats.scale", { n: each }));
  }

  /**
   * @param {Mark[]} marks
   * @param {Texts} texts
   */
  #drawLog(marks, texts) {
    const said = JSON.stringify([texts.language, marks, this.#plans]);
    if (said === this.#logged) return;
    this.#logged = said;
    byId("log-empty").hidden = marks.length > 0;
    byId("log").replaceChildren(...[...marks].reverse().map((mark) => logLine(mark, texts, this.#plans)));
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
 * The bars beside the one above the seats, and the age of all figures.
 *
 * @param {Readonly<HostBars>} bars
 * @param {Texts} texts
 */
function drawBars({ payment, refusal, asOf }, texts) {
  keepingFocus(byId("pending"), byId("slot"), !payment);
  write(byId("answer"), refusal ? texts.say("ask.refused") : "");
  byId("answer").hidden = !refusal;
  document.body.toggleAttribute("data-stale", asOf !== null);
  byId("as-of").hidden = asOf === null;
  if (asOf !== null) write(byId("as-of"), texts.say("bar.as_of", { time: texts.time(asOf) }));
}

/**
 * @param {RoomMessage} room
 * @param {Texts} texts
 */
function drawHeading(room, texts) {
  write(byId("title"), room.title);
  byId("level").hidden = false;
  byId("level").dataset.level = fullnessOf(room);
  write(byId("level"), levelWords(room, texts));
}

/**
 * @param {RoomMessage} room
 * @param {Texts} texts
 */
function drawLine(room, texts) {
  write(byId("waiting"), texts.number(room.waiting));
  write(byId("line-words"), lineWords(room, texts));
  byId("line-watching").hidden = !room.watching;
  write(byId("line-watching"), texts.say("line.watch", { n: room.watching ?? 0 }));
  write(byId("hold"), texts.say(room.paused ? "line.go_on" : "line.hold"));
  keepingFocus(byId("hold"), byId("slot"), room.status === "closed");
  const queue = byId("queue");
  const dots = Math.ceil(room.waiting / stepOf(room.waiting, MOST_DOTS));
  while (queue.childElementCount > dots) queue.lastElementChild?.remove();
  while (queue.childElementCount < dots) queue.append(element("i"));
}

/**
 * @param {RoomMessage} room
 * @param {Texts} texts
 */
function drawFacts(room, texts) {
  write(byId("pace"), paceWords(room, texts));
  write(byId("forecast"), forecastWords(room, texts));
  write(byId("presenters"), texts.say("facts.of", { n: room.presenters.occupied, all: room.presenters.capacity }));
}

/**
 * @param {RoomMessage} room
 * @param {Readonly<Link>} link
 * @returns {number | null} nothing is foretold for a room that is full, over or out of sight
 */
function fullInMs({ level, status, forecast }, { phase }) {
  const isOpenEnded = status === "open" && level !== "full" && level !== "draining" && phase === "live";
  return isOpenEnded && forecast.full_in_s !== null ? 1000 * forecast.full_in_s : null;
}

/**
 * @param {Record<string, any>} values
 * @param {Texts} texts
 * @param {Record<string, string>} plans - names by id
 */
function saidValues(values, texts, plans) {
  const { plan, price } = values;
  return price ? { ...values, plan: plans[plan] ?? plan, price: texts.money(price) } : values;
}

/**
 * @param {Mark} mark
 * @param {Texts} texts
 * @param {Record<string, string>} plans - names by id
 */
function logLine({ number, at, kind, values }, texts, plans) {
  const instant = new Date(at).toISOString();
  return element(
    "li",
    { value: number },
    element("span", { class: `pin ${kind} figure`, "aria-hidden": "true" }, String(number)),
    element("time", { class: "figure", datetime: instant }, texts.time(at)),
    element("span", { dir: "auto" }, texts.say(`log.${kind}`, saidValues(values, texts, plans))),
  );
}
