/** What the pages use of the client library; see ../fullhouse.js. */

export * from "../library/connection.js";
export * from "../library/returning.js";
export * from "../library/types.js";
