/** The plot of the event: who was inside, called and waiting, beside the seats there were. */

import { byId, element, write } from "./elements.js";
import { demandOf } from "./history.js";
import { PIN_PX, shapeOf } from "./plotshape.js";

/** @import { History } from "./history.js" */
/** @import { Shape } from "./plotshape.js" */
/** @import { Texts } from "./texts.js" */

const SVG = "http://www.w3.org/2000/svg";
const HEIGHT_PX = 264;
const MARGIN_PX = { left: 40, right: 12, top: 14, bottom: 26 };
const PIN_ROWS_PX = 12; // the middle of the uppermost row of pins
const TABLE_ROWS = 12;
const PATHS = ["waiting", "called", "inside", "demand", "capacity"];

/** Keeps the elements that it once made, and changes only what they say. */
export class Plot {
  #svg = byId("plot");
  #width = 0;
  #tabled = "";
  /** @type {Record<string, Element>} */
  #paths = {};
  #forecast = this.#made("path", "forecast");
  #now = this.#made("circle", "now");
  #fullIn = this.#made("text", "full-in");
  #times = this.#made("g", "times");
  #counts = this.#made("g", "counts");
  #pins = this.#made("g", "pins");

  /** @param {() => void} redraw - when there is another width to fill */
  constructor(redraw) {
    for (const name of PATHS) this.#paths[name] = this.#made("path", name);
    const layers = Object.values(this.#paths);
    this.#svg.append(this.#counts, this.#times, ...layers, this.#forecast, this.#now, this.#pins, this.#fullIn);
    new ResizeObserver(() => redraw()).observe(this.#svg);
    byId("plot-table").addEventListener("toggle", () => {
      this.#tabled = "";
      redraw();
    });
  }

  /**
   * @param {Readonly<History>} history
   * @param {{now: number, fullInMs: number | null, texts: Texts}} options
   */
  draw(history, { now, fullInMs, texts }) {
    byId("plot-card").hidden = history.samples.length === 0;
    if (history.samples.length === 0) return;
    this.#fit();
    const frame = {
      left: MARGIN_PX.left,
      right: this.#width - MARGIN_PX.right,
      top: MARGIN_PX.top,
      bottom: HEIGHT_PX - MARGIN_PX.bottom,
    };
    const shape = shapeOf(history, { now, fullInMs, frame });
    for (const name of PATHS) set(this.#paths[name], { d: /** @type {any} */ (shape)[name] });
    set(this.#now, { cx: shape.now.x, cy: shape.now.y, r: 4.5 });
    this.#drawForecast(shape, fullInMs, texts);
    this.#drawAxes(shape, texts);
    this.#drawPins(shape);
    this.#say(history, fullInMs, texts);
    this.#drawTable(history, now, texts);
  }

  #fit() {
    const width = Math.max(240, Math.round(this.#svg.getBoundingClientRect().width));
    if (width === this.#width) return;
    this.#width = width;
    this.#svg.setAttribute("viewBox", `0 0 ${width} ${HEIGHT_PX}`);
  }

  /**
   * @param {Shape} shape
   * @param {number | null} fullInMs
   * @param {Texts} texts
   */
  #drawForecast({ forecast, top }, fullInMs, texts) {
    set(this.#forecast, { d: forecast?.path ?? "" });
    const words = forecast && fullInMs !== null ? texts.say("plot.full_in", { duration: texts.roughly(fullInMs / 1000) }) : "";
    write(this.#fullIn, words);
    if (!forecast) return;
    // Left of its end, where the plot has been; or right of it, where that is too short.
    const isLeft = forecast.x > this.#width / 2;
    const at = { x: forecast.x + (isLeft ? -10 : 10), y: Math.max(top + 8, forecast.y - 10) };
    set(this.#fullIn, { ...at, "text-anchor": isLeft ? "end" : "start" });
  }

  /**
   * @param {Shape} shape
   * @param {Texts} texts
   */
  #drawAxes({ times, counts, from, to }, texts) {
    const right = this.#width - MARGIN_PX.right;
    const ground = HEIGHT_PX - MARGIN_PX.bottom;
    const isShort = to - from < 5 * 60_000;
    fill(this.#counts, counts, ["line", "text"], ({ y, n }, [rule, label]) => {
      set(rule, { x1: MARGIN_PX.left, x2: right, y1: y, y2: y });
      set(label, { x: MARGIN_PX.left - 8, y: y + 4, "text-anchor": "end" });
      write(label, texts.number(n));
    });
    fill(this.#times, times, ["text"], ({ x, at }, [label]) => {
      const edge = x < MARGIN_PX.left + 20 ? "start" : x > right - 24 ? "end" : "middle";
      set(label, { x, y: ground + 19, "text-anchor": edge });
      write(label, isShort ? texts.timeToTheSecond(at) : texts.time(at));
    });
  }

  /** @param {Shape} shape */
  #drawPins({ pins }) {
    fill(this.#pins, pins, ["line", "circle", "text"], ({ x, row, mark }, [stem, head, number]) => {
      const y = PIN_ROWS_PX + row * PIN_PX;
      set(stem, { x1: x, x2: x, y1: y, y2: HEIGHT_PX - MARGIN_PX.bottom, class: `stem ${mark.kind}` });
      set(head, { cx: x, cy: y, r: PIN_PX / 2 - 0.5, class: mark.kind });
      set(number, { x, y: y + 4, "text-anchor": "middle", class: mark.kind });
      write(number, String(mark.number));
    });
  }

  /**
   * @param {Readonly<History>} history
   * @param {number | null} fullInMs
   * @param {Texts} texts
   */
  #say({ samples, since: opened }, fullInMs, texts) {
    const last = samples[samples.length - 1];
    const peak = samples.reduce((most, sample) => (demandOf(sample) > demandOf(most) ? sample : most));
    const since = texts.time(samples[0].at);
    const parts = [
      texts.say("plot.summary_peak", { since, n: demandOf(peak), time: texts.time(peak.at), capacity: peak.capacity }),
      texts.say("plot.summary_now", { inside: last.inside, called: last.called, waiting: last.waiting, capacity: last.capacity }),
    ];
    if (fullInMs !== null) parts.push(texts.say("notice.full_in", { duration: texts.roughly(fullInMs / 1000) }));
    const summary = parts.join(" ");
    if (this.#svg.getAttribute("aria-label") !== summary) this.#svg.setAttribute("aria-label", summary);
    write(byId("plot-since"), texts.say(opened === null ? "plot.since" : "plot.since_opening", { time: since }));
  }

  /**
   * Drawn anew once a minute: a table that changes while it is read cannot be read.
   *
   * @param {Readonly<History>} history
   * @param {number} now
   * @param {Texts} texts
   */
  #drawTable({ samples }, now, texts) {
    const minute = `${texts.language} ${Math.floor(now / 60_000)}`;
    if (!(/** @type {HTMLDetailsElement} */ (byId("plot-table")).open) || minute === this.#tabled) return;
    this.#tabled = minute;
    const every = Math.max(1, (samples.length - 1) / (TABLE_ROWS - 1));
    const rows = Array.from({ length: Math.min(TABLE_ROWS, samples.length) }, (_, turn) => samples[Math.round(turn * every)]);
    const cell = (/** @type {number} */ n) => element("td", {}, texts.number(n));
    byId("plot-rows").replaceChildren(
      ...rows.map(({ at, inside, called, waiting, capacity }) =>
        element("tr", {}, element("th", { scope: "row" }, texts.timeToTheSecond(at)), ...[inside, called, waiting, capacity].map(cell)),
      ),
    );
  }

  /**
   * @param {string} tag
   * @param {string} name
   */
  #made(tag, name) {
    return set(document.createElementNS(SVG, tag), { class: name });
  }
}

/**
 * @param {Element} target
 * @param {Record<string, string | number>} attributes
 */
function set(target, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (target.getAttribute(name) !== String(value)) target.setAttribute(name, String(value));
  }
  return target;
}

/**
 * As many groups as there are things, each with one element of every tag.
 *
 * @template T
 * @param {Element} parent
 * @param {T[]} things
 * @param {string[]} tags
 * @param {(thing: T, elements: Element[]) => void} draw
 */
function fill(parent, things, tags, draw) {
  while (parent.childElementCount > things.length) parent.lastElementChild?.remove();
  while (parent.childElementCount < things.length) {
    const group = document.createElementNS(SVG, "g");
    group.append(...tags.map((tag) => document.createElementNS(SVG, tag)));
    parent.append(group);
  }
  things.forEach((thing, index) => draw(thing, [...parent.children[index].children]));
}
