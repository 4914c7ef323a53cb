/**
 * What the panel of the demo tells about the last thing that a visitor tried.
 *
 * Pure: backstage.js puts it on the page.
 */

/** @import { Act, Scene } from "./backend.js" */

/**
 * @typedef {{act: Act, before: Scene}} Trial - what was tried, and how it was before
 * @typedef {{key: string, values: Record<string, number>}} Telling - a text and what to put in
 */

/**
 * @param {Trial | null} trial
 * @param {Scene} scene - as it is now
 * @returns {Telling}
 */
export function telling(trial, scene) {
  if (trial === null) return { key: "try.invite", values: {} };
  return TELLINGS[trial.act](trial.before, scene);
}

/** @type {Record<Act, (before: Scene, now: Scene) => Telling>} */
const TELLINGS = {
  send_crowd: (_, { crowd }) => ({ key: "try.crowd_comes", values: { n: placed(crowd), all: crowd.people } }),
  send_home: () => ({ key: "try.crowd_left", values: {} }),
  stop_node: nodeCrashed,
  start_node: nodeStarted,
  cut_network: networkCut,
  start_over: (_, { crowd }) => ({ key: "try.crowd_comes", values: { n: placed(crowd), all: crowd.people } }),
};

/**
 * @param {Scene} before
 * @param {Scene} now
 * @returns {Telling}
 */
function nodeCrashed(before, now) {
  const node = other(before);
  if (now.nodes[node].state !== "down") return nodeStarted(before, now);
  return backAgain(before, now) ?? { key: "try.crashed", values: { node: node + 1, n: before.nodes[node].people } };
}

/**
 * @param {Scene} before
 * @param {Scene} now
 * @returns {Telling}
 */
function nodeStarted(before, now) {
  const node = other(before);
  const key = now.nodes[node].state === "running" ? "try.started" : "try.starts";
  return { key, values: { node: node + 1 } };
}

/**
 * @param {Scene} before
 * @param {Scene} now
 * @returns {Telling}
 */
function networkCut(before, now) {
  const seconds = Math.ceil(now.network_back_ms / 1000);
  if (seconds > 0) return { key: "try.network_away", values: { n: seconds, people: before.crowd.people } };
  return backAgain(before, now) ?? { key: "try.network_returns", values: { n: placed(now.crowd), all: now.crowd.people } };
}

/**
 * @param {Scene} before
 * @param {Scene} now
 * @returns {Telling | null} once everybody who is still here has a place again
 */
function backAgain(before, now) {
  const connected = now.nodes.reduce((sum, { people }) => sum + people, 0);
  // People who were cut off a moment ago may not have noticed it yet, and still count as inside.
  if (connected < now.crowd.people || now.crowd.away > 0 || now.crowd.people === 0) return null;
  return {
    key: "try.all_back",
    values: { n: placed(now.crowd), inside: now.crowd.inside, before: before.crowd.inside },
  };
}

/** @param {Scene["crowd"]} crowd */
function placed({ inside, called, waiting }) {
  return inside + called + waiting;
}

/** @param {Scene} scene */
export function other({ through, nodes }) {
  return (through + 1) % nodes.length;
}
