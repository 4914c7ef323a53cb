/** How many decimals the minor unit of a currency stands for; of all others two. Source: ISO 4217. */
const MINOR_DIGITS = /** @type {Record<string, number>} */ ({
  BIF: 0, CLP: 0, DJF: 0, GNF: 0, ISK: 0, JPY: 0, KMF: 0, KRW: 0, PYG: 0,
  RWF: 0, UGX: 0, UYI: 0, VND: 0, VUV: 0, XAF: 0, XOF: 0, XPF: 0,
  BHD: 3, IQD: 3, JOD: 3, KWD: 3, LYD: 3, OMR: 3, TND: 3,
  CLF: 4, UYW: 4,
});

/**
 * The browser's own table is one for showing money: it leaves out decimals that nobody uses any
 * more, for HUF, COP or LBP for example. Divided by it, a price would be wrong by a factor of 100.
 *
 * @param {string} currency - code of ISO 4217
 */
export function minorDigits(currency) {
  return MINOR_DIGITS[currency] ?? 2;
}
