/** What a page knows of itself: where its server is, and whether it was loaded again. */

/**
 * Whole, since not every browser takes another address for a WebSocket, and without the slash at its end.
 *
 * @param {string} server - perhaps a path, from where the page is
 */
export function addressOf(server) {
  try {
    return new URL(server, document.baseURI).href.replace(/\/+$/, "");
  } catch {
    return server; // no address: it cannot be reached, which is told as such
  }
}

export function wasReloaded() {
  const [entry] = performance.getEntriesByType("navigation");
  return /** @type {PerformanceNavigationTiming | undefined} */ (entry)?.type === "reload";
}
