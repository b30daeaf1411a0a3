// SPDX-License-Identifier: Apache-2.0
/** An open map follows the register: every layer shown is fetched again when its version has moved on, and only then. */
import * as L from "/vendor/leaflet.js";
import { latest } from "./fragment.js";

/** A worker answers from memory, in a few hundred bytes. */
const EVERY_MS = 15000;

export class Versions {
  /** @param {{map: object, layers: object, settings: object, criteria: object, cards: object}} page */
  constructor(page) {
    this.page = page;
    this.known = page.settings.versions;
    // The map says itself when the server is away; asking for versions need not say it as well.
    this.run = latest(() => {});
    setInterval(() => document.hidden || this.ask(), EVERY_MS);
    document.addEventListener("visibilitychange", () => document.hidden || this.ask());
  }

  ask() {
    return this.run(async (signal) => {
      const { versions } = await told("/map/versions", signal);
      const changed = Object.keys(versions).filter((id) => versions[id] !== this.known[id]);
      if (changed.length === 0) return;
      const { boxes } = await told("/map/versions?with=boxes", signal);
      this.known = versions;
      this._follow(changed, versions, boxes);
    });
  }

  _follow(changed, versions, boxes) {
    const { layers, map, criteria, cards } = this.page;
    for (const id of changed) {
      const layer = layers[id];
      // Tiles are asked for within a layer's box only, and it may have grown.
      if (layer?.options.bounds && boxes[id]) layer.options.bounds = bounds(boxes[id]);
      layer?.refresh?.(versions[id]);
    }
    // A layer that was empty when the page was made is not on the map at all.
    if (changed.some((id) => !layers[id] && boxes[id])) document.getElementById("note-new").hidden = false;
    map.setMaxBounds(bounds(boxes.map).pad(0.05));
    if (changed.includes("plots")) criteria.fetch();
    cards.changed(changed);
  }
}

const bounds = ([west, south, east, north]) => L.latLngBounds([south, west], [north, east]);

/** @returns {Promise<{versions: Record<string, number>, boxes?: Record<string, number[]>}>} */
async function told(address, signal) {
  const answer = await fetch(address, { headers: { Accept: "application/json" }, signal });
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  return answer.json();
}
