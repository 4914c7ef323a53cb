/**
 * What a host knows about the room: a value, and how each message changes it.
 *
 * Pure, like place.js.
 */

/** @import { Message, MessageOf, NoticeObject, RoomMessage } from "./fullhouse.js" */

/**
 * @typedef {object} RoomView
 * @property {RoomMessage | null} room - the room object as last told
 * @property {NoticeObject | null} notice - the notice that stands
 * @property {Arrivals | null} arrivals - people coming in after the last raised capacity
 *
 * @typedef {object} Arrivals
 * @property {number} from
 * @property {number} to
 * @property {string} cause
 * @property {string} change - id
 * @property {number} before - people inside when the capacity changed
 * @property {number} called - the most that were called or had come since then
 * @property {number} came - how many are inside since then; it only rises
 * @property {boolean} done - nobody called is still on the way; whoever comes later is a newcomer
 * @property {number} at - when the capacity changed, in ms of the page's clock
 * @property {number | null} firstMs - from then until the first was inside
 * @property {number} lastMs - from then until the latest was inside
 */

/** @type {Readonly<RoomView>} */
export const NO_ROOM = Object.freeze({ room: null, notice: null, arrivals: null });

/** @type {Record<string, (view: RoomView, message: any, now: number) => RoomView>} - by the type of the message */
const STEPS = {
  room: (view, message, now) => ({ room: message, notice: message.notice, arrivals: arrived(view.arrivals, message, now) }),
  notice: (view, message) => ({ ...view, notice: message.notice }),
  notice_cleared: (view, message) => (view.notice?.id === message.notice ? { ...view, notice: null } : view),
  capacity_changed: capacityChanged,
};

/**
 * @param {Readonly<RoomView>} view
 * @param {Message} message
 * @param {number} now - ms, of a clock that only goes forward
 * @returns {Readonly<RoomView>}
 */
export function nextRoomView(view, message, now) {
  const step = STEPS[message.type];
  return step ? step(view, message, now) : view;
}

/**
 * @param {RoomView} view
 * @param {MessageOf<"capacity_changed">} message
 * @param {number} now
 * @returns {RoomView}
 */
function capacityChanged(view, message, now) {
  if (message.change === view.arrivals?.change) return view; // told twice
  const { from, to, cause, change } = message;
  const before = view.room?.occupied ?? 0;
  const nobodyYet = { called: 0, came: 0, done: false, at: now, firstMs: null, lastMs: 0 };
  return { ...view, arrivals: { from, to, cause, change, before, ...nobodyYet } };
}

/**
 * @param {Arrivals | null} arrivals
 * @param {RoomMessage} room
 * @param {number} now
 * @returns {Arrivals | null}
 */
function arrived(arrivals, room, now) {
  if (!arrivals || arrivals.done) return arrivals;
  const came = Math.max(arrivals.came, room.occupied - arrivals.before);
  const counts = { came, called: Math.max(arrivals.called, came + room.held), done: room.held === 0 };
  if (came === arrivals.came) return { ...arrivals, ...counts };
  const lastMs = now - arrivals.at;
  return { ...arrivals, ...counts, firstMs: arrivals.firstMs ?? lastMs, lastMs };
}
