// SPDX-License-Identifier: Apache-2.0
/** The address bar is the state: view, open card, criteria, layers, colours, year, language. */

/** Words that belong to the criteria of plots, in the order they are written. */
export const CRITERIA = ["status", "land_use", "servicing", "area_from", "area_to", "rent_to", "number"];

/** Words that say the same when written as several. */
const LISTS = new Set(["status", "land_use", "servicing", "number", "compare", "show", "hide", "faint", "style"]);

export class State {
  constructor(address = location.search) {
    this._params = new URLSearchParams(address);
  }

  /** @returns {string} "" when absent */
  get(name) {
    return this._params.get(name) ?? "";
  }

  /** @returns {string[]} */
  all(name) {
    return this._params.getAll(name).flatMap((value) => (LISTS.has(name) ? value.split(",") : [value])).filter(Boolean);
  }

  /** @param {string|string[]|null} value - empty: taken out */
  set(name, value) {
    this._params.delete(name);
    for (const each of Array.isArray(value) ? value : [value]) if (each) this._params.append(name, each);
    return this;
  }

  /** The view, `at=zoom/latitude/longitude`; null for words that are no place on Earth. @returns {{zoom: number, lat: number, lng: number}|null} */
  place() {
    const parts = this.get("at").split("/").map((word) => (word.trim() === "" ? NaN : Number(word)));
    const [zoom, lat, lng] = parts;
    return parts.length === 3 && zoom >= 0 && zoom <= 24 && Math.abs(lat) <= 85 && Math.abs(lng) <= 180 ? { zoom, lat, lng } : null;
  }

  /** How strong layers are drawn, in percent: what is no number up to 100 is passed over. @returns {Map<string, number>} */
  strengths() {
    const pairs = this.all("faint").map((pair) => pair.split(":"));
    return new Map(pairs.map(([id, strength]) => [id, Number(strength)]).filter(([, strength]) => strength > 0 && strength <= 100));
  }

  /** Takes over these words from another query string, and drops those it does not have. */
  take(query, names) {
    const other = new URLSearchParams(query);
    for (const name of names) this.set(name, other.getAll(name));
    return this;
  }

  /** The query string of these words only. */
  only(names) {
    const kept = new URLSearchParams();
    for (const name of names) for (const value of this._params.getAll(name)) kept.append(name, value);
    return kept.toString();
  }

  toString() {
    // Slashes, commas and colons may stand in a query as they are, and people read and send these addresses.
    return this._params.toString().replaceAll("%2F", "/").replaceAll("%2C", ",").replaceAll("%3A", ":");
  }

  /** A step that the back button undoes. */
  push() {
    history.pushState(null, "", this._address());
  }

  /** A change without a step of its own, as while panning. */
  replace() {
    history.replaceState(null, "", this._address());
  }

  /** Reads the address again after a step back or forward. */
  reread() {
    this._params = new URLSearchParams(location.search);
  }

  _address() {
    const query = this.toString();
    return `${location.pathname}${query && "?"}${query}`;
  }
}
