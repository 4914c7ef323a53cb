/** Where the pages are: perhaps below a path of another site, which only the browser knows. */

/**
 * @param {string} path - of the server, without a slash in front
 * @returns {string} its address, told from that of this module
 */
export function at(path) {
  return new URL(`../${path}`, import.meta.url).href;
}
