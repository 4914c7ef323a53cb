/** The attendee page: keeps one's place, and enters when it is time. */

import { AttendeeView } from "./attendeeview.js";
import { byId } from "./elements.js";
import { RoomConnection } from "./fullhouse.js";
import { NOWHERE, nextPlace } from "./place.js";
import { roomToken } from "./session.js";
import { readersTexts, writePage } from "./texts.js";

/** @import { Place } from "./place.js" */

const TICK_MS = 250;
const AUTO_PAUSE_MS = 4_000; // long enough to read what is about to happen, and to stop it
const AUTO_KEPT_AS = "fullhouse.auto";
const RELOADED_KEPT_AS = "fullhouse.reloaded";
const RELOAD_REST_MS = 10_000;

let texts = readersTexts();
/** @type {Readonly<Place>} */
let place = NOWHERE;
let event = "";
let auto = localStorage.getItem(AUTO_KEPT_AS) !== "off";
let entersAt = 0;

const connection = new RoomConnection({
  token: async () => {
    const session = await roomToken("attendee");
    event = session.title;
    return session.token;
  },
});
const view = new AttendeeView();

function draw() {
  view.draw({ place, link: connection.link, event, auto, entersAt, now: Date.now() }, texts);
}

/** Enter by loading the page again, as the call says; its hello takes the seat. */
function enter() {
  sessionStorage.setItem(RELOADED_KEPT_AS, String(Date.now()));
  location.reload();
}

/** As a reload would, but a reload that did not bring us in is not repeated for ever. */
function enterByItself() {
  const last = Number(sessionStorage.getItem(RELOADED_KEPT_AS));
  entersAt = Date.now() + RELOAD_REST_MS;
  if (Date.now() - last > RELOAD_REST_MS) enter();
  else connection.claim();
}

/** @param {Readonly<Place>} next */
function move(next) {
  if (next.kind === "called" && place.kind !== "called") entersAt = entryOf(next);
  place = next;
  draw();
}

/** @param {Readonly<Place>} called */
function entryOf({ momentAt, claimUntil }) {
  return momentAt + Math.min(AUTO_PAUSE_MS, (claimUntil - momentAt) / 2);
}

function tick() {
  const due = place.kind === "called" && auto && Date.now() >= entersAt;
  if (due && connection.link.phase === "live") enterByItself();
  draw();
}

const autoSwitch = /** @type {HTMLInputElement} */ (byId("auto"));
autoSwitch.checked = auto;
autoSwitch.onchange = () => {
  auto = autoSwitch.checked;
  localStorage.setItem(AUTO_KEPT_AS, auto ? "on" : "off");
  entersAt = Math.max(entersAt, Date.now() + AUTO_PAUSE_MS); // switched on late: not at this instant
  draw();
};
byId("enter").onclick = enter;
byId("leave").onclick = () => connection.leave();
byId("act").onclick = () => (connection.link.phase === "ended" ? location.reload() : connection.claim());

connection.addEventListener("anew", () => move(NOWHERE));
connection.addEventListener("link", draw);
connection.addEventListener("message", (heard) => {
  move(nextPlace(place, /** @type {CustomEvent} */ (heard).detail, Date.now()));
});

writePage(texts, (chosen) => {
  texts = chosen;
  draw();
});
draw();
setInterval(tick, TICK_MS);
connection.open();
