/**
 * The client library of Fullhouse: two elements for a platform's own pages, and what they are made
 * of. Importing this module defines the elements. See docs/client.md.
 */

import { HostBar } from "./library/hostbar.js";
import { WaitingRoom } from "./library/waitingroom.js";

export { RoomConnection } from "./library/connection.js";
export { momentMs, nextPlace, NOWHERE } from "./library/place.js";
export { backoffMs, comesBack, Newest } from "./library/returning.js";
export { NotInvited } from "./library/types.js";
export { HostBar, WaitingRoom };

/** @type {[string, CustomElementConstructor][]} */
const ELEMENTS = [
  ["fullhouse-waiting-room", WaitingRoom],
  ["fullhouse-host-bar", HostBar],
];

for (const [name, element] of ELEMENTS) {
  if (!customElements.get(name)) customElements.define(name, element);
}
