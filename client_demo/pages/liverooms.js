/** The open rooms of the account, as they are now. */

import { at } from "./address.js";
import { element } from "./elements.js";
import { levelWords } from "./roomwords.js";

/** @import { Room } from "./billing.js" */
/** @import { Texts } from "./texts.js" */

/**
 * @param {Room[]} rooms - by name
 * @param {string | null} ours - the room that the host page of this site shows
 * @param {Texts} texts
 */
export function liveRows(rooms, ours, texts) {
  return rooms.map((room) => row(room, room.room === ours, texts));
}

/**
 * @param {Room} room
 * @param {boolean} hasPage
 * @param {Texts} texts
 */
function row(room, hasPage, texts) {
  const { title, occupied, held, capacity, waiting, paused } = room;
  const said = [seats(occupied + held, capacity, texts)];
  if (waiting) said.push(texts.say("bar.waiting", { n: waiting }));
  if (paused) said.push(texts.say("bar.paused"));
  return element(
    "li",
    {},
    hasPage ? element("a", { href: at("host") }, title) : element("b", {}, title),
    element("span", { class: "muted figure" }, said.join(" · ")),
    element("span", { class: "level", "data-level": room.level }, levelWords(room, texts)),
  );
}

/**
 * @param {number} taken
 * @param {number} capacity
 * @param {Texts} texts
 */
function seats(taken, capacity, texts) {
  if (taken <= capacity) return texts.say("bar.taken", { taken: texts.number(taken), n: capacity });
  return texts.say("bar.over", { people: texts.say("bar.people", { n: taken }), n: capacity });
}
