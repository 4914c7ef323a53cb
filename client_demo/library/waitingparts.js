/** What the waiting room consists of; what it says is in waitingview.js. */

import { drawing, element } from "./dom.js";
import { leaveParts } from "./leaveview.js";
import { messageParts } from "./messageview.js";
import { streamParts } from "./streamview.js";

/**
 * A switch with a name and a hint.
 *
 * @param {string} id
 */
function choice(id) {
  return element(
    "label",
    { class: "choice" },
    element("input", { type: "checkbox", role: "switch", id, "aria-describedby": `${id}-hint` }),
    element("span", {}, element("b", { id: `${id}-name` }), element("small", { id: `${id}-hint` })),
  );
}

function inLine() {
  const ahead = element("span", { class: "ahead-figure figure", id: "ahead" });
  return element(
    "div",
    { class: "waiting", id: "waiting", hidden: true },
    element("p", { class: "ahead" }, ahead, " ", element("span", { id: "ahead-words" })),
    element("progress", { id: "progress", max: "1", value: "0" }),
    element(
      "dl",
      {},
      element("dt", { id: "estimate-name" }),
      element("dd", {}, element("span", { id: "estimate" }), " ", element("small", { id: "estimate-at" })),
    ),
  );
}

function called() {
  const ring = drawing(
    "svg",
    { viewBox: "0 0 120 120", "aria-hidden": "true" },
    drawing("circle", { cx: "60", cy: "60", r: "53" }),
    drawing("circle", { class: "left", id: "ring", cx: "60", cy: "60", r: "53", pathLength: "1" }),
  );
  const countdown = element("span", { class: "figure", id: "countdown", role: "timer" });
  return element(
    "div",
    { class: "call", id: "call", hidden: true },
    element("div", { class: "clock" }, ring, element("p", {}, countdown, element("small", { id: "countdown-name" }))),
    element("button", { type: "button", class: "button main large", id: "enter", part: "enter" }),
    element("p", { class: "muted", id: "call-words" }),
  );
}

/** What is said aloud is written apart from what is seen: at its own, calmer rate. */
function spoken() {
  return [
    element("p", { class: "unseen", role: "status", id: "spoken" }),
    element("p", { class: "unseen", role: "alert", id: "called-out" }),
    element("p", { class: "unseen", role: "status", id: "message-spoken", lang: "" }),
  ];
}

/**
 * Slots of the page: `waiting`, shown to whoever is in line; `inside`, to whoever is in; `next`, when the event is over or the
 * visit has ended.
 *
 * @returns {HTMLElement[]}
 */
export function waitingParts() {
  const card = element(
    "section",
    { class: "card", id: "place", part: "card", "aria-labelledby": "headline", "data-state": "connecting" },
    element("h2", { id: "headline", part: "headline", tabindex: "-1" }),
    element("p", { class: "lead", id: "lead" }),
    messageParts(),
    element("div", { id: "inside", hidden: true }, element("slot", { name: "inside" })),
    inLine(),
    called(),
    streamParts(),
    element("div", { id: "meanwhile", hidden: true }, element("slot", { name: "waiting" })),
    element("div", { class: "choices", id: "choices", hidden: true }, choice("auto"), choice("sound")),
    leaveParts(),
    element("div", { id: "next", hidden: true }, element("slot", { name: "next" })),
    element(
      "p",
      { class: "foot", id: "foot" },
      element("span", { class: "link", id: "link", "data-phase": "connecting" }),
      element("span", { id: "kept", hidden: true }),
    ),
  );
  return [card, element("p", { class: "away", id: "away", hidden: true }), ...spoken()];
}
