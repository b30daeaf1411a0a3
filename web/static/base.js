// SPDX-License-Identifier: Apache-2.0
/** The base below the plan: land and coast as areas, roads as lines, places as labels; and the graticule. */
import * as L from "/vendor/leaflet.js";
import { ViewCanvas } from "./overlay.js";

/** One collection of the base, fetched once as GeoJSON. */
export const baseItems = L.Layer.extend({
  initialize(options) {
    L.setOptions(this, options);
    this._features = [];
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
  options: { pane: "graticule" },

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
      context.fillText(`${lng.toFixed(digits)}°E`, x + 3, corner.y + size.y - 6);
    }
    for (let lat = Math.ceil(view.getSouth() / step) * step; lat < view.getNorth(); lat += step) {
      const { y } = this._map.latLngToLayerPoint([lat, view.getWest()]);
      context.moveTo(corner.x - size.x, y);
      context.lineTo(corner.x + 2 * size.x, y);
      context.fillText(`${lat.toFixed(digits)}°N`, corner.x + 6, y - 3);
    }
    context.stroke();
  },
});
