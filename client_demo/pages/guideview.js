/** The guide on the start page as it is drawn: the steps, the caption and what can be done. */

import { byId, element, write } from "./elements.js";
import { keepingFocus } from "./focus.js";
import { actOf, chapterOf, STEPS, stepOf } from "./guide.js";
import { actWords, captionOf } from "./guidewords.js";

/** @import { Chapter, Known } from "./guide.js" */
/** @import { Doing } from "./guidewords.js" */
/** @import { Texts } from "./texts.js" */

export class GuideView {
  #spoken = "";

  /**
   * @param {Known} known
   * @param {Doing} doing
   * @param {Texts} texts
   * @returns {Chapter} the one that is drawn
   */
  draw(known, doing, texts) {
    const chapter = chapterOf(known);
    const { title, detail } = captionOf(chapter, known, doing, texts);
    drawSteps(stepOf(chapter), texts);
    write(byId("caption-title"), title);
    write(byId("caption-detail"), detail);
    this.#drawActs(chapter, known, doing.ordered !== null, texts);
    this.#speak([texts.language, chapter, doing.ordered, doing.hasFailed].join(" "), `${title}. ${detail}`);
    return chapter;
  }

  /**
   * @param {Chapter} chapter
   * @param {Known} known
   * @param {boolean} isBusy
   * @param {Texts} texts
   */
  #drawActs(chapter, { guide }, isBusy, texts) {
    const act = actOf(chapter, guide);
    if (act) write(byId("guide-act"), actWords(guide, act, texts));
    byId("guide-act").dataset.act = act ?? "";
    byId("guide-act").setAttribute("aria-disabled", String(isBusy));
    byId("guide-again").setAttribute("aria-disabled", String(isBusy));
    keepingFocus(byId("guide-act"), byId("guide"), act === null);
    const canStartOver = guide.scene !== null && act !== "start_over" && !["opening", "filling"].includes(chapter);
    keepingFocus(byId("guide-again"), byId("guide"), !canStartOver);
  }

  /**
   * Read aloud is each new caption, not how the figures in it count.
   *
   * @param {string} topic
   * @param {string} words
   */
  #speak(topic, words) {
    if (topic === this.#spoken) return;
    this.#spoken = topic;
    write(byId("caption-spoken"), words);
  }
}

/**
 * @param {number} current
 * @param {Texts} texts
 */
function drawSteps(current, texts) {
  const steps = byId("steps");
  while (steps.childElementCount < STEPS.length) steps.append(element("li", {}, element("span")));
  STEPS.forEach((step, turn) => {
    const line = steps.children[turn];
    write(line.children[0], texts.say(`guide.step.${step}`));
    line.classList.toggle("done", turn < current);
    if (turn === current) line.setAttribute("aria-current", "step");
    else line.removeAttribute("aria-current");
  });
}
