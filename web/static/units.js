// SPDX-License-Identifier: Apache-2.0
/** Lengths and areas in the reader's words. Western digits in both languages, as on survey documents; units in the page's own. */

/** @typedef {{metres: string, kilometres: string, square_metres: string, hectares: string}} Units */

/** @param {number} metres  @param {Units} units */
export const asLength = (metres, units) => (metres < 1000 ? `${metres.toFixed(1)} ${units.metres}` : `${(metres / 1000).toFixed(3)} ${units.kilometres}`);

/** @param {number} m2  @param {Units} units */
export const asArea = (m2, units) => (m2 < 10000 ? `${Math.round(m2).toLocaleString("en")} ${units.square_metres}` : `${(m2 / 10000).toFixed(2)} ${units.hectares}`);

/** A round length, as a scale bar names it. @param {number} metres  @param {Units} units */
export const asRound = (metres, units) => (metres < 1000 ? `${metres} ${units.metres}` : `${metres / 1000} ${units.kilometres}`);
