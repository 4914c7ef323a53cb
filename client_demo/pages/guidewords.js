/** What the guide on the start page says, by the chapter and the figures of the room. Pure. */

import { openWords } from "../library/offerwords.js";
import { peopleOf, recommended } from "../library/hostnews.js";
import { other, telling } from "./backstageview.js";

/** @import { Act } from "./backend.js" */
/** @import { Chapter, Guide, Known } from "./guide.js" */
/** @import { RoomMessage } from "./fullhouse.js" */
/** @import { Arrivals } from "./roomview.js" */
/** @import { Texts } from "./texts.js" */

/**
 * @typedef {object} Doing - what the visitor asked for last
 * @property {Act | null} ordered - that has not been answered yet
 * @property {boolean} hasFailed
 */

/**
 * @param {Chapter} chapter
 * @param {Known} known
 * @param {Doing} doing
 * @param {Texts} texts
 * @returns {{title: string, detail: string}}
 */
export function captionOf(chapter, { guide, view }, { ordered, hasFailed }, texts) {
  const title = texts.say(`guide.${chapter}`);
  if (ordered === "start_over") return { title, detail: texts.say("guide.starting_over") };
  if (!ordered && hasFailed) return { title, detail: texts.say("guide.failed") };
  return { title, detail: detailOf(chapter, guide, view.room, view.arrivals, texts) };
}

/**
 * @param {Chapter} chapter
 * @param {Readonly<Guide>} guide
 * @param {RoomMessage | null} room
 * @param {Readonly<Arrivals> | null} arrivals
 * @param {Texts} texts
 */
function detailOf(chapter, guide, room, arrivals, texts) {
  if (chapter === "coming" || chapter === "inside") return entryWords(chapter, room, arrivals, texts);
  if ((chapter === "crashed" || chapter === "back") && guide.crash && guide.scene) return crashWords(guide, texts);
  const { occupied, held, capacity: n } = room ?? { occupied: 0, held: 0, capacity: 0 };
  const figures = texts.say("bar.taken", { n, taken: occupied + held });
  const words = texts.say(`guide.${chapter}_detail`, { figures, waits: waitWords(room, texts) });
  return chapter === "full" ? [words, buyWords(room, texts)].filter(Boolean).join(" ") : words;
}

/**
 * @param {RoomMessage | null} room
 * @param {Texts} texts
 */
function waitWords(room, texts) {
  return room?.waiting ? texts.say("guide.waits", { n: room.waiting }) : texts.say("notice.newcomers_wait");
}

/**
 * Names the button of the host's page as it is there.
 *
 * @param {RoomMessage | null} room
 * @param {Texts} texts
 */
function buyWords(room, texts) {
  const offer = room?.notice?.can_buy ? recommended(room.notice.offers, peopleOf(room)) : undefined;
  const button = offer && room ? openWords(offer, room.capacity, texts) : "";
  return button ? texts.say("guide.full_buy", { button }) : "";
}

/**
 * @param {"coming" | "inside"} chapter
 * @param {RoomMessage | null} room
 * @param {Readonly<Arrivals> | null} arrivals - null where the page came later
 * @param {Texts} texts
 */
function entryWords(chapter, room, arrivals, texts) {
  const seats = texts.say("offer.seats", { n: room?.capacity ?? 0 });
  if (!arrivals || arrivals.called === 0) return texts.say("guide.inside_room", { seats });
  if (chapter === "coming") {
    const figures = texts.say("arrivals.coming", { n: arrivals.came, called: arrivals.called });
    return texts.say("guide.coming_detail", { seats, figures });
  }
  if (!arrivals.done) {
    const figures = texts.say("arrivals.coming", { n: arrivals.came, called: arrivals.called });
    return texts.say("guide.inside_most", { figures });
  }
  const times = { first: texts.seconds(arrivals.firstMs ?? 0), last: texts.seconds(arrivals.lastMs) };
  return texts.say("guide.inside_detail", { n: arrivals.came, seats, ...times });
}

/**
 * @param {Readonly<Guide>} guide
 * @param {Texts} texts
 */
function crashWords({ crash, scene }, texts) {
  if (!crash || !scene) return "";
  const { key, values } = telling(crash, scene);
  return texts.say(key, values);
}

/**
 * @param {Readonly<Guide>} guide
 * @param {"host" | "send_crowd" | "start_over" | "stop_node"} act
 * @param {Texts} texts
 */
export function actWords({ scene }, act, texts) {
  if (act === "host") return texts.say("guide.to_host");
  if (act === "send_crowd") return texts.say("try.send_crowd");
  if (act === "start_over") return texts.say("guide.start_over");
  return texts.say("try.stop_node", { node: scene ? other(scene) + 1 : 2 });
}
