/** How full a room is, in one word for all that hosts read about it. Pure. */

/** @import { RoomMessage } from "./types.js" */

/**
 * @param {Pick<RoomMessage, "status" | "level" | "capacity" | "occupied" | "held">} room
 * @returns {"closed" | "no_seats" | "ok" | "nearly_full" | "full" | "draining"}
 */
export function fullnessOf({ status, level, capacity, occupied, held }) {
  if (status === "closed") return "closed";
  return capacity === 0 && occupied + held === 0 ? "no_seats" : level;
}
