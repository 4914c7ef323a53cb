/** The list of people in line: read when it is opened, a page at a time, and kept up to date. */

import { byId, write } from "./elements.js";
import { keepingFocus } from "./focus.js";
import { PeopleRows } from "./peoplerows.js";
import { PersonDialogs } from "./persondialogs.js";
import { Refused } from "./refused.js";

/** @import { RoomMessage } from "./fullhouse.js" */
/** @import { RoomCalls, WaitingPerson } from "./roomcalls.js" */
/** @import { Texts } from "./texts.js" */

export const AT_ONCE = 50; // rows: a few screens, and a short answer however long the line is
const EVERY_MS = 2_000; // between two reads; the room may change four times a second

export class People {
  #calls;
  #texts;
  #rows;
  #card = byId("people-card");
  #details = /** @type {HTMLDetailsElement} */ (byId("people"));
  #room = "";
  #isPaused = false;
  /** @type {(string | null)[]} the cursors of the pages up to the one that is shown */
  #cursors = [null];
  /** @type {string | null} */
  #next = null;
  /** @type {WaitingPerson[]} */
  #people = [];
  #readAt = 0; // what is shown
  #askedAt = 0; // the last answer, or refusal
  #readFor = "";
  #wantedFor = "";
  #isReading = false;

  /**
   * @param {RoomCalls} calls
   * @param {() => Texts} texts
   */
  constructor(calls, texts) {
    this.#calls = calls;
    this.#texts = texts;
    const dialogs = new PersonDialogs(calls, texts, (words) => this.#acted(words));
    this.#rows = new PeopleRows(byId("people-list"), {
      first: (person) => dialogs.askFirst(this.#room, person, this.#isPaused),
      remove: (person) => dialogs.askRemove(this.#room, person),
    });
    this.#details.ontoggle = () => this.#details.open && this.#turnTo([null]);
    byId("people-more").onclick = () => this.#turnTo([...this.#cursors, this.#next]);
    byId("people-back").onclick = () => this.#turnTo(this.#cursors.slice(0, -1));
  }

  /**
   * Reads again when the room has changed. Called whenever the page is drawn.
   *
   * @param {RoomMessage} room
   */
  draw(room) {
    this.#room = room.room;
    this.#isPaused = room.paused;
    keepingFocus(this.#card, byId("slot"), room.status === "closed");
    this.#wantedFor = `${room.epoch} ${room.rev}`;
    const isDue = this.#wantedFor !== this.#readFor && Date.now() - this.#askedAt >= EVERY_MS;
    if (this.#details.open && !this.#card.hidden && isDue && !this.#isReading) this.#read();
  }

  /** After another language was chosen. */
  drawWords() {
    this.#drawRows();
  }

  /** @param {(string | null)[]} cursors */
  #turnTo(cursors) {
    this.#cursors = cursors.length ? cursors : [null];
    this.#readFor = "";
    this.#read();
  }

  async #read() {
    const [room, cursor, wanted] = [this.#room, this.#cursors.at(-1) ?? null, this.#wantedFor];
    if (!room) return;
    this.#isReading = true;
    if (this.#askedAt === 0) write(byId("people-words"), this.#texts().say("people.reading"));
    try {
      const { waiting, next } = await this.#calls.waiting(room, cursor, AT_ONCE);
      if (cursor !== (this.#cursors.at(-1) ?? null)) return;
      [this.#people, this.#next, this.#readFor, this.#readAt] = [waiting, next, wanted, Date.now()];
      this.#drawRows();
      if (waiting.length === 0 && cursor !== null) this.#turnTo([null]); // the line has become shorter
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.#failed(error);
    } finally {
      this.#askedAt = Date.now();
      this.#isReading = false;
    }
  }

  #drawRows() {
    const texts = this.#texts();
    this.#rows.draw(this.#people, texts);
    byId("people-list").setAttribute("aria-label", texts.say("people.list"));
    write(byId("people-words"), this.#people.length || !this.#readFor ? "" : texts.say("people.nobody"));
    keepingFocus(byId("people-more"), byId("people-list"), this.#next === null);
    keepingFocus(byId("people-back"), byId("people-list"), this.#cursors.length === 1);
  }

  /** @param {Refused} error */
  #failed({ code }) {
    const texts = this.#texts();
    const time = texts.time(this.#readAt || Date.now());
    write(byId("people-words"), texts.say(code === "forbidden" ? "people.forbidden" : "people.as_of", { time }));
  }

  /** @param {string} words - what became of it */
  #acted(words) {
    write(byId("people-told"), words);
    this.#read();
  }
}
