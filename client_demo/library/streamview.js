/**
 * The stream that people in line may watch, in a frame of this page or in another tab. Whoever
 * watches keeps the place, sees it above the stream, and is called as before.
 */

import { element, write } from "./dom.js";
import { callWords, countdown, lineWords, stateOf } from "./placewords.js";

/** @import { Place } from "./place.js" */
/** @import { Shown } from "./placewords.js" */
/** @import { Words } from "./words.js" */

/** The stream of another origin needs its own storage. One of this origin could leave the frame by it. */
const SANDBOX = "allow-scripts allow-presentation";
const SANDBOX_OF_OTHERS = `${SANDBOX} allow-same-origin`;
const MAY = "autoplay; fullscreen; picture-in-picture; encrypted-media";
const IN_LINE = ["waiting", "called"];

export function streamParts() {
  return element(
    "section",
    { class: "stream", id: "stream", part: "stream", hidden: true },
    element(
      "div",
      { class: "stream-bar", id: "stream-bar", hidden: true },
      element("p", {}, element("b", { class: "figure", id: "stream-place" }), " ", element("span", { id: "stream-call" })),
      element("button", { type: "button", class: "button main", id: "stream-enter", hidden: true }),
    ),
    element("div", { class: "stream-frame", id: "stream-frame", hidden: true }),
    element("p", { class: "muted", id: "stream-words", role: "status" }),
    element(
      "div",
      { class: "stream-acts" },
      element("button", { type: "button", class: "button", id: "watch" }),
      element("a", { class: "button quiet", id: "watch-tab", target: "_blank", rel: "noopener noreferrer" }),
    ),
  );
}

export class StreamView {
  #at;
  /** @type {{say: (on: boolean) => void, changed: (on: boolean) => void}} */
  #acts = { say: () => {}, changed: () => {} };
  /** @type {"off" | "here" | "tab" | "blocked"} `blocked`: the policy of the page allows no such frame */
  #mode = "off";
  /** @type {string | null} */
  #address = null;
  #isSaid = false;
  #isCalled = false;
  #switching = 0;
  #frames = new AbortController();

  /** @param {(id: string) => HTMLElement} at - finds a part */
  constructor(at) {
    this.#at = at;
  }

  /** Whether the person watches. */
  get isOn() {
    return this.#mode === "here" || this.#mode === "tab";
  }

  /** Whether they watch on this page. */
  get isHere() {
    return this.#mode === "here";
  }

  /**
   * @param {object} acts
   * @param {() => void} acts.enter - take the seat
   * @param {(on: boolean) => void} acts.say - tell the server whether the person watches
   * @param {(on: boolean) => void} acts.changed - the person has begun, or has stopped
   */
  listen({ enter, say, changed }) {
    this.#acts = { say, changed };
    this.#at("stream-enter").onclick = enter;
    this.#at("watch").onclick = () => this.#become(this.isOn ? "off" : "here");
    this.#at("watch-tab").onclick = () => this.#become("tab");
  }

  /** What was said on a connection is said again on the next one, after its first `waiting`. */
  forgetSaid() {
    this.#isSaid = false;
  }

