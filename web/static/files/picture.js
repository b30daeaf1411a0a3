// SPDX-License-Identifier: Apache-2.0
/** The file on the map over the register, and in its own numbers beside it. */
import * as L from "/vendor/leaflet.js";
import { ask } from "./ask.js";

const INK = { "": "#6a1b9a", note: "#6a1b9a", doubt: "#9a6a00", fault: "#a3261b" };

export class Picture {
  constructor(map, pointed) {
    Object.assign(this, { map, pointed, _drawn: null, _image: null, _plan: null, _mark: null });
    // A file may lie where the register has nothing.
    map.setMaxBounds(null);
    map.setMinZoom(3);
    const pane = map.createPane("incoming");
    pane.style.zIndex = "445";
    this._renderer = L.canvas({ pane: "incoming", padding: 0.3 });
  }

  clear() {
    for (const each of [this._drawn, this._image, this._mark]) each?.remove();
    this._drawn = this._image = this._mark = null;
    this.pointed.hidden = true;
  }

  /** Draws what a file holds, where its answers put it; with `crs`, where it would lie in that system. */
  async show(id, { crs = "", zoom = true } = {}) {
    const told = await ask(`/files/incoming/${id}/preview${crs ? `?crs=${crs}` : ""}`);
    this.clear();
    if (!told?.features?.length) return 0;
    // A raster shows itself, and its outline over it.
    if (told.picture) this._image = L.imageOverlay(`/files/incoming/${id}/picture?${new URLSearchParams({ ...(crs && { crs }), of: Date.now() })}`, told.picture.bounds, { pane: "incoming", opacity: 0.85 }).addTo(this.map);
    this._drawn = L.geoJSON(told, {
      renderer: this._renderer,
      style: ({ properties }) => ({ color: INK[properties.level], weight: properties.level === "fault" ? 3 : 1.6, fillOpacity: told.picture ? 0 : 0.12, dashArray: crs ? "6 4" : null }),
      pointToLayer: ({ properties }, place) => L.circleMarker(place, { renderer: this._renderer, radius: 4, color: INK[properties.level], weight: 1.5, fillOpacity: 0.4 }),
    }).addTo(this.map);
    this._drawn.on("click", ({ layer }) => this._point(layer.feature.properties));
    if (zoom) this.fit();
    return told.drawn;
  }

  fit() {
    const bounds = this._drawn?.getBounds();
    if (bounds?.isValid()) this.map.fitBounds(bounds.pad(0.1), { maxZoom: 18, animate: false });
  }

  /** Goes to a place and marks it. */
  jump(lon, lat) {
    this._mark?.remove();
    this._mark = L.circleMarker([lat, lon], { renderer: this._renderer, radius: 14, color: "#a3261b", weight: 3, fill: false, interactive: false }).addTo(this.map);
    this.map.setView([lat, lon], Math.max(this.map.getZoom(), 18), { animate: false });
  }

  _point({ layer, ref, label }) {
    this.pointed.textContent = [layer, ref, label].filter(Boolean).join(" · ");
    this.pointed.hidden = false;
  }

  /** The drawing in its own numbers; `picked(x, y)` hears the corner nearest to a click. */
  async plan(element, id, picked) {
    this._plan?.remove();
    const told = await ask(`/files/incoming/${id}/raw`);
    const plan = L.map(element, { crs: L.CRS.Simple, minZoom: -40, maxZoom: 20, zoomSnap: 0.25, attributionControl: false, zoomAnimation: false, fadeAnimation: false });
    this._plan = plan;
    // Around the middle: drawn with UTM's large numbers the canvas would lose its decimals.
    const bounds = L.geoJSON(told, { coordsToLatLng: ([x, y]) => L.latLng(y, x) }).getBounds();
    if (!bounds.isValid()) return;
    const middle = bounds.getCenter();
    const shifted = ([x, y]) => L.latLng(y - middle.lat, x - middle.lng);
    const corners = [];
    const collect = (coordinates) => (typeof coordinates[0] === "number" ? corners.push(coordinates) : coordinates.forEach(collect));
    for (const { geometry } of told.features) if (geometry.coordinates) collect(geometry.coordinates);
    const drawn = L.geoJSON(told, {
      coordsToLatLng: shifted,
      interactive: false,
      renderer: L.canvas(),
      style: { color: "#16232e", weight: 1.2, fillOpacity: 0.04 },
      pointToLayer: (_feature, place) => L.circleMarker(place, { radius: 3, color: "#16232e", weight: 1, interactive: false }),
    }).addTo(plan);
    plan.fitBounds(drawn.getBounds().pad(0.1), { animate: false });
    const mark = L.circleMarker([0, 0], { radius: 7, color: "#a3261b", weight: 2, fill: false, interactive: false });
    plan.on("click", ({ latlng }) => {
      const [x, y] = [latlng.lng + middle.lng, latlng.lat + middle.lat];
      const near = corners.reduce((best, each) => (Math.hypot(each[0] - x, each[1] - y) < Math.hypot(best[0] - x, best[1] - y) ? each : best));
      mark.setLatLng(shifted(near)).addTo(plan);
      picked(near[0], near[1]);
    });
  }

  closePlan() {
    this._plan?.remove();
    this._plan = null;
  }
}
