/**
 * What the event platform's own backend does for its host page, with the platform key that no
 * page has. The demo has such routes; another platform has its own.
 */

import { at } from "./address.js";
import { said, unreachable } from "./refused.js";

/**
 * @typedef {{is_here: boolean, people: number, inside: number, called: number, waiting: number,
 *            away: number}} CrowdScene
 * @typedef {{state: "starting" | "running" | "down", people: number}} NodeScene
 * @typedef {{crowd: CrowdScene, nodes: NodeScene[], network_back_ms: number,
 *            through: number}} Scene
 *   `through`: the number of the node that this page talks to.
 * @typedef {"send_crowd" | "send_home" | "stop_node" | "start_node" | "cut_network" |
 *          "start_over"} Act
 */

export class Backend {
  #session;

  /** @param {() => Promise<{token: string}>} session */
  constructor(session) {
    this.#session = session;
  }

  /** @param {boolean} paused - nobody is called in; or they are again */
  async holdLine(paused) {
    await this.#call("PATCH", "demo/room", { paused });
  }

  /** @returns {Promise<Scene | null>} null where no demo runs behind the page */
  async look() {
    return this.#call("GET", "demo/backstage");
  }

  /**
   * @param {Act} act
   * @returns {Promise<Scene | null>} after it
   */
  async act(act) {
    return this.#call("POST", "demo/backstage", { act });
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {object} [body]
   */
  async #call(method, path, body) {
    const { token } = await this.#session().catch(unreachable);
    const answer = await fetch(at(path), {
      method,
      headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
      body: body && JSON.stringify(body),
    }).catch(unreachable);
    return answer.status === 204 ? null : said(answer);
  }
}
