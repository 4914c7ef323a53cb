/** What the host page says about a room, by its state. Pure. */

import { fullnessOf } from "../library/fullness.js";

/** @import { RoomMessage } from "./fullhouse.js" */
/** @import { Texts } from "./texts.js" */

const FORESEEN_S = 3600; // from one minute nobody knows what comes after an hour

/** The title of the bar above the seats, by how full the room is. */
const TITLES = {
  ok: "bar.taken",
  nearly_full: "notice.nearly_full",
  full: "notice.full",
  no_seats: "notice.no_seats",
  closed: "bar.level.closed",
};

/**
 * The title of the bar above the seats. A notice stays `full` until the room is well below: how full it
 * is now, the room says.
 *
 * @param {RoomMessage} room
 * @param {Texts} texts
 */
export function takenWords(room, texts) {
  const { occupied, held, capacity } = room;
  const fullness = fullnessOf(room);
  const taken = occupied + held;
  if (fullness !== "draining") return texts.say(TITLES[fullness], { n: capacity, taken });
  const people = texts.say("bar.people", { n: taken });
  return capacity === 0 ? texts.say("notice.draining_none", { people }) : texts.say("notice.draining", { n: capacity, people });
}

/**
 * Why nobody gets a seat at once, or how many are free.
 *
 * @param {RoomMessage} room
 * @param {Texts} texts
 */
export function seatsWords(room, texts) {
  const { waiting, paused, capacity } = room;
  const fullness = fullnessOf(room);
  if (fullness === "closed") return "";
  if (fullness === "draining") return drainingWords(room, texts);
  if (waiting) return texts.say("bar.waits", { n: waiting });
  if (fullness === "full" || fullness === "no_seats" || paused) return texts.say("notice.newcomers_wait");
  const free = texts.say("notice.free", { n: Math.max(0, capacity - room.occupied - room.held) });
  return [free, fullInWords(room, texts)].filter(Boolean).join(" ");
}

/**
 * @param {RoomMessage} room
 * @param {Texts} texts
 */
function drainingWords({ capacity, occupied, held, paused }, texts) {
  if (paused) return texts.say("notice.draining_held");
  if (capacity === 0) return texts.say("notice.draining_none_why");
  return texts.say("notice.draining_why", { n: occupied + held - capacity + 1 });
}

/**
 * @param {RoomMessage} room
 * @param {Texts} texts
 */
function fullInWords({ forecast }, texts) {
  const { full_in_s: seconds } = forecast;
  if (seconds === null || seconds > FORESEEN_S) return null;
  return texts.say("notice.full_in", { duration: texts.roughly(seconds) });
}

/**
 * @param {Parameters<typeof fullnessOf>[0]} room
 * @param {Texts} texts
 */
export function levelWords(room, texts) {
  return texts.say(`bar.level.${fullnessOf(room)}`);
}

/**
 * @param {RoomMessage} room
 * @param {Texts} texts
 */
export function lineWords(room, texts) {
  const { waiting, paused, capacity, level, status } = room;
  if (status === "closed") return texts.say("line.closed");
  if (paused) return texts.say("line.paused");
  if (waiting && capacity === 0) return texts.say("line.no_seats");
  if (waiting && level === "draining") return texts.say("line.draining");
  return texts.say(waiting ? "line.waiting" : "line.nobody", { n: waiting });
}

/**
 * @param {RoomMessage} room
 * @param {Texts} texts
 * @returns {string} arrivals per minute
 */
export function paceWords({ status, forecast }, texts) {
  return status === "closed" ? "–" : texts.say("facts.per_minute", { n: forecast.joins_per_min });
}

/**
 * When the room is full.
 *
 * @param {RoomMessage} room
 * @param {Texts} texts
 */
export function forecastWords(room, texts) {
  const fullness = fullnessOf(room);
  if (fullness === "closed" || fullness === "no_seats") return "–";
  if (fullness === "full" || fullness === "draining") return texts.say("facts.full_now");
  if (room.paused) return texts.say("facts.on_hold");
  const { joins_per_min: joins, full_in_s: seconds } = room.forecast;
  if (seconds === null) return texts.say(joins > 0 ? "facts.no_forecast" : "facts.not_in_sight");
  if (seconds > FORESEEN_S) return texts.say("facts.not_soon");
  return texts.say("facts.in", { duration: texts.roughly(seconds) });
}

/**
 * The legend of the picture, and the picture in words. `over`: people who are more than the seats;
 * empty if there are none.
 *
 * @param {RoomMessage} room
 * @param {Texts} texts
 */
export function houseWords({ capacity, occupied, held, status }, texts) {
  const taken = occupied + held;
  const over = Math.max(0, taken - capacity);
  const free = status === "closed" ? 0 : Math.max(0, capacity - taken);
  const picture = [texts.say("seats.picture", { capacity, occupied, held, free })];
  if (over) picture.push(texts.say("seats.picture_over", { n: over }));
  return {
    taken: texts.number(taken),
    "of-capacity": texts.say(over ? "seats.for" : "seats.of", { n: capacity }),
    inside: texts.number(occupied),
    held: texts.number(held),
    free: status === "closed" ? "–" : texts.number(free),
    over: over ? texts.number(over) : "",
    picture: picture.join(" "),
  };
}
