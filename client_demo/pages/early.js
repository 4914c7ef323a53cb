/**
 * What an attendee's page asks for while the rest of it is on its way: a connection and a token. On
 * a slow network each is a round trip that nobody waits for.
 */

import { at } from "./address.js";
import { roomToken } from "./session.js";

export const socket = opened();
export const session = roomToken("attendee");
session.catch(() => {}); // told to whoever awaits it

function opened() {
  try {
    return new WebSocket(at("v1/connect").replace(/^http/, "ws"), ["fullhouse.v1"]);
  } catch {
    return null; // the browser lets this page open no sockets: the library polls
  }
}
