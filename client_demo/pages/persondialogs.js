/** Asks a host before a person is let in first, or removed. */

import { acts, button, heading, show } from "./dialogs.js";
import { element, write } from "./elements.js";
import { whoIs } from "./peoplerows.js";
import { Refused } from "./refused.js";
import { MOST_CHARACTERS, oneLine } from "./tell.js";

/** @import { RoomCalls, WaitingPerson } from "./roomcalls.js" */
/** @import { Texts } from "./texts.js" */

export class PersonDialogs {
  #calls;
  #texts;
  #done;
  #isBusy = false;
  #dialog = /** @type {HTMLDialogElement} */ (
    element("dialog", { class: "purchase person-dialog", "aria-labelledby": "person-title" })
  );
  #trouble = element("p", { class: "trouble", role: "alert", hidden: true });

  /**
   * @param {RoomCalls} calls
   * @param {() => Texts} texts
   * @param {(words: string) => void} done - what became of it
   */
  constructor(calls, texts, done) {
    this.#calls = calls;
    this.#texts = texts;
    this.#done = done;
    document.body.append(this.#dialog);
  }

  /**
   * @param {string} room
   * @param {WaitingPerson} person
   * @param {boolean} isPaused - nobody is called until the line goes on
   */
  askFirst(room, person, isPaused) {
    const texts = this.#texts();
    const reason = /** @type {HTMLTextAreaElement} */ (
      element("textarea", {
        id: "person-reason", class: "note", rows: 2, maxlength: MOST_CHARACTERS, dir: "auto", "aria-describedby": "person-reason-words",
      })
    );
    this.#open(
      heading("person-title", texts.say("first.title", { who: whoIs(person) })),
      element("p", { class: "muted" }, texts.say("first.words")),
      isPaused ? element("p", { class: "muted" }, texts.say("first.paused")) : null,
      person.away ? element("p", { class: "muted" }, texts.say("first.away")) : null,
      element("label", { class: "label", for: reason.id }, texts.say("first.reason")),
      reason,
      element("p", { class: "fine", id: "person-reason-words" }, texts.say("first.reason_words")),
      this.#trouble,
      acts(
        button(texts.say("cancel"), () => this.#dialog.close()),
        button(texts.say("first.do"), () => this.#letIn(room, person, reason), "main"),
      ),
    );
    reason.focus();
  }

  /**
   * @param {string} room
   * @param {WaitingPerson} person
   */
  askRemove(room, person) {
    const texts = this.#texts();
    const who = whoIs(person);
    this.#open(
      heading("person-title", texts.say("remove.title", { who })),
      element("p", { class: "muted" }, texts.say("remove.words")),
      this.#trouble,
      acts(
        button(texts.say("cancel"), () => this.#dialog.close()),
        button(texts.say("remove.do"), () => this.#remove(room, person), "danger"),
      ),
    );
    this.#dialog.querySelector("h2")?.focus();
  }

  /** @param {...(Node | null)} parts */
  #open(...parts) {
    this.#trouble.hidden = true;
    show(this.#dialog, ...parts);
    this.#dialog.showModal();
  }

  /**
   * @param {string} room
   * @param {WaitingPerson} person
   * @param {HTMLTextAreaElement} field
   */
  #letIn(room, person, field) {
    const reason = oneLine(field.value);
    if (!reason) {
      this.#complain("first.reason_missing");
      return field.focus();
    }
    return this.#act(async () => {
      const { place, ahead } = await this.#calls.callNext(room, person.participant, reason);
      const key = place === "waiting" && ahead ? "after" : place;
      return this.#texts().say(`first.done.${key}`, { who: whoIs(person), n: ahead ?? 0 });
    });
  }

  /**
   * @param {string} room
   * @param {WaitingPerson} person
   */
  #remove(room, person) {
    return this.#act(async () => {
      await this.#calls.remove(room, person.participant);
      return this.#texts().say("remove.done", { who: whoIs(person) });
    });
  }

  /** @param {() => Promise<string>} call - answers what became of it */
  async #act(call) {
    if (this.#isBusy) return;
    this.#isBusy = true;
    this.#trouble.hidden = true;
    try {
      const words = await call();
      this.#dialog.close();
      this.#done(words);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.#refused(error);
    } finally {
      this.#isBusy = false;
    }
  }

  /** @param {Refused} error */
  #refused({ code, message }) {
    const known = `person.error.${code}`;
    if (this.#texts().has(known)) return this.#complain(known);
    if (code === "invalid_request") return this.#complain("person.invalid", message);
    return this.#complain("person.failed");
  }

  /**
   * @param {string} key
   * @param {string} [detail] - of the server
   */
  #complain(key, detail) {
    const words = this.#texts().say(key);
    write(this.#trouble, detail ? `${words} (${detail})` : words);
    this.#trouble.hidden = false;
  }
}
