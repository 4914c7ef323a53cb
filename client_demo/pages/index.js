/** The start page of the demo: the guided minute, or the doors to its pages. */

import { byId, write } from "./elements.js";
import { GuideTour } from "./guidetour.js";
import { newParticipant } from "./session.js";
import { readersTexts, writePage } from "./texts.js";

const KEPT_AS = "fullhouse.guide";

let texts = readersTexts();
const tour = new GuideTour(() => texts);

const door = /** @type {HTMLAnchorElement} */ (byId("attend"));
const nextPerson = () => (door.href = `attend?p=${newParticipant("guest")}`); // each click is somebody else
nextPerson();
door.addEventListener("click", () => setTimeout(nextPerson));

/** @returns {boolean} whether the visitor is guided; whoever left the guide stays without it */
function isGuided() {
  return localStorage.getItem(KEPT_AS) !== "off";
}

function draw() {
  const isOn = isGuided();
  document.body.dataset.guide = isOn ? "on" : "off";
  byId("guide").hidden = !isOn;
  write(byId("lead"), texts.say(isOn ? "start.lead" : "start.doors"));
  write(byId("guide-switch"), texts.say(isOn ? "guide.leave" : "guide.show"));
  if (isOn) tour.begin();
  else tour.end();
}

byId("guide-switch").onclick = () => {
  localStorage.setItem(KEPT_AS, isGuided() ? "off" : "on");
  draw();
};
writePage(texts, (chosen) => {
  texts = chosen;
  draw();
  tour.switchLanguage();
});
draw();
