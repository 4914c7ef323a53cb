/** What the host bar says about a room, by its state. Pure. */

import { fullnessOf } from "./fullness.js";

/** @import { NoticeObject, RoomMessage } from "./types.js" */
/** @import { Words } from "./words.js" */

/**
 * @param {RoomMessage} room
 * @param {Words} words
 * @returns {{level: string, taken: string, waiting: string}}
 */
export function figureWords(room, words) {
  const fullness = fullnessOf(room);
  const level = words.say(`bar.level.${fullness}`);
  if (fullness === "closed") return { level, taken: "", waiting: "" };
  const waiting = waitingWords(room, words);
  if (fullness === "no_seats") return { level, taken: "", waiting };
  return { level, taken: takenWords(room, words), waiting };
}

/**
 * @param {RoomMessage} room
 * @param {Words} words
 */
function takenWords({ level, capacity, occupied, held }, words) {
  const taken = occupied + held;
  if (level !== "draining") return words.say("bar.taken", { n: capacity, taken });
  return words.say("bar.over", { n: capacity, people: words.say("bar.people", { n: taken }) });
}

/**
 * @param {RoomMessage} room
 * @param {Words} words
 */
function waitingWords({ waiting, paused }, words) {
  const line = waiting ? [words.say("bar.waiting", { n: waiting })] : [];
  return [...line, ...(paused ? [words.say("bar.paused")] : [])].join(", ");
}

/**
 * The words of a notice. A notice stays `full` until the room is well below: how full it is now, the
 * room says.
 *
 * @param {NoticeObject} notice
 * @param {RoomMessage} room
 * @param {Words} words
 */
export function noticeWords(notice, room, words) {
  const fullIn = room.forecast.full_in_s;
  const parts = [fullnessWords(room, words)];
  if (room.waiting) parts.push(words.say("bar.waits", { n: room.waiting }));
  else if (room.level === "nearly_full" && fullIn !== null) {
    parts.push(words.say("bar.full_in", { duration: words.roughly(fullIn) }));
  }
  const why = whyNoOffer(notice);
  if (why) parts.push(words.say(why));
  return parts.join(" ");
}

/**
 * @param {RoomMessage} room
 * @param {Words} words
 * @returns {string} also what is read aloud when a notice comes
 */
export function fullnessWords(room, words) {
  return words.say(`bar.notice.${fullnessOf(room)}`);
}

/** @param {NoticeObject} notice */
function whyNoOffer({ limited, can_buy, offers }) {
  if (limited) return "bar.limited";
  if (!can_buy) return "bar.cannot_buy";
  return offers.length ? "" : "bar.largest";
}
