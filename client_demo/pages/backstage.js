/** The panel of the demo: a crowd, a crash and a dead network, each on a button. */

import { other, telling } from "./backstageview.js";
import { byId, element, write } from "./elements.js";

/** @import { Act, Backend, Scene } from "./backend.js" */
/** @import { Trial } from "./backstageview.js" */
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

  /**
   * @param {Backend} backend
   * @param {() => Texts} texts
   */
  constructor(backend, texts) {
    this.#backend = backend;
    this.#texts = texts;
    byId("try-crowd").onclick = () => this.#try(this.#scene?.crowd.is_here ? "send_home" : "send_crowd");
    byId("try-node").onclick = () => this.#try(this.#isNodeDown() ? "start_node" : "stop_node");
    byId("try-network").onclick = () => this.#try("cut_network");
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
    const { key, values } = telling(this.#trial, scene);
    write(byId("try-told"), texts.say(key, values));
  }

  /** @param {Scene} scene */
  #enable({ crowd, nodes, network_back_ms, through }) {
    const is = (/** @type {string} */ id, /** @type {boolean} */ able) => byId(id).setAttribute("aria-disabled", String(!able));
    is("try-crowd", !this.#isBusy);
    is("try-node", !this.#isBusy && nodes[other({ nodes, through, crowd, network_back_ms })].state !== "starting");
    is("try-network", !this.#isBusy && crowd.people > 0 && network_back_ms === 0);
  }

  #isNodeDown() {
    return this.#scene !== null && this.#scene.nodes[other(this.#scene)].state === "down";
  }

  /** @param {Act} act */
  async #try(act) {
    const button = { send_crowd: "try-crowd", send_home: "try-crowd", stop_node: "try-node", start_node: "try-node", cut_network: "try-network" }[act];
    if (!this.#scene || byId(button).getAttribute("aria-disabled") === "true") return;
    this.#trial = { act, before: this.#scene };
    this.#isBusy = true;
    await this.#take(this.#backend.act(act));
    this.#isBusy = false;
    this.draw();
  }

  async #look() {
    if (!this.#isBusy) await this.#take(this.#backend.look());
  }

  /** @param {Promise<Scene | null>} answer */
  async #take(answer) {
    this.#scene = (await answer.catch(() => null)) ?? this.#scene; // away: the link state says so
    this.draw();
  }
}

/**
 * @param {Scene} scene
 * @param {number} number
 * @param {Texts} texts
 */
function nodeLine({ nodes, through }, number, texts) {
  const { state, people } = nodes[number];
  const words = texts.say(`try.node_${state}`, { n: people });
  const mine = number === through ? element("span", { class: "mine" }, texts.say("try.node_mine")) : null;
  return element("li", { "data-state": state }, element("b", {}, texts.say("try.node", { node: number + 1 })), mine, element("span", { class: "muted figure" }, words));
}
