/** Building and changing the page without markup in strings. */

export { element, write } from "../library/dom.js";

/**
 * @param {string} id
 * @returns {HTMLElement} that is on the page, or the page is broken
 */
export function byId(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`The page has no #${id}.`);
  return found;
}
