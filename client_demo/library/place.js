/**
 * What a waiting person knows about their own place: a value, and how each message changes it.
 *
 * Pure: no clock, no socket, no page. `now` is an argument in milliseconds.
 */

/** @import { Message, MessageOf } from "./types.js" */

/**
 * @typedef {object} Place
 * @property {"unknown" | "seated" | "waiting" | "called" | "lost" | "closed"} kind
 * @property {number} ticket - 0 without one
 * @property {number} ahead - uncalled people in front
 * @property {number} firstAhead - the most that `ahead` was in a `waiting` with this ticket
 * @property {"full" | "paused" | "missed_call" | "expired" | null} reason
 * @property {[number, number] | null} estimate - seconds, from and to
 * @property {number} toldAt - when the server last told `ahead` and `estimate`
 * @property {number} graceMs - how long the place is kept when the connection drops
 * @property {string | null} refresh - id of the call
 * @property {number} momentAt - when one's own turn to refresh is
 * @property {number} claimUntil - until when the seat is held at least
 * @property {string | null} lost - why one is no longer inside or in line
 * @property {boolean} wasIn - whether one has been inside during this event
 * @property {{text: string, at: string} | null} message - what the host tells everybody in line
 * @property {string | null} watch - address of a stream to watch meanwhile
 * @property {number} watchWindowMs - people who watch change to it at a random moment in this time
 */

/** @type {Readonly<Place>} */
export const NOWHERE = Object.freeze({
  kind: "unknown",
  ticket: 0,
  ahead: 0,
  firstAhead: 0,
  reason: null,
  estimate: null,
  toldAt: 0,
  graceMs: 0,
  refresh: null,
  momentAt: 0,
  claimUntil: 0,
  lost: null,
  wasIn: false,
  message: null,
  watch: null,
  watchWindowMs: 0,
});

const SWITCH_MS = 10_000; // where the message that named a window was missed

/**
 * How long after a call a ticket's own moment is: the wave spreads over the window in ticket
 * order, so that a hundred people do not reload in the same second.
 *
 * @param {number} ticket - at most `called_to`
 * @param {MessageOf<"refresh_required">} call
 * @returns {number} milliseconds; 0 for a ticket that was called before this wave
 */
export function momentMs(ticket, call) {
  const size = call.called_to - call.called_from + 1;
  if (ticket < call.called_from || size < 1) return 0;
  return (call.window_ms * (ticket - call.called_from)) / size;
}

/** @type {Record<string, (place: Place, message: any, now: number) => Place>} - by the type of the message */
const STEPS = {
  seated: (_, message) => ({ ...NOWHERE, kind: "seated", wasIn: true, graceMs: message.grace_s * 1000 }),
  waiting,
  refresh_required: called,
  line: informed,
  message: told,
  watch: shown,
  seat_lost: ({ wasIn }, message) => ({ ...NOWHERE, kind: "lost", wasIn, lost: message.reason }),
  room_closed: ({ wasIn }, message) => ({ ...NOWHERE, kind: "closed", wasIn, lost: message.reason }),
};

/**
 * @param {Readonly<Place>} place
 * @param {Message} message
 * @param {number} now
 * @returns {Readonly<Place>} the same object where the message changes nothing
 */
export function nextPlace(place, message, now) {
  const step = STEPS[message.type];
  return step ? step(place, message, now) : place;
}

/**
 * @param {Place} place
 * @param {MessageOf<"waiting">} message
 * @param {number} now
 * @returns {Place}
 */
function waiting(place, message, now) {
  const same = place.ticket === message.ticket;
  const next = {
    ...NOWHERE,
    kind: /** @type {const} */ ("waiting"),
    wasIn: place.wasIn,
    ticket: message.ticket,
    ahead: message.ahead, // it rises when somebody returns who stood in front
    firstAhead: same ? Math.max(place.firstAhead, message.ahead) : message.ahead,
    reason: same && place.reason === "expired" && message.reason === "full" ? "expired" : message.reason,
    estimate: message.estimate_s,
    toldAt: now,
    watch: message.watch ?? null,
    watchWindowMs: SWITCH_MS,
    graceMs: (message.grace_s + (message.called ? 0 : (message.away_s ?? 0))) * 1000,
  };
  if (!message.called) return next;
  const momentAt = same && place.momentAt > 0 ? place.momentAt : now;
  return { ...next, kind: "called", refresh: place.refresh, momentAt, claimUntil: now + (message.claim_s ?? 0) * 1000 };
}

/**
 * @param {Place} place
 * @param {MessageOf<"refresh_required">} call
 * @param {number} now
 * @returns {Place}
 */
function called(place, call, now) {
  if (place.kind !== "waiting" && place.kind !== "called") return place;
  if (place.ticket > call.called_to) return moved(place, place.ticket - call.called_to - 1);
  // A call repeated, or a later wave behind one's own: the moment that was given stands.
  if (place.kind === "called" && (place.refresh === call.refresh || place.ticket < call.called_from)) return place;
  const momentAt = now + momentMs(place.ticket, call);
  return { ...place, kind: "called", ahead: 0, refresh: call.refresh, momentAt, claimUntil: momentAt + call.claim_s * 1000 };
}

/**
 * @param {Place} place
 * @param {number} ahead
 * @returns {Place}
 */
function moved(place, ahead) {
  return place.kind === "waiting" && ahead < place.ahead ? { ...place, ahead } : place;
}

/**
 * @param {Place} place
 * @param {MessageOf<"line">} message - of an earlier server: without an estimate
 * @param {number} now
 * @returns {Place}
 */
function informed(place, { ahead, estimate_s: estimate = place.estimate }, now) {
  if (place.kind !== "waiting") return place;
  return { ...place, ahead, estimate, toldAt: now };
}

/**
 * A `waiting` has ended the message before it; what still stands follows it.
 *
 * @param {Place} place
 * @param {MessageOf<"message">} message
 * @returns {Place}
 */
function told(place, { text, at }) {
  if (place.kind !== "waiting" && place.kind !== "called") return place;
  return { ...place, message: text === null ? null : { text, at } };
}

/**
 * @param {Place} place
 * @param {MessageOf<"watch">} message
 * @returns {Place}
 */
function shown(place, { watch, window_ms: watchWindowMs }) {
  if (place.kind !== "waiting" && place.kind !== "called") return place;
  return { ...place, watch, watchWindowMs };
}
