/** What the waiting room says to a person, by their place, the link and the time. Pure. */

/** @import { Place } from "./place.js" */
/** @import { Link } from "./types.js" */
/** @import { Words } from "./words.js" */

export const LAST_SECONDS = 20;
const OVER = ["closed.over", "ended.4010"];
/** Leads that promise the seat or the place. While the connection is away, one bar alone says how long it is kept. */
const PROMISES = ["in.seated", "wait.paused"];
const NAMED_ENDS = [4001, 4003, 4004, 4010, 4011, 4013];

/**
 * @typedef {object} Shown
 * @property {Readonly<Place>} place
 * @property {Readonly<Link>} link
 * @property {boolean} auto - whether the page enters by itself
 * @property {number} entersAt - when it does
 * @property {boolean} entering - whether the seat was asked for
 * @property {boolean} sound
 * @property {boolean} soundAllowed - by the browser
 * @property {boolean} offline
 * @property {number} now
 */

/**
 * The one thing that the room says now, as a key of the texts.
 *
 * @param {Pick<Shown, "place" | "link" | "auto" | "now">} shown
 */
export function stateOf({ place, link, auto, now }) {
  if (link.phase === "ended") {
    if (place.kind === "closed") return "closed.over";
    if (link.code === 4011 && ["waiting", "called"].includes(place.kind)) return "ended.line";
    return NAMED_ENDS.includes(link.code ?? 0) ? `ended.${link.code}` : "ended.other";
  }
  if (hasLapsed({ place, link, now })) return "away.lost";
  if (place.kind === "seated") return "in.seated";
  if (place.kind === "called") return calledState(place, auto, now);
  if (place.kind === "waiting") return `wait.${place.reason}`;
  if (place.kind === "lost") return `lost.${place.lost}`;
  if (place.kind === "closed") return "closed.over";
  return link.keptMs > 0 ? "wait.not_yet" : "wait.connecting";
}

/**
 * @param {Readonly<Place>} place
 * @param {boolean} auto
 * @param {number} now
 */
function calledState({ momentAt, claimUntil }, auto, now) {
  if (now < momentAt) return "call.almost";
  return now >= claimUntil && !auto ? "call.late" : "call.title";
}

/**
 * @param {Readonly<Place>} place
 * @param {Words} words
 */
function aheadSentence({ ahead }, words) {
  return ahead === 0 ? words.say("wait.next") : `${words.number(ahead)} ${words.say("wait.ahead", { n: ahead })}`;
}

/**
 * @param {string} state
 * @param {Shown} shown
 * @param {Words} words
 */
export function leadOf(state, { place, link, auto }, words) {
  if (state.startsWith("call.") || state === "away.lost") return "";
  if (link.phase === "away" && PROMISES.includes(state)) return "";
  if (OVER.includes(state) && !place.wasIn) return words.say("closed.missed");
  const lead = words.say(`${state}_lead`, { duration: words.duration(place.graceMs / 1000) });
  return state === "wait.missed_call" && !auto ? `${lead} ${words.say("wait.missed_call_hint")}` : lead;
}

/**
 * What the clock counts: first down to one's own moment, then to the end of the claim.
 *
 * @param {Shown} shown
 */
export function msLeft({ place, now }) {
  return Math.max(0, (now < place.momentAt ? place.momentAt : place.claimUntil) - now);
}

/** @param {Shown} shown */
export function secondsLeft(shown) {
  return Math.ceil(msLeft(shown) / 1000);
}

/** @param {Shown} shown */
export function countdown(shown) {
  const left = secondsLeft(shown);
  return `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
}

/**
 * @param {Shown} shown
 * @param {Words} words
 */
export function callWords(shown, words) {
  const { place, auto, entersAt, now } = shown;
  const left = secondsLeft(shown);
  if (shown.link.phase !== "live") return words.say("call.waits");
  if (now < place.momentAt) return words.say("call.soon");
  if (auto) return words.say("call.auto", { duration: words.duration(Math.max(1, Math.ceil((entersAt - now) / 1000))) });
  if (left === 0) return words.say("call.over");
  return left <= LAST_SECONDS ? words.say("call.last", { n: left }) : words.say("call.held");
}

/**
 * Until when being away costs nothing: a call may end before the grace does.
 *
 * @param {Pick<Shown, "place" | "link">} shown
 */
function keptUntil({ link, place }) {
  const grace = link.leaseUntil ?? link.since + link.keptMs + place.graceMs;
  return place.kind === "called" ? Math.min(grace, place.claimUntil) : grace;
}

/**
 * Whether the page has been cut off for longer than the place is kept. What it knew of the place may be
 * wrong by now, so nothing of it is promised any more.
 *
 * @param {Pick<Shown, "place" | "link" | "now">} shown
 */
function hasLapsed({ place, link, now }) {
  const isKnown = ["seated", "waiting", "called"].includes(place.kind);
  return isKnown && link.phase === "away" && place.graceMs > 0 && now >= keptUntil({ place, link });
}

/**
 * @param {Shown} shown
 * @param {Words} words
 */
export function awayWords(shown, words) {
  const until = keptUntil(shown);
  const time = words.timeToTheSecond(until);
  if (shown.place.graceMs === 0) return words.say("away.plain");
  if (shown.now >= until) return words.say("away.long");
  return words.say(shown.offline ? "away.offline" : "away.kept", { time });
}

/**
 * What is spoken after the headline. People who have lost the old place hear that first.
 *
 * @param {string} state
 * @param {Shown} shown
 * @param {Words} words
 */
export function whereWords(state, shown, words) {
  const ahead = shown.place.kind === "waiting" ? aheadSentence(shown.place, words) : "";
  const lead = ahead && state !== "wait.expired" ? "" : leadOf(state, shown, words);
  return `${lead} ${ahead}`.trim();
}

/**
 * What the tab says while the reader is elsewhere.
 *
 * @param {Shown} shown
 * @param {Words} words
 */
export function titleOf(shown, words) {
  const state = stateOf(shown);
  if (state.startsWith("call.")) return `● ${countdown(shown)} ${words.say(state)}`;
  return state.startsWith("wait.") && shown.place.kind === "waiting" ? aheadSentence(shown.place, words) : words.say(state);
}

/**
 * @param {Readonly<Place>} place
 * @param {Words} words
 * @param {boolean} [isAway] - cut off: all that is said of the line is of an earlier time
 * @returns {{ahead: string, words: string, estimate: string, asOf: string}} `ahead`: a figure, or nothing
 */
export function lineWords({ ahead, estimate, toldAt, reason }, words, isAway = false) {
  const unknown = reason === "paused" ? "wait.no_estimate_held" : "wait.no_estimate";
  return {
    ahead: ahead === 0 ? "" : words.number(ahead),
    words: words.say(ahead === 0 ? "wait.next" : "wait.ahead", { n: ahead }),
    estimate: estimate ? words.range(...estimate) : words.say(unknown),
    asOf: estimate || isAway ? words.say("wait.as_of", { time: words.time(toldAt) }) : "",
  };
}
