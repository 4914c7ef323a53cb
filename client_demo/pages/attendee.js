/** The attendee page: the title of the event, and the element that keeps one's place. */

import { WaitingRoom } from "../library/waitingroom.js";
import { readersTexts } from "./attendtexts.js";
import { session as firstSession, socket } from "./early.js";
import { byId, write } from "./elements.js";
import { writePage } from "./pagetexts.js";
import { roomToken } from "./session.js";

customElements.define("fullhouse-waiting-room", WaitingRoom); // the host bar is not for this page

const room = /** @type {WaitingRoom} */ (byId("room"));

/** @param {import("./pagetexts.js").PageTexts} texts */
function speak(texts) {
  room.lang = texts.language;
}

const texts = readersTexts();
speak(texts);
writePage(texts, speak);

let next = () => firstSession;
room.socket = socket;
room.token = async () => {
  const asked = next();
  next = () => roomToken("attendee");
  const session = await asked;
  write(byId("event"), session.title);
  document.title = session.title;
  return session.token;
};
