/** What the tab of a host's page says in front of its title, for a host who is in another tab. Pure. */

import { fullnessOf } from "./fullness.js";

/** @import { NoticeObject, RoomMessage } from "./types.js" */
/** @import { Words } from "./words.js" */

/**
 * @param {RoomMessage} room
 * @param {{notice: NoticeObject | null, asOf: number | null}} shown - the notice that the page shows, and
 *   since when the page is cut off
 * @param {Words} words
 */
export function tabWords(room, { notice, asOf }, words) {
  const fullness = fullnessOf(room);
  if (fullness === "closed") return words.say("bar.level.closed");
  const figures = words.say("bar.tab", { taken: room.occupied + room.held, capacity: room.capacity });
  if (asOf !== null) return `${figures} · ${words.say("bar.as_of", { time: words.time(asOf) })}`;
  if (!notice) return figures;
  const waits = room.waiting ? ` · ${words.say("bar.waiting", { n: room.waiting })}` : "";
  return `● ${words.say(`bar.level.${fullness}`)} ${figures}${waits}`;
}
