// SPDX-License-Identifier: Apache-2.0
/** The base below the plan: land and coast as areas, roads as lines, places as labels; and the graticule. */
import * as L from "/vendor/leaflet.js";
import { ViewCanvas } from "./overlay.js";

/** One collection of the base, fetched once as GeoJSON. */
export const baseItems = L.Layer.extend({
  initialize(options) {
    L.setOptions(this, options);
    this._features = [];
    this._version = options.version;
  },

  /** Fetches again when the register has moved on; what is drawn stays until the answer is there. */
  refresh(version) {
    if (version === this._version) return;
    this._version = version;
    this._asked = false;
    if (this._map) this._fetch();
  },

  onAdd(map) {
    this._renderer ??= L.canvas({ pane: this.options.pane, padding: 0.5 });
    this._drawn?.addTo(map);
    if (!this._asked) this._fetch();
  },

  onRemove() {
    this._drawn?.remove();
  },

  async _fetch() {
    this._asked = true;
    try {
      const answer = await fetch(this.options.address, { headers: { Accept: "application/geo+json" } });
      if (!answer.ok) throw new Error(`items ${answer.status}`);
      this._features = (await answer.json()).features;
    } catch (failure) {
      this._asked = false;
      this._map?.fire("servergone", { failure });
      return;
    }
    this._drawn?.remove();
    this._drawn = L.geoJSON(this._features.filter((f) => f.geometry && f.geometry.type !== "Point"), {
      renderer: this._renderer,
      interactive: false,
      style: (feature) => this._style(feature),
    });
    if (!this._map) return;
    this._drawn.addTo(this._map);
    this._map.fire("tilespainted");
  },

  _style(feature) {
    const { look } = this.options;
    const area = feature.geometry.type.endsWith("Polygon");
    return { fill: area, fillColor: look.fill, fillOpacity: look.alpha, color: look.stroke, weight: look.width, dashArray: look.dash.join(" ") || null };
  },

  labelPoints() {
    const { labels, labelZoom } = this.options;
    if (labels.length === 0 || !this._map || this._map.getZoom() < labelZoom) return [];
    const named = (feature) => labels.map((name) => feature.properties[name]).find(Boolean);
    return this._features.filter((f) => f.geometry?.type === "Point" && named(f)).map((feature, i) => {
      const [lng, lat] = feature.geometry.coordinates;
      const { x, y } = this._map.latLngToLayerPoint([lat, lng]);
      return { x, y, words: named(feature), id: i, weight: feature.properties.population ?? 0 };
    });
  },
});

const STEPS_DEG = [1, 0.5, 0.25, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001];

/** Meridians and parallels at a round step, named at the edges. */
export const Graticule = ViewCanvas.extend({
  options: { pane: "graticule", east: "E", north: "N" },

  _draw(context) {
    const view = this._map.getBounds().pad(0.1);
    const step = STEPS_DEG.find((deg) => (view.getEast() - view.getWest()) / deg >= 5) ?? 0.001;
    const digits = Math.max(0, Math.ceil(-Math.log10(step)));
    const corner = this._map.containerPointToLayerPoint([0, 0]);
    const size = this._map.getSize();
    context.strokeStyle = "rgba(70,90,105,.28)";
    context.fillStyle = "#4a5b67";
    context.lineWidth = 1;
    context.font = "11px sans-serif";
    context.beginPath();
    for (let lng = Math.ceil(view.getWest() / step) * step; lng < view.getEast(); lng += step) {
      const { x } = this._map.latLngToLayerPoint([view.getSouth(), lng]);
      context.moveTo(x, corner.y - size.y);
      context.lineTo(x, corner.y + 2 * size.y);
      context.fillText(`${lng.toFixed(digits)}°${this.options.east}`, x + 3, corner.y + size.y - 6);
    }
    for (let lat = Math.ceil(view.getSouth() / step) * step; lat < view.getNorth(); lat += step) {
      const { y } = this._map.latLngToLayerPoint([lat, view.getWest()]);
      context.moveTo(corner.x - size.x, y);
      context.lineTo(corner.x + 2 * size.x, y);
      context.fillText(`${lat.toFixed(digits)}°${this.options.north}`, corner.x + 6, y - 3);
    }
    context.stroke();
  },
});

