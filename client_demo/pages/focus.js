/** What becomes of the focus when a part of the page goes away. */

/**
 * Show or hide `part`. A focus in what goes away stays near it.
 *
 * @param {HTMLElement} part
 * @param {HTMLElement} heir
 * @param {boolean} hidden
 */
export function keepingFocus(part, heir, hidden) {
  if (hidden && !part.hidden && part.contains(document.activeElement)) heir.focus({ preventScroll: true });
  part.hidden = hidden;
}
