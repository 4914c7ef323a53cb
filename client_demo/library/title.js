/** What the tab says while its reader is elsewhere, in front of the page's own title. */

/** @type {Map<PageTitle, string>} the words of all who have some; the page shows the first */
const said = new Map();
let own = "";
let written = "";

/** One for each element; several on a page do not wrap each other's words. */
export class PageTitle {
  /** @param {string} words - empty: nothing but the page's own title */
  show(words) {
    if (document.title !== written) own = document.title; // the page has changed it
    if (words) said.set(this, words);
    else said.delete(this);
    const [first] = said.values();
    written = first ? `${first} · ${own}` : own;
    if (document.title !== written) document.title = written;
  }
}
