/**
 * Where the story on the start page is: a value, made only of what the room and the demo report.
 *
 * Pure, like roomview.js. A chapter is not remembered but found again from the present state, so
 * the guide is never ahead of the room or behind it: whoever comes late begins where the room is.
 */

import { telling } from "./backstageview.js";

/** @import { Scene } from "./backend.js" */
/** @import { Trial } from "./backstageview.js" */
/** @import { Arrivals, RoomView } from "./roomview.js" */

const MOST = 0.7; // of the people who were called

/**
 * @typedef {"opening" | "unreachable" | "closed" | "empty" | "few" | "filling" | "nearly_full" | "full" |
 *           "coming" | "inside" | "crashed" | "back"} Chapter
 *
 * @typedef {object} Guide
 * @property {Scene | null} scene - of the demo, as last reported; null: no demo runs behind the page
 * @property {Scene | null} whole - the last scene in which all nodes ran
 * @property {Trial | null} crash - the crash of a node, whoever caused it, and how it was before
 * @property {boolean} raised - the room has more seats than at its opening
 *
 * @typedef {object} Known - all that decides the chapter
 * @property {Readonly<Guide>} guide
 * @property {Readonly<RoomView>} view
 * @property {boolean} isLive - the connection to the room stands, or the page has just come
 */

/** @type {Readonly<Guide>} */
export const NO_GUIDE = Object.freeze({ scene: null, whole: null, crash: null, raised: false });

/** The chapters in the order of the story; those of one step share a line of the contents. */
export const STEPS = /** @type {const} */ (["filling", "nearly_full", "buy", "come_in", "crash"]);

/** @type {Record<Chapter, number>} which of the steps a chapter belongs to; the last is beyond all */
const STEP_OF = {
  opening: 0,
  unreachable: 0,
  closed: 0,
  empty: 0,
  few: 0,
  filling: 0,
  nearly_full: 1,
  full: 2,
  coming: 3,
  inside: 4,
  crashed: 4,
  back: STEPS.length,
};

/** @param {Chapter} chapter */
export function stepOf(chapter) {
  return STEP_OF[chapter];
}

/**
 * @param {Readonly<Guide>} guide
 * @param {Scene | null} scene - as it is now
 * @returns {Readonly<Guide>}
 */
export function withScene(guide, scene) {
  if (!scene) return guide;
  const isWhole = scene.nodes.every(({ state }) => state === "running");
  const crashes = !isWhole && guide.crash === null && scene.nodes.some(({ state }) => state === "down");
  /** @type {Trial | null} */
  const crash = crashes ? { act: "stop_node", before: guide.whole ?? scene } : guide.crash;
  return { ...guide, scene, crash, whole: isWhole ? scene : guide.whole };
}

/**
 * @param {Known} known
 * @returns {Chapter}
 */
export function chapterOf({ guide, view, isLive }) {
  const { room, arrivals } = view;
  if (room?.status === "closed") return "closed";
  if (!isLive) return "unreachable";
  if (!room) return "opening";
  if (guide.scene && !guide.scene.crowd.is_here) return "empty";
  if (guide.crash && guide.scene) return isBack(guide.crash, guide.scene) ? "back" : "crashed";
  if (guide.raised || (arrivals && arrivals.to > arrivals.from)) return arrivals && !haveMostCome(arrivals) ? "coming" : "inside";
  if (room.waiting > 0 || room.level === "full" || room.level === "draining") return "full";
  if (room.level === "nearly_full") return "nearly_full";
  return guide.scene && hasArrived(guide.scene) ? "few" : "filling";
}

/**
 * Some people do not come when they are called. Their seats are held, but the story goes on.
 *
 * @param {Readonly<Arrivals>} arrivals
 */
function haveMostCome({ done, came, called }) {
  return done || (came > 0 && came >= MOST * called);
}

/**
 * Everybody who was cut off has a place again; or the node runs again, and nobody is missing.
 *
 * @param {Trial} crash
 * @param {Scene} scene
 */
function isBack(crash, scene) {
  return scene.crowd.away === 0 && telling(crash, scene).key !== "try.crashed";
}

/** @param {Scene} scene */
function hasArrived({ crowd: { people, inside, called, waiting, away } }) {
  return people > 0 && inside + called + waiting + away >= people;
}

/**
 * What a visitor can do to bring the story on.
 *
 * @param {Chapter} chapter
 * @param {Readonly<Guide>} guide
 * @returns {"host" | "send_crowd" | "start_over" | "stop_node" | null} `host`: go to the host's page
 */
export function actOf(chapter, { scene }) {
  if (chapter === "nearly_full" || chapter === "full") return "host";
  if (!scene) return null; // there is nothing behind the page that could do it
  if (chapter === "empty") return "send_crowd";
  if (chapter === "few" || chapter === "back" || chapter === "closed") return "start_over";
  return chapter === "inside" ? "stop_node" : null;
}

/** @param {Chapter} chapter - whether somebody has come who would see the line from a phone */
export function hasPhone(chapter) {
  return ["full", "coming", "inside", "crashed", "back"].includes(chapter);
}
