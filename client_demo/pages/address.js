/** Where the pages are: perhaps below a path of another site, which only the browser knows. */

/**
 * @param {string} path - of the server, without a slash in front
 * @returns {string} its address
 */
export function at(path) {
  const { root = "./" } = document.documentElement.dataset; // of this page
  return new URL(root + path, document.baseURI).href;
}
