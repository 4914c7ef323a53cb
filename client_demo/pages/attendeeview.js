/** The attendee page as it is drawn: from a place, the link, the time and the reader's texts. */

import { byId, write } from "./elements.js";

/** @import { Link } from "./fullhouse.js" */
/** @import { Place } from "./place.js" */
/** @import { Texts } from "./texts.js" */

const LAST_SECONDS = 20;
const SPEAK_EVERY_MS = 20_000; // a screen reader that says every step of the line says too much
const ACTS = ["lost.missed_calls", "ended.4011", "ended.other"];

/**
 * @typedef {object} Shown
 * @property {Readonly<Place>} place
 * @property {Readonly<Link>} link
 * @property {string} event - the title of the event
 * @property {boolean} auto - whether the page enters by itself
 * @property {number} entersAt - when it does
 * @property {number} now
 */

/**
 * The one thing that the page says now, as a key of the texts.
 *
 * @param {Shown} shown
 */
export function stateOf({ place, link }) {
  if (link.phase === "ended") {
    if (place.kind === "closed") return "closed.over";
    return [4001, 4003, 4004, 4010, 4011, 4013].includes(link.code ?? 0) ? `ended.${link.code}` : "ended.other";
  }
  if (place.kind === "seated") return "in.seated";
  if (place.kind === "called") return "call.title";
  if (place.kind === "waiting") return `wait.${place.reason}`;
  if (place.kind === "lost") return `lost.${place.lost}`;
  if (place.kind === "closed") return "closed.over";
  return link.keptMs > 0 ? "wait.not_yet" : "wait.connecting";
}

export class AttendeeView {
  #spokenAt = 0;
  #spokenState = "";

  /**
   * @param {Shown} shown
   * @param {Texts} texts
   */
  draw(shown, texts) {
    const state = stateOf(shown);
    const { place, link } = shown;
    const standing = link.phase !== "ended";
    byId("place").dataset.state = standing ? place.kind : "ended";
    write(byId("event"), shown.event);
    write(byId("headline"), texts.say(state));
    write(byId("lead"), leadOf(state, place, texts));
    byId("screen").hidden = !standing || place.kind !== "seated";
    drawWaiting(standing && place.kind === "waiting", place, texts);
    drawCall(standing && place.kind === "called", shown, texts);
    byId("auto-choice").hidden = !standing || !["waiting", "called"].includes(place.kind);
    drawActs(standing, state, place, texts);
    drawLink(shown, texts);
    document.title = titleOf(state, shown, texts);
    this.#speak(state, shown, texts);
  }

  /**
   * @param {string} state
   * @param {Shown} shown
   * @param {Texts} texts
   */
  #speak(state, { place, now }, texts) {
    write(byId("called-out"), state === "call.title" ? texts.say(state) : "");
    const due = state !== this.#spokenState || now - this.#spokenAt > SPEAK_EVERY_MS;
    if (!due) return;
    this.#spokenState = state;
    this.#spokenAt = now;
    const where = place.kind === "waiting" ? aheadSentence(place, texts) : leadOf(state, place, texts);
    write(byId("spoken"), state === "call.title" ? "" : `${texts.say(state)}. ${where}`);
  }
}

/**
 * @param {string} state
 * @param {Readonly<Place>} place
 * @param {Texts} texts
 */
function leadOf(state, place, texts) {
  if (state === "call.title") return "";
  return texts.say(`${state}_lead`, { duration: texts.duration(place.graceMs / 1000) });
}

/**
 * @param {Readonly<Place>} place
 * @param {Texts} texts
 */
function aheadSentence({ ahead }, texts) {
  return ahead === 0 ? texts.say("wait.next") : `${texts.number(ahead)} ${texts.say("wait.ahead", { n: ahead })}`;
}

/**
 * @param {boolean} shown
 * @param {Readonly<Place>} place
 * @param {Texts} texts
 */
function drawWaiting(shown, place, texts) {
  byId("waiting").hidden = !shown;
  byId("kept").hidden = !shown;
  if (!shown) return;
  const { ahead, firstAhead, estimate } = place;
  write(byId("ahead"), ahead === 0 ? "" : texts.number(ahead));
  write(byId("ahead-words"), texts.say(ahead === 0 ? "wait.next" : "wait.ahead", { n: ahead }));
  const progress = /** @type {HTMLProgressElement} */ (byId("progress"));
  progress.setAttribute("aria-label", texts.say("wait.progress"));
  progress.value = 1 - (ahead + 1) / (firstAhead + 2); // never empty, and full only when called
  write(byId("estimate"), estimate ? texts.range(...estimate) : texts.say("wait.no_estimate"));
  write(byId("kept"), texts.say("wait.place_kept", { duration: texts.duration(place.graceMs / 1000) }));
}

/**
 * @param {boolean} shown
 * @param {Shown} state
 * @param {Texts} texts
 */
function drawCall(shown, { place, auto, entersAt, now }, texts) {
  byId("call").hidden = !shown;
  if (!shown) return;
  const leftMs = Math.max(0, place.claimUntil - Math.max(now, place.momentAt));
  const left = Math.ceil(leftMs / 1000);
  byId("call").dataset.last = String(left <= LAST_SECONDS);
  write(byId("countdown"), `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`);
  byId("ring").style.strokeDashoffset = String(1 - leftMs / (place.claimUntil - place.momentAt));
  byId("enter").hidden = now < place.momentAt;
  write(byId("call-words"), callWords({ place, auto, entersAt, now, left }, texts));
}

/**
 * @param {{place: Readonly<Place>, auto: boolean, entersAt: number, now: number, left: number}} call
 * @param {Texts} texts
 */
function callWords({ place, auto, entersAt, now, left }, texts) {
  const seconds = (/** @type {number} */ until) => texts.duration(Math.max(1, Math.ceil((until - now) / 1000)));
  if (now < place.momentAt) return texts.say("call.soon", { duration: seconds(place.momentAt) });
  if (auto) return texts.say("call.auto", { duration: seconds(entersAt) });
  if (left === 0) return texts.say("call.over");
  return left <= LAST_SECONDS ? texts.say("call.last", { n: left }) : texts.say("call.held");
}

/**
 * @param {boolean} standing
 * @param {string} state
 * @param {Readonly<Place>} place
 * @param {Texts} texts
 */
function drawActs(standing, state, place, texts) {
  byId("act").hidden = !ACTS.includes(state);
  if (ACTS.includes(state)) write(byId("act"), texts.say(`${state}_act`));
  byId("leave").hidden = !standing || place.kind !== "seated";
}

/**
 * @param {Shown} shown
 * @param {Texts} texts
 */
function drawLink({ place, link, now }, texts) {
  byId("link").dataset.phase = link.phase;
  write(byId("link"), texts.say(`link.${link.phase}`));
  byId("away").hidden = link.phase !== "away";
  if (link.phase !== "away") return;
  const keptUntil = link.since + link.keptMs + place.graceMs;
  const key = place.graceMs === 0 ? "away.plain" : now < keptUntil ? "away.kept" : "away.long";
  write(byId("away"), texts.say(key, { time: texts.timeToTheSecond(keptUntil) }));
}

/**
 * What the tab says while the reader is elsewhere.
 *
 * @param {string} state
 * @param {Shown} shown
 * @param {Texts} texts
 */
function titleOf(state, { place, event }, texts) {
  const prefix = state === "call.title" ? "● " : "";
  const ahead = state.startsWith("wait.") && place.kind === "waiting" ? aheadSentence(place, texts) : texts.say(state);
  return `${prefix}${ahead} · ${event || "Fullhouse"}`;
}
