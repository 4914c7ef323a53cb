/** Building and changing a page without markup in strings. */

const SVG = "http://www.w3.org/2000/svg";

/**
 * @param {string} tag
 * @param {Record<string, any>} [properties] - `on*` are listeners; `class`, `aria-*`, `data-*`,
 *   `role` and the like are attributes; null and false leave it out
 * @param {...(Node | string | null)} children
 * @returns {HTMLElement}
 */
export function element(tag, properties = {}, ...children) {
  return filled(document.createElement(tag), properties, children);
}

/**
 * @param {string} tag
 * @param {Record<string, any>} [properties]
 * @param {...(Node | string | null)} children
 */
export function drawing(tag, properties = {}, ...children) {
  return filled(document.createElementNS(SVG, tag), properties, children);
}

/**
 * @template {Element} T
 * @param {T} made
 * @param {Record<string, any>} properties
 * @param {(Node | string | null)[]} children
 * @returns {T}
 */
function filled(made, properties, children) {
  for (const [name, value] of Object.entries(properties)) {
    if (typeof value === "function") made.addEventListener(name.slice(2), value);
    else if (value !== null && value !== false) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child !== null));
  return made;
}

/**
 * Writes only what is new: a live region that is rewritten is read aloud again.
 *
 * @param {Element} target
 * @param {string} text
 */
export function write(target, text) {
  if (target.textContent !== text) target.textContent = text;
}

/**
 * Not a timer: those are late in hidden pages.
 *
 * @param {() => void} act
 */
export function afterThisTask(act) {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    port1.close();
    act();
  };
  port2.postMessage(null);
}

/**
 * The default font size of the browser, in each element of the library (`:host` in
 * `styles/base.js`). As a registered length it is inherited as a number of pixels.
 */
const UNIT = "--fullhouse-unit";

/**
 * A style sheet that needs no leave of a strict policy for styles.
 *
 * A `rem` is the font size of the page's root, and pages with `html { font-size: 62.5% }` would get
 * small elements. So it stands for {@link UNIT} here. Queries of sizes use `em`.
 *
 * @param {string} rules
 */
export function sheet(rules) {
  registerUnit();
  const made = new CSSStyleSheet();
  made.replaceSync(rules.replaceAll(/(-?[\d.]+)rem\b/g, `calc($1 * var(${UNIT}))`));
  return made;
}

function registerUnit() {
  try {
    CSS.registerProperty({ name: UNIT, syntax: "<length>", inherits: true, initialValue: "16px" });
  } catch {
    // another copy of the library on this page was first
  }
}
