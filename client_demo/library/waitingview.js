/** The waiting room as it is drawn: from a place, the link, the time and the reader's words. */

import { write } from "./dom.js";
import { LeaveView } from "./leaveview.js";
import { MessageView } from "./messageview.js";
import {
  awayWords,
  callWords,
  countdown,
  LAST_SECONDS,
  leadOf,
  lineWords,
  msLeft,
  secondsLeft,
  stateOf,
  whereWords,
} from "./placewords.js";
import { Speaker } from "./speaker.js";
import { StreamView } from "./streamview.js";
import { waitingParts } from "./waitingparts.js";

/** @import { Shown } from "./placewords.js" */
/** @import { Words } from "./words.js" */

const ACTS = ["lost.missed_calls", "ended.4011", "ended.line", "ended.other"];

export class WaitingView {
  #root;
  #speaker;
  #leave = new LeaveView((id) => this.at(id));
  #message = new MessageView((id) => this.at(id));
  stream = new StreamView((id) => this.at(id));
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

  /** @param {string} id - of a switch */
  isOn(id) {
    return /** @type {HTMLInputElement} */ (this.at(id)).checked;
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
    this.at("place").toggleAttribute("data-stale", shown.link.phase === "away");
    this.stream.draw(shown, words);
    // The bar above the stream tells both as well. Nothing may push the stream about.
    this.#drawWaiting(kind === "waiting" && !this.stream.isHere, shown, words);
    this.#drawCall(kind === "called" && state !== "away.lost" && !this.stream.isHere, shown, words);
    this.#drawChoices(["waiting", "called"].includes(kind), shown, words);
    this.#drawActs(kind, state, words);
    this.#leave.draw(kind, shown.link.phase === "live", words);
    this.#drawLink(shown, words);
    this.#speak(state, shown, words);
    // Nobody's focus is moved, but it must not fall off the page with what it was on.
    if (focused?.closest("[hidden]")) this.at("headline").focus({ preventScroll: true });
  }

  /**
   * @param {boolean} isWaiting
   * @param {Shown} shown
   * @param {Words} words
   */
  #drawWaiting(isWaiting, { place, link }, words) {
    this.at("waiting").hidden = !isWaiting;
    if (!isWaiting) return;
    const said = lineWords(place, words, link.phase === "away");
    write(this.at("ahead"), said.ahead);
    write(this.at("ahead-words"), said.words);
    // Never empty, and full only when called.
    /** @type {HTMLProgressElement} */ (this.at("progress")).value = 1 - (place.ahead + 1) / (place.firstAhead + 2);
    write(this.at("estimate"), said.estimate);
    write(this.at("estimate-at"), said.asOf);
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
