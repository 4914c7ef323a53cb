/** What passes between the parts of the library. */

/**
 * The message of that type.
 *
 * @template {import("./messages.js").ServerMessage["type"]} T
 * @typedef {import("./messages.js").MessageOf<T>} MessageOf
 */

/**
 * @typedef {import("./messages.js").ServerMessage} Message
 * @typedef {import("./messages.js").ClientMessage} ClientMessage
 * @typedef {import("./messages.js").RoomMessage} RoomMessage
 * @typedef {import("./messages.js").NoticeObject} NoticeObject
 * @typedef {import("./messages.js").Offer} Offer
 * @typedef {{epoch: number, rev: number}} Revision - what a message is of; 0 and 0 before the first
 * @typedef {"connecting" | "live" | "away" | "ended"} Phase
 *   `away`: cut off, coming back by itself at `nextTryAt`; `ended`: will not come back.
 * @typedef {object} Link
 * @property {Phase} phase
 * @property {number | null} code - the close code that ended it
 * @property {number} since
 * @property {number | null} nextTryAt
 * @property {number} keptMs - what `retry` added to the grace
 * @property {"socket" | "poll"} via - how it is connected, or was last
 * @property {number | null} leaseUntil - while polling: until when the place is kept without
 *   another poll
 * @property {number} leaseMs - while polling: how long a poll keeps the place
 *
 * @typedef {object} LineOptions
 * @property {string} server - its origin, as `https://seats.example`
 * @property {() => Promise<string>} token
 * @property {boolean} [isFirst] - of a visit: its token is asked for while the socket opens
 * @property {WebSocket | null} [opened] - to be used in place of a new one
 * @property {(message: Message, leaseMs?: number) => void} heard
 * @property {() => void} answered - what is heard next is a whole answer, like the first of a new
 *   connection
 * @property {(code: number) => void} closed
 *
 * @typedef {object} ConnectionOptions
 * @property {() => string | Promise<string>} token - asked before every `hello`, so an expired
 *   token is never the reason for losing a place; throws {@link NotInvited} or any other error
 * @property {string} [server] - origin of the server; by default that of the page
 * @property {Readonly<Revision> | ((first: Message) => Readonly<Revision>)} [known] - of what the
 *   page kept of an earlier connection, or a function that finds it from the first message of the
 *   room; `anew` is dispatched where that message is of another epoch or of an older revision
 * @property {WebSocket | null} [socket] - to `/v1/connect`, opened by the page while the library was
 *   on its way; used for the first connection
 */

/**
 * To be thrown by a token callback where the person may not come in at all. Any other error counts
 * as a lost network, and is tried again.
 */
export class NotInvited extends Error {
  code = 4001;
}
