/**
 * The client library of Fullhouse: two elements for a platform's own pages, and what they are made
 * of. Importing this module defines the elements. See docs/client.md.
 */

import { HostBar } from "./hostbar.js";
import { WaitingRoom } from "./waitingroom.js";

export { RoomConnection } from "./connection.js";
export { momentMs, nextPlace, NOWHERE } from "./place.js";
export { backoffMs, comesBack, Newest } from "./returning.js";
export { NotInvited } from "./types.js";
export { HostBar, WaitingRoom };

/** @type {[string, CustomElementConstructor][]} */
const ELEMENTS = [
  ["fullhouse-waiting-room", WaitingRoom],
  ["fullhouse-host-bar", HostBar],
];

for (const [name, element] of ELEMENTS) {
  if (!customElements.get(name)) customElements.define(name, element);
}

/**
 * @typedef {import("./types.js").ClientMessage} ClientMessage
 * @typedef {import("./types.js").ConnectionOptions} ConnectionOptions
 * @typedef {import("./types.js").Link} Link
 * @typedef {import("./types.js").Message} Message
 * @typedef {import("./types.js").NoticeObject} NoticeObject
 * @typedef {import("./types.js").Offer} Offer
 * @typedef {import("./types.js").Revision} Revision
 * @typedef {import("./types.js").RoomMessage} RoomMessage
 * @typedef {import("./elementbase.js").TokenCallback} TokenCallback
 * @typedef {import("./events.js").FullhouseEventMap} FullhouseEventMap
 * @typedef {import("./events.js").RoomConnectionEventMap} RoomConnectionEventMap
 * @typedef {import("./hostnews.js").HostNews} HostNews
 * @typedef {import("./place.js").Place} Place
 */

/**
 * The message of that type.
 *
 * @template {Message["type"]} T
 * @typedef {import("./types.js").MessageOf<T>} MessageOf
 */
