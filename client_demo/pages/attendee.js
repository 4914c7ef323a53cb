/** The attendee page: the title of the event, and the element that keeps one's place. */

import "../fullhouse.js";
import { byId, write } from "./elements.js";
import { roomToken } from "./session.js";
import { readersTexts, writePage } from "./texts.js";

/** @import { WaitingRoom } from "../fullhouse.js" */

const room = /** @type {WaitingRoom} */ (byId("room"));

/** @param {import("./texts.js").Texts} texts */
function speak(texts) {
  room.lang = texts.language;
}

const texts = readersTexts();
speak(texts);
writePage(texts, speak);

room.token = async () => {
  const session = await roomToken("attendee");
  write(byId("event"), session.title);
  document.title = session.title;
  return session.token;
};
