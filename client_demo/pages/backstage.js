/** The panel of the demo: a crowd, a crash and a dead network, each on a button. */

import { other, telling } from "./backstageview.js";
import { byId, element, write } from "./elements.js";

/** @import { Act, Backend, Scene } from "./backend.js" */
/** @import { Telling, Trial } from "./backstageview.js" */
/** @import { Texts } from "./texts.js" */

const LOOKS_EVERY_MS = 1_000;

/** Shows itself where there is a demo behind the page, and looks as long as somebody looks at it. */
export class Backstage {
  #backend;
  #texts;
  /** @type {Scene | null} */
  #scene = null;
  /** @type {Trial | null} */
  #trial = null;
  #isBusy = false;
  #hasFailed = false;
  #spoken = "";

  /**
   * @param {Backend} backend
   * @param {() => Texts} texts
   */
  constructor(backend, texts) {
    this.#backend = backend;
    this.#texts = texts;
    onPress("try-crowd", () => this.#try(this.#scene?.crowd.is_here ? "send_home" : "send_crowd"));
    onPress("try-node", () => this.#try(this.#isNodeDown() ? "start_node" : "stop_node"));
    onPress("try-network", () => this.#try("cut_network"));
  }

  async open() {
    this.#scene = await this.#backend.look().catch(() => null);
    if (!this.#scene) return;
    byId("backstage").hidden = byId("to-backstage").hidden = false;
    this.draw();
    setInterval(() => document.visibilityState === "visible" && this.#look(), LOOKS_EVERY_MS);
  }

  draw() {
    const scene = this.#scene;
    if (!scene) return;
    const texts = this.#texts();
    const { crowd } = scene;
    write(byId("crowd-words"), texts.say(crowd.is_here ? "try.crowd_here" : "try.crowd_gone", { n: crowd.people }));
    write(byId("try-crowd"), texts.say(crowd.is_here ? "try.send_home" : "try.send_crowd"));
    byId("nodes").replaceChildren(...scene.nodes.map((_, number) => nodeLine(scene, number, texts)));
    write(byId("try-node"), texts.say(this.#isNodeDown() ? "try.start_node" : "try.stop_node", { node: other(scene) + 1 }));
    this.#enable(scene);
    this.#tell(this.#hasFailed ? { key: "try.failed", values: {} } : telling(this.#trial, scene), texts);
  }

  /**
   * Read aloud is how it goes on, not how the figures in it count.
   *
   * @param {Telling} telling
   * @param {Texts} texts
   */
  #tell({ key, values }, texts) {
    const words = texts.say(key, values);
    write(byId("try-told"), words);
    if (key !== this.#spoken && this.#trial) write(byId("try-spoken"), words);
    this.#spoken = key;
  }

  /** @param {Scene} scene */
  #enable(scene) {
    const { state } = scene.nodes[other(scene)];
    able("try-crowd", !this.#isBusy);
    able("try-node", !this.#isBusy && state !== "starting");
    able("try-network", !this.#isBusy && scene.crowd.people > 0 && scene.network_back_ms === 0);
  }

  #isNodeDown() {
    return this.#scene !== null && this.#scene.nodes[other(this.#scene)].state === "down";
  }

  /** @param {Act} act */
  async #try(act) {
    if (!this.#scene || this.#isBusy) return;
    this.#trial = { act, before: this.#scene };
    this.#isBusy = true;
    this.draw();
    const scene = await this.#backend.act(act).catch(() => null);
    this.#isBusy = false;
    this.#hasFailed = scene === null;
    this.#scene = scene ?? this.#scene;
    this.draw();
  }

  async #look() {
    if (this.#isBusy) return;
    const scene = await this.#backend.look().catch(() => null);
    if (this.#isBusy || !scene) return; // away: the state of the link says so
    this.#scene = scene;
    this.draw();
  }
}

/**
 * @param {string} id
 * @param {() => void} act
 */
function onPress(id, act) {
  byId(id).onclick = () => byId(id).getAttribute("aria-disabled") !== "true" && act();
}

/**
 * Greyed out and silent, yet never without the focus that it may have.
 *
 * @param {string} id
 * @param {boolean} isAble
 */
function able(id, isAble) {
  byId(id).setAttribute("aria-disabled", String(!isAble));
}

/**
 * @param {Scene} scene
 * @param {number} number
 * @param {Texts} texts
 */
function nodeLine({ nodes, through }, number, texts) {
  const { state, people } = nodes[number];
  const words = texts.say(`node.${state}`, { n: people });
  const mine = number === through ? element("span", { class: "mine" }, texts.say("try.node_mine")) : null;
  return element("li", { "data-state": state }, element("b", {}, texts.say("try.node", { node: number + 1 })), mine, element("span", { class: "muted figure" }, words));
}
