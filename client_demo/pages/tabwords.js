/** What the tab of the host page says in front of its title, for a host who is in another tab. Pure. */

import { fullnessOf } from "../library/fullness.js";
import { levelWords } from "./roomwords.js";

/** @import { HostBars } from "./hostbars.js" */
/** @import { Message } from "./fullhouse.js" */
/** @import { Texts } from "./texts.js" */

/**
 * @param {Message} room
 * @param {Pick<HostBars, "notice" | "asOf">} bars
 * @param {Texts} texts
 */
export function tabWords(room, { notice, asOf }, texts) {
  if (fullnessOf(room) === "closed") return texts.say("bar.level.closed");
  const figures = texts.say("tab.seats", { taken: room.occupied + room.held, capacity: room.capacity });
  if (asOf !== null) return `${figures} · ${texts.say("bar.as_of", { time: texts.time(asOf) })}`;
  if (!notice) return figures;
  const waits = room.waiting ? ` · ${texts.say("bar.waiting", { n: room.waiting })}` : "";
  return `● ${levelWords(room, texts)} ${figures}${waits}`;
}