  /** A `waiting` has come that names a stream. */
  sayAgain() {
    if (this.isOn && !this.#isSaid) this.#say(true);
  }

  /** The element leaves the room. */
  end() {
    this.#follow(null, 0);
  }

  /**
   * @param {Shown} shown
   * @param {Words} words
   */
  draw(shown, words) {
    const { place, link } = shown;
    if (link.phase === "ended" || !isOnTheWay(place)) this.#follow(null, 0);
    else if (IN_LINE.includes(place.kind)) this.#follow(place.watch, place.watchWindowMs);
    this.#noteCall(place.kind === "called");
    this.#at("stream").hidden = this.#address === null;
    if (this.#address === null) return;
    this.#drawBar(shown, words);
    this.#drawActs(shown, words);
  }

  /**
   * @param {Shown} shown
   * @param {Words} words
   */
  #drawBar(shown, words) {
    const isCalled = shown.place.kind === "called" && stateOf(shown) !== "away.lost";
    this.#at("stream-bar").hidden = this.#mode !== "here";
    this.#at("stream-bar").dataset.called = String(isCalled);
    write(this.#at("stream-place"), isCalled ? calledLine(shown, words) : waitingLine(shown, words));
    write(this.#at("stream-call"), isCalled ? callWords(shown, words) : "");
    this.#at("stream-enter").hidden = !isCalled || shown.now < shown.place.momentAt;
    write(this.#at("stream-enter"), words.say(shown.entering ? "call.entering" : "call.enter"));
  }

  /**
   * Whoever is called is not told to go on waiting.
   *
   * @param {Shown} shown
   * @param {Words} words
   */
  #drawActs({ place }, words) {
    const hasWords = this.#mode !== "here" && place.kind !== "called";
    this.#at("stream-words").hidden = !hasWords;
    if (hasWords) write(this.#at("stream-words"), words.say(`watch.${this.#mode}`));
    this.#at("stream-frame").hidden = this.#mode !== "here";
    this.#at("stream-frame").querySelector("iframe")?.setAttribute("title", words.say("watch.name"));
    this.#at("watch").hidden = this.#mode === "blocked";
    write(this.#at("watch"), words.say(this.isOn ? "watch.stop" : "watch.start"));
    this.#at("watch-tab").hidden = this.#mode === "tab";
    this.#at("watch-tab").setAttribute("href", this.#address ?? "");
    write(this.#at("watch-tab"), words.say("watch.in_tab"));
  }

  /**
   * @param {string | null} address - of the stream now
   * @param {number} windowMs - over which everybody who watches changes to it
   */
  #follow(address, windowMs) {
    const next = isSafe(address) ? address : null;
    if (next === this.#address) return;
    this.#address = next;
    clearTimeout(this.#switching);
    if (next === null) this.#become("off");
    else if (this.#mode === "blocked") this.#mode = "off"; // it was another address
    else if (this.#mode === "here") this.#switching = setTimeout(() => this.#load(), Math.random() * windowMs);
  }

  /** @param {"off" | "here" | "tab" | "blocked"} mode */
  #become(mode) {
    const wasOn = this.isOn;
    this.#mode = mode;
    clearTimeout(this.#switching);
    if (mode === "here") this.#load();
    else this.#unload();
    if (wasOn === this.isOn) return;
    this.#say(this.isOn);
    this.#acts.changed(this.isOn);
  }

  /** @param {boolean} on */
  #say(on) {
    this.#isSaid = true;
    this.#acts.say(on);
  }

  #load() {
    this.#unload();
    const address = this.#address ?? "";
    const { origin } = new URL(address);
    const sandbox = origin === location.origin ? SANDBOX : SANDBOX_OF_OTHERS;
    const until = { signal: this.#frames.signal };
    document.addEventListener("securitypolicyviolation", (event) => this.#refused(event, origin), until);
    const frame = { sandbox, allow: MAY, referrerpolicy: "strict-origin", src: address };
    this.#at("stream-frame").append(element("iframe", frame));
  }

  #unload() {
    this.#frames.abort();
    this.#frames = new AbortController();
    this.#at("stream-frame").replaceChildren();
  }

  /**
   * @param {SecurityPolicyViolationEvent} event
   * @param {string} origin
   */
  #refused({ effectiveDirective, disposition, blockedURI }, origin) {
    if (effectiveDirective !== "frame-src" || disposition === "report" || !blockedURI.startsWith(origin)) return;
    this.#become("blocked");
    this.#at("watch-tab").focus();
  }

  /** @param {boolean} isCalled - then the bar must be seen, and a stream on the whole screen would hide it */
  #noteCall(isCalled) {
    const isNew = isCalled && !this.#isCalled;
    this.#isCalled = isCalled;
    if (!isNew || !this.isHere) return;
    if (document.fullscreenElement) document.exitFullscreen();
    this.#at("stream-frame").scrollIntoView({ block: "nearest" });
  }
}

/**
 * Whether the person is in line, or will be in a moment: a place that is being looked for ends nothing.
 *
 * @param {Readonly<Place>} place
 */
function isOnTheWay({ kind, lost }) {
  return IN_LINE.includes(kind) || kind === "unknown" || (kind === "lost" && lost === "expired");
}

/** @param {string | null} address - of a server that may be an earlier one, or another */
function isSafe(address) {
  return typeof address === "string" && URL.canParse(address) && new URL(address).protocol === "https:";
}

/**
 * @param {Shown} shown
 * @param {Words} words
 */
function waitingLine(shown, words) {
  const { place, link } = shown;
  if (stateOf(shown) === "away.lost") return words.say("away.lost");
  const isAway = link.phase === "away";
  const said = lineWords(place, words, isAway);
  const estimate = place.estimate ? ` · ${said.estimate}` : "";
  return `${said.ahead} ${said.words}${estimate} ${isAway ? said.asOf : ""}`.trim();
}

/**
 * @param {Shown} shown
 * @param {Words} words
 */
function calledLine(shown, words) {
  return `${countdown(shown)} · ${words.say(stateOf(shown))}`;
}