const HATCH_STEP_PX = 9;

/** Where land and sea are not known: hatched, edged and said, so that missing land is not taken for sea. */
export const Beyond = ViewCanvas.extend({
  options: { pane: "beyond" },

  /** @param {string} words - written along the edge */
  say(words) {
    this._words = words;
    this.redraw();
  },

  /** Inside of what is known there is nothing to draw, and a canvas of the whole view would be memory for nothing. */
  _place() {
    this._inside = this.options.known.contains(this._map.getBounds().pad(0.25));
    if (!this._inside) ViewCanvas.prototype._place.call(this);
    else if (this._canvas.width) this._canvas.width = this._canvas.height = 0;
  },

  redraw() {
    if (!this._inside) ViewCanvas.prototype.redraw.call(this);
  },

  _draw(context) {
    const inner = [this.options.known.getNorthWest(), this.options.known.getSouthEast()].map((place) => this._map.latLngToLayerPoint(place));
    const [from, to] = [this._corner, this._corner.add(this._extent)];
    if (inner[0].x <= from.x && inner[0].y <= from.y && inner[1].x >= to.x && inner[1].y >= to.y) return;
    context.save();
    context.beginPath();
    context.rect(from.x, from.y, this._extent.x, this._extent.y);
    context.rect(inner[0].x, inner[0].y, inner[1].x - inner[0].x, inner[1].y - inner[0].y);
    context.clip("evenodd");
    context.fillStyle = "#e6e7e8";
    context.fillRect(from.x, from.y, this._extent.x, this._extent.y);
    context.strokeStyle = "#cdd1d4";
    context.lineWidth = 1;
    context.beginPath();
    // From a fixed origin, or the hatch would crawl while the map is dragged.
    const height = this._extent.y;
    for (let x = Math.floor((from.x - to.y) / HATCH_STEP_PX) * HATCH_STEP_PX; x < to.x - from.y; x += HATCH_STEP_PX) {
      context.moveTo(x + from.y, from.y);
      context.lineTo(x + from.y + height, to.y);
    }
    context.stroke();
    context.restore();
    context.strokeStyle = "#6b7680";
    context.setLineDash([6, 4]);
    context.strokeRect(inner[0].x, inner[0].y, inner[1].x - inner[0].x, inner[1].y - inner[0].y);
    context.setLineDash([]);
    this._write(context, inner);
  },

  /** The words beside the part of each edge that is in view, just outside it. */
  _write(context, [northWest, southEast]) {
    if (!this._words) return;
    const view = [this._map.containerPointToLayerPoint([0, 0]), this._map.containerPointToLayerPoint(this._map.getSize())];
    context.font = `13px ${getComputedStyle(document.body).fontFamily}`;
    context.fillStyle = "#3f4b55";
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.direction = document.dir || "ltr";
    const middle = (from, to, i) => {
      const [least, most] = [Math.max(from, view[0][i]), Math.min(to, view[1][i])];
      return most - least > 120 ? (least + most) / 2 : null;
    };
    const x = middle(northWest.x, southEast.x, "x");
    const y = middle(northWest.y, southEast.y, "y");
    if (x !== null) for (const edge of [northWest.y - 14, southEast.y + 14]) context.fillText(this._words, x, edge);
    for (const [edge, turn] of [[northWest.x - 14, -1], [southEast.x + 14, 1]]) {
      if (y === null) continue;
      context.save();
      context.translate(edge, y);
      context.rotate((turn * Math.PI) / 2);
      context.fillText(this._words, 0, 0);
      context.restore();
    }
  },
});
