/** What a host's bar knows of the room: a value, and how each message changes it. Pure. */

/** @import { Message, NoticeObject, RoomMessage } from "./types.js" */

/**
 * @typedef {import("./messages.js").Offer} Offer
 *
 * @typedef {object} HostNews
 * @property {RoomMessage | null} room - the room object as last told
 * @property {NoticeObject | null} notice - the notice that stands
 * @property {string} dismissed - id of the notice that was put away here
 */

/** @type {Readonly<HostNews>} */
export const NO_NEWS = Object.freeze({ room: null, notice: null, dismissed: "" });

/**
 * @param {Readonly<HostNews>} news
 * @param {Message} message
 * @returns {Readonly<HostNews>} the same object where the message changes nothing
 */
export function nextNews(news, message) {
  if (message.type === "room") return withNotice({ ...news, room: message }, message.notice);
  if (message.type === "notice") return withNotice(news, message.notice);
  if (message.type === "notice_cleared" && message.notice === news.notice?.id) return { ...news, notice: null };
  return news;
}

/**
 * @param {Readonly<HostNews>} news
 * @param {NoticeObject | null} notice
 */
function withNotice(news, notice) {
  return { ...news, notice: notice?.id === news.dismissed ? null : notice };
}

/**
 * The plan of the notice to show.
 *
 * @param {Readonly<HostNews>} news
 * @returns {Offer | undefined}
 */
export function bestOffer({ room, notice }) {
  return notice?.can_buy ? recommended(notice.offers, peopleOf(room)) : undefined;
}

/**
 * The smallest plan that seats everybody at this moment, else the largest: the server's rule. An offer
 * may be minutes old, so its own mark may be as well.
 *
 * @template {{seats: number}} T
 * @param {T[]} offers
 * @param {number} people - everybody inside, called and waiting
 * @returns {T | undefined}
 */
export function recommended(offers, people) {
  const bySize = [...offers].sort((a, b) => a.seats - b.seats);
  return bySize.find((offer) => offer.seats >= people) ?? bySize.at(-1);
}

/** @param {RoomMessage | null} room - everybody inside, called and waiting */
export function peopleOf(room) {
  return room ? room.occupied + room.held + room.waiting : 0;
}
