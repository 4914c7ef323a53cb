/** The waiting room as it is drawn: from a place, the link, the time and the reader's words. */

import { write } from "./dom.js";
import { LeaveView } from "./leaveview.js";
import { MessageView } from "./messageview.js";
import { Speaker } from "./speaker.js";
import { waitingParts } from "./waitingparts.js";

/** @import { Place } from "./place.js" */
/** @import { Link } from "./types.js" */
/** @import { Words } from "./words.js" */

const LAST_SECONDS = 20;
const ACTS = ["lost.missed_calls", "ended.4011", "ended.line", "ended.other"];
const OVER = ["closed.over", "ended.4010"];
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
 * @param {Pick<Shown, "place" | "link" | "now">} shown
 */
export function stateOf({ place, link, now }) {
  if (link.phase === "ended") {
    if (place.kind === "closed") return "closed.over";
    if (link.code === 4011 && ["waiting", "called"].includes(place.kind)) return "ended.line";
    return NAMED_ENDS.includes(link.code ?? 0) ? `ended.${link.code}` : "ended.other";
  }
  if (place.kind === "seated") return "in.seated";
  if (place.kind === "called") return now < place.momentAt ? "call.almost" : "call.title";
  if (place.kind === "waiting") return `wait.${place.reason}`;
  if (place.kind === "lost") return `lost.${place.lost}`;
  if (place.kind === "closed") return "closed.over";
  return link.keptMs > 0 ? "wait.not_yet" : "wait.connecting";
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
function leadOf(state, { place, auto }, words) {
  if (state.startsWith("call.")) return "";
  if (OVER.includes(state) && !place.wasIn) return words.say("closed.missed");
  const lead = words.say(`${state}_lead`, { duration: words.duration(place.graceMs / 1000) });
  return state === "wait.missed_call" && !auto ? `${lead} ${words.say("wait.missed_call_hint")}` : lead;
}

/**
 * What the clock counts: first down to one's own moment, then to the end of the claim.
 *
 * @param {Shown} shown
 */
function msLeft({ place, now }) {
  return Math.max(0, (now < place.momentAt ? place.momentAt : place.claimUntil) - now);
}

/** @param {Shown} shown */
function secondsLeft(shown) {
  return Math.ceil(msLeft(shown) / 1000);
}

/** @param {Shown} shown */
function countdown(shown) {
  const left = secondsLeft(shown);
  return `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
}

/**
 * @param {Shown} shown
 * @param {Words} words
 */
function callWords(shown, words) {
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
 * @param {Shown} shown
 */
function keptUntil({ link, place }) {
  const grace = link.leaseUntil ?? link.since + link.keptMs + place.graceMs;
  return place.kind === "called" ? Math.min(grace, place.claimUntil) : grace;
}

/**
 * @param {Shown} shown
 * @param {Words} words
 */
function awayWords(shown, words) {
  const until = keptUntil(shown);
  const time = words.timeToTheSecond(until);
  if (shown.place.graceMs === 0) return words.say("away.plain");
  if (shown.now >= until) return words.say("away.long");
  return words.say(shown.offline ? "away.offline" : "away.kept", { time });
}

/**
 * What is spoken after the headline. Who has lost the old place hears that first.
 *
 * @param {string} state
 * @param {Shown} shown
 * @param {Words} words
 */
function whereWords(state, shown, words) {
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
  return shown.place.kind === "waiting" ? aheadSentence(shown.place, words) : words.say(state);
}

export class WaitingView {
  #root;
  #speaker;
  #leave = new LeaveView((id) => this.at(id));
  #message = new MessageView((id) => this.at(id));
  /** @type {Map<string, HTMLElement>} */
  #parts = new Map();

  /** @param {ShadowRoot} root */
  constructor(root) {
    this.#root = root;
    root.append(...waitingParts());
    for (const part of root.querySelectorAll("[id]")) this.#parts.set(part.id, /** @type {HTMLElement} */ (part));
    this.#speaker = new Speaker(this.at("spoken"), this.at("called-out"));
  }

  /**
   * @param {string} id
   * @returns {HTMLElement}
   */
  at(id) {
    const part = this.#parts.get(id);
    if (!part) throw new Error(`The waiting room has no #${id}.`);
    return part;
  }

  /** @param {() => void} leave - called when the person has said so twice */
  onLeave(leave) {
    this.#leave.listen(leave);
  }

  /** @param {Words} words */
  name(words) {
    this.at("place").lang = this.at("away").lang = words.language;
    this.at("spoken").lang = this.at("called-out").lang = words.language;
    this.at("progress").setAttribute("aria-label", words.say("wait.progress"));
    for (const [id, key] of NAMES) write(this.at(id), words.say(key));
  }

  /**
   * @param {Shown} shown
   * @param {Words} words
   */
  draw(shown, words) {
    const focused = this.#root.activeElement;
    const state = stateOf(shown);
    const kind = shown.link.phase === "ended" ? "ended" : shown.place.kind;
    this.at("place").dataset.state = kind;
    write(this.at("headline"), words.say(state));
    write(this.at("lead"), leadOf(state, shown, words));
    this.#message.draw(kind === "ended" ? null : shown.place.message, words);
    this.#drawWaiting(kind === "waiting", shown.place, words);
    this.#drawCall(kind === "called", shown, words);
    this.#drawChoices(["waiting", "called"].includes(kind), shown, words);
    this.#drawActs(kind, state, words);
    this.#leave.draw(kind, shown.link.phase === "live", words);
    this.#drawLink(shown, words);
    this.#speak(state, shown, words);
    // Nobody's focus is moved, but it must not fall off the page with what it was on.
    if (focused?.closest("[hidden]")) this.at("headline").focus({ preventScroll: true });
  }

  /**
   * @param {boolean} shown
   * @param {Readonly<Place>} place
   * @param {Words} words
   */
  #drawWaiting(shown, { ahead, firstAhead, estimate, toldAt }, words) {
    this.at("waiting").hidden = !shown;
    if (!shown) return;
    write(this.at("ahead"), ahead === 0 ? "" : words.number(ahead));
    write(this.at("ahead-words"), words.say(ahead === 0 ? "wait.next" : "wait.ahead", { n: ahead }));
    // Never empty, and full only when called.
    /** @type {HTMLProgressElement} */ (this.at("progress")).value = 1 - (ahead + 1) / (firstAhead + 2);
    write(this.at("estimate"), estimate ? words.range(...estimate) : words.say("wait.no_estimate"));
    write(this.at("estimate-at"), estimate ? words.say("wait.as_of", { time: words.time(toldAt) }) : "");
  }

  /**
   * @param {boolean} shown
   * @param {Shown} state
   * @param {Words} words
   */
  #drawCall(shown, state, words) {
    this.at("call").hidden = !shown;
    if (!shown) return;
    const { place, now, entering } = state;
    const left = secondsLeft(state);
    const early = now < place.momentAt;
    const part = early ? 1 : msLeft(state) / (place.claimUntil - place.momentAt);
    this.at("call").dataset.last = String(!early && left <= LAST_SECONDS);
    write(this.at("countdown"), countdown(state));
    this.at("ring").style.strokeDashoffset = String(1 - part);
    write(this.at("countdown-name"), words.say(early ? "call.almost_until" : "call.left"));
    this.at("enter").hidden = early;
    write(this.at("enter"), words.say(entering ? "call.entering" : "call.enter"));
    write(this.at("call-words"), callWords(state, words));
  }

  /**
   * @param {boolean} shown
   * @param {Shown} state
   * @param {Words} words
   */
  #drawChoices(shown, { auto, sound, soundAllowed }, words) {
    this.at("choices").hidden = !shown;
    /** @type {HTMLInputElement} */ (this.at("auto")).checked = auto;
    /** @type {HTMLInputElement} */ (this.at("sound")).checked = sound;
    write(this.at("sound-hint"), words.say(sound && !soundAllowed ? "wait.sound_touch" : "wait.sound_hint"));
  }

  /**
   * @param {string} kind
   * @param {string} state
   * @param {Words} words
   */
  #drawActs(kind, state, words) {
    this.at("act").hidden = !ACTS.includes(state);
    if (ACTS.includes(state)) write(this.at("act"), words.say(`${state}_act`));
    this.at("inside").hidden = kind !== "seated";
    this.at("meanwhile").hidden = kind !== "waiting" && kind !== "called";
    this.at("next").hidden = kind !== "ended" && kind !== "closed";
  }

  /**
   * @param {Shown} shown
   * @param {Words} words
   */
  #drawLink(shown, words) {
    const { link, place } = shown;
    this.at("foot").hidden = link.phase === "away" || link.phase === "ended"; // that is said above
    this.at("link").dataset.phase = link.phase;
    write(this.at("link"), words.say(`link.${link.phase}`));
    this.at("kept").hidden = link.phase !== "live" || !["waiting", "called"].includes(place.kind);
    const leaseMs = link.leaseUntil === null ? place.graceMs : link.leaseMs;
    write(this.at("kept"), words.say("wait.place_kept", { duration: words.duration(leaseMs / 1000) }));
    this.at("away").hidden = link.phase !== "away";
    if (link.phase === "away") write(this.at("away"), awayWords(shown, words));
  }

  /**
   * @param {string} state
   * @param {Shown} shown
   * @param {Words} words
   */
  #speak(state, shown, words) {
    const called = state === "call.title";
    const last = called && !shown.auto && secondsLeft(shown) <= LAST_SECONDS;
    const alarm = last ? words.say("call.last_spoken", { n: LAST_SECONDS }) : called ? words.say(state) : "";
    const where = whereWords(state, shown, words);
    const calm = called ? "" : `${words.say(state)}. ${where}`.trim();
    const away = shown.link.phase === "away" ? awayWords(shown, words) : "";
    this.#speaker.say({ topic: away ? "away" : state, calm: away || calm, alarm }, shown.now);
  }
}

const NAMES = [
  ["estimate-name", "wait.estimate"],
  ["auto-name", "wait.auto"],
  ["auto-hint", "wait.auto_hint"],
  ["sound-name", "wait.sound"],
];
