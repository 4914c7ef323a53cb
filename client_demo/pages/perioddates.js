/** The days of a billing period, as calendar dates. */

/**
 * @param {string} timeZone - the account's
 * @returns {string} ISO date
 */
export function today(timeZone) {
  return new Intl.DateTimeFormat("sv-SE", { timeZone }).format(new Date()); // Sweden writes ISO dates
}

const DAY_MS = 86_400_000; // dates are taken as midnights of UTC, where every day has 24 hours

/**
 * @param {{end: string, days: number}} period
 * @param {string} date - counts as remaining
 */
export function daysLeft({ end, days }, date) {
  return Math.max(0, Math.min(days, (Date.parse(end) - Date.parse(date)) / DAY_MS));
}

/** @param {{end: string}} period - its end no longer belongs to it */
export function lastDay({ end }) {
  return new Date(Date.parse(end) - DAY_MS).toISOString().slice(0, 10);
}
