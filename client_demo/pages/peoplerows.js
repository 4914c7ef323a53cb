/** The rows of the list of people in line. A row stays the same element as long as its person is on the page. */

import { element, write } from "./elements.js";

/** @import { WaitingPerson } from "./roomcalls.js" */
/** @import { Texts } from "./texts.js" */

/**
 * @typedef {object} Row
 * @property {HTMLElement} item
 * @property {(person: WaitingPerson, texts: Texts) => void} draw
 */

/** @param {WaitingPerson} person */
export function whoIs({ name, participant }) {
  return name ?? participant;
}

export class PeopleRows {
  #list;
  #acts;
  /** @type {Map<string, Row>} */
  #rows = new Map();

  /**
   * @param {HTMLElement} list
   * @param {{first: (person: WaitingPerson) => void, remove: (person: WaitingPerson) => void}} acts
   */
  constructor(list, acts) {
    this.#list = list;
    this.#acts = acts;
  }

  /**
   * @param {WaitingPerson[]} people - in order
   * @param {Texts} texts
   */
  draw(people, texts) {
    const focused = /** @type {HTMLElement | null} */ (document.activeElement);
    this.#forgetAllBut(new Set(people.map(({ participant }) => participant)));
    people.forEach((person, index) => {
      const row = this.#rowOf(person);
      row.draw(person, texts);
      if (this.#list.children[index] !== row.item) this.#list.insertBefore(row.item, this.#list.children[index] ?? null);
    });
    // A row that moves loses the focus.
    if (focused !== document.activeElement && this.#list.contains(focused)) focused?.focus({ preventScroll: true });
  }

  /** @param {Set<string>} kept */
  #forgetAllBut(kept) {
    for (const [participant, { item }] of this.#rows) {
      if (kept.has(participant)) continue;
      if (item.contains(document.activeElement)) this.#list.focus({ preventScroll: true });
      item.remove();
      this.#rows.delete(participant);
    }
  }

  /** @param {WaitingPerson} person */
  #rowOf(person) {
    const row = this.#rows.get(person.participant) ?? newRow(this.#acts);
    this.#rows.set(person.participant, row);
    return row;
  }
}

/**
 * @param {{first: (person: WaitingPerson) => void, remove: (person: WaitingPerson) => void}} acts
 * @returns {Row}
 */
function newRow(acts) {
  /** @type {WaitingPerson} */
  let shown;
  const place = element("span", { class: "person-place figure" });
  const name = element("b", { dir: "auto" });
  const more = element("span", { class: "small muted figure" });
  const first = element("button", { type: "button", class: "button", onclick: () => acts.first(shown) });
  const remove = element("button", { type: "button", class: "button quiet", onclick: () => acts.remove(shown) });
  const who = element("span", { class: "person-who" }, name, more);
  const item = element("li", { class: "person" }, place, who, element("span", { class: "person-acts" }, first, remove));
  return {
    item,
    draw(person, texts) {
      shown = person;
      const who = whoIs(person);
      item.dataset.place = placeOf(person);
      write(place, placeWords(person, texts));
      write(name, who);
      write(more, detailWords(person, texts));
      nameButton(first, texts.say("people.first"), texts.say("people.first_of", { who }));
      nameButton(remove, texts.say("people.remove"), texts.say("people.remove_of", { who }));
      first.hidden = person.called || person.priority;
    },
  };
}

/**
 * @param {HTMLElement} button
 * @param {string} words
 * @param {string} label - the same words, and whom it is about
 */
function nameButton(button, words, label) {
  write(button, words);
  button.setAttribute("aria-label", label);
}

/** @param {WaitingPerson} person */
function placeOf({ called, priority, away }) {
  return called ? "called" : priority ? "priority" : away ? "away" : "line";
}

/**
 * @param {WaitingPerson} person
 * @param {Texts} texts
 */
function placeWords(person, texts) {
  const place = placeOf(person);
  if (place !== "line") return texts.say(`people.${place}`);
  return texts.number((person.ahead ?? 0) + 1);
}

/**
 * @param {WaitingPerson} person
 * @param {Texts} texts
 */
function detailWords({ name, participant, since }, texts) {
  const waits = since ? texts.say("people.since", { time: texts.time(since) }) : "";
  return [name ? participant : "", waits].filter(Boolean).join(" · ");
}
