/** The start page of the demo: every click on the attendee's door is another person. */

import { byId } from "./elements.js";
import { newParticipant } from "./session.js";
import { readersTexts, writePage } from "./texts.js";

writePage(readersTexts(), () => {});

const door = /** @type {HTMLAnchorElement} */ (byId("attend"));
const nextPerson = () => (door.href = `attend?p=${newParticipant("guest")}`);
nextPerson();
door.addEventListener("click", () => setTimeout(nextPerson));
