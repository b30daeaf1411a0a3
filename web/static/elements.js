// SPDX-License-Identifier: Apache-2.0
/** What the module written by web/map.py is made of: the map, and one function per kind of layer. */
import * as L from "/vendor/leaflet.js";
import { baseItems as BaseItems, Beyond } from "./base.js";
import { VectorTiles } from "./tiles.js";

const PANES = { beyond: 190, base: 200, imagery: 220, graticule: 230, polygon: 300, line: 320, point: 340, measure: 440, overlay: 450, labels: 460 };

/**
 * @param {string} id - of the element
 * @param {{bounds: number[][], known: number[][], home: number[][]}} values - corners, latitude first
 */
export function map(id, { bounds, known, home }) {
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const sheet = document.documentElement.dataset.sheet !== undefined;
  const made = L.map(id, {
    zoomControl: false,
    attributionControl: false,
    minZoom: 9,
    maxZoom: 20,
    // A print sheet has a round scale, which lies between two zooms.
    zoomSnap: sheet ? 0 : 1,
    maxBounds: L.latLngBounds(bounds).pad(0.05),
    maxBoundsViscosity: 1,
    fadeAnimation: false,
    zoomAnimation: !still && !sheet,
    keyboardPanDelta: 120,
  });
  for (const [name, height] of Object.entries(PANES)) {
    const pane = made.createPane(name);
    pane.style.zIndex = String(height);
    // Only the base answers the pointer itself; everything else is found by place (VectorTiles.at).
    pane.style.pointerEvents = "none";
  }
  made.home = L.latLngBounds(home);
  made.known = L.latLngBounds(known);
  made.beyond = new Beyond({ known: made.known, ratio: sheetRatio() && 1 }).addTo(made);
  return made;
}

export function vectorTiles(_map, values) {
  // What can be coloured in several ways is what the reader came for.
  const rich = Object.keys(values.colourings).length > 1;
  // Leaflet takes the mere presence of `bounds` for a limit.
  const { bounds, ...options } = values;
  return new VectorTiles({ ...options, ...(bounds && { bounds }), pane: values.geometry, ratio: sheetRatio(), priority: rich ? "high" : "auto" });
}

export const baseItems = (_map, values) => new BaseItems({ ...values, pane: "base" });

/** Terrain and imagery of the register, drawn by the server in one of several styles. */
const Rasters = L.TileLayer.extend({
  onAdd(map) {
    L.TileLayer.prototype.onAdd.call(this, map);
    this._shade();
  },

  /** Shade darkens the photograph below it instead of hiding it. */
  _shade() {
    this.getContainer()?.classList.toggle("shade", this.options.style === "hillshade");
  },

  restyle(style) {
    if (style === this.options.style) return;
    this.options.style = style;
    this._shade();
    this.redraw();
  },

  refresh(version) {
    if (version === this.options.v) return;
    this.options.v = version;
    this.redraw();
  },
});

export function rasters(_map, { address, version, bounds, dataZooms, ...values }) {
  return new Rasters(address, {
    ...values,
    ...(bounds && { bounds }),
    v: version,
    pane: "imagery",
    // Heights lie over photographs: whoever shows both wants to see the shade.
    zIndex: values.id === "imagery" ? 1 : 2,
    minNativeZoom: dataZooms[0],
    maxNativeZoom: dataZooms[1],
    maxZoom: 20,
    noWrap: true,
  });
}

export function imagery(made, { address, attribution }) {
  const tiles = L.tileLayer(address, { attribution, pane: "imagery", maxZoom: 20 });
  tiles.on("tileerror", () => {
    // Once is enough: a slow office line must not be filled with requests that fail.
    tiles.off("tileerror");
    tiles.remove();
    made.fire("imagerygone");
  });
  return tiles;
}

function sheetRatio() {
  // Paper has about three times the points of a screen.
  return document.documentElement.dataset.sheet === undefined ? undefined : 3;
}
