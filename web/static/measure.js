// SPDX-License-Identifier: Apache-2.0
/** Lengths and areas on the ellipsoid, for guidance: the register's areas come from its own grid. */
import * as L from "/vendor/leaflet.js";
import { asArea, asLength } from "./units.js";

const A = 6378137;
const E2 = 0.00669437999014;

/** Metres per degree of longitude and latitude at a latitude (WGS 84). */
export function metresPerDegree(lat) {
  const sin = Math.sin((lat * Math.PI) / 180);
  const w = Math.sqrt(1 - E2 * sin * sin);
  const meridian = (A * (1 - E2)) / (w * w * w);
  const normal = A / w;
  return [(normal * Math.cos((lat * Math.PI) / 180) * Math.PI) / 180, (meridian * Math.PI) / 180];
}

/** @param {{lat: number, lng: number}[]} points */
export function lengthM(points) {
  let sum = 0;
  for (let i = 1; i < points.length; i += 1) {
    const [x, y] = metresPerDegree((points[i].lat + points[i - 1].lat) / 2);
    sum += Math.hypot((points[i].lng - points[i - 1].lng) * x, (points[i].lat - points[i - 1].lat) * y);
  }
  return sum;
}

/** @param {{lat: number, lng: number}[]} points - the ring closes itself */
export function areaM2(points) {
  if (points.length < 3) return 0;
  const [origin] = points;
  const [x, y] = metresPerDegree(points.reduce((sum, point) => sum + point.lat, 0) / points.length);
  let twice = 0;
  points.forEach((point, i) => {
    const next = points[(i + 1) % points.length];
    twice += (point.lng - origin.lng) * x * (next.lat - origin.lat) * y - (next.lng - origin.lng) * x * (point.lat - origin.lat) * y;
  });
  return Math.abs(twice) / 2;
}

export class Measure {
  /** @param {{map: object, cards: object, settings: object}} page */
  constructor({ map, cards, settings }) {
    this.units = settings.texts;
    this.map = map;
    this.cards = cards;
    this.panel = document.getElementById("measuring");
    this.button = document.getElementById("tool-measure");
    this.points = [];
    /** Told the corners whenever there are others. */
    this.changed = () => {};
    this.drawn = L.layerGroup();
    this.button.addEventListener("click", () => (this.active ? this.stop() : this.start()));
    document.getElementById("measure-done").addEventListener("click", () => this.stop());
    document.getElementById("measure-undo").addEventListener("click", () => this.undo());
    map.on("click", (event) => this.active && this.add(event.latlng));
    map.on("mousemove", (event) => this.active && this._draw(event.latlng));
  }

  start() {
    this.active = true;
    this.points = [];
    this.cards.muted = true;
    this.panel.hidden = false;
    this.button.setAttribute("aria-pressed", "true");
    this.map.doubleClickZoom.disable();
    this.map.getContainer().classList.add("measuring");
    this.drawn.addTo(this.map);
    this.changed(this.points);
    this._draw();
  }

  /** Ends measuring and takes the drawing away. @returns {boolean} whether there was anything to end */
  stop() {
    if (!this.active) return false;
    this.active = false;
    this.cards.muted = false;
    this.panel.hidden = true;
    this.button.setAttribute("aria-pressed", "false");
    this.map.doubleClickZoom.enable();
    this.map.getContainer().classList.remove("measuring");
    this.drawn.clearLayers().remove();
    return true;
  }

  add(latlng) {
    this.points.push(latlng);
    this.changed(this.points);
    this._draw();
  }

  undo() {
    this.points.pop();
    this.changed(this.points);
    this._draw();
  }

  /** @returns {boolean} whether the key was meant for measuring */
  key(event) {
    if (!this.active || event.target.matches("input, textarea, select")) return false;
    if (event.key === "Backspace") this.undo();
    else if (event.key === "Enter" && !event.target.matches("button, a")) this.stop();
    else return false;
    return true;
  }

  _draw(pointer) {
    const points = pointer ? [...this.points, pointer] : this.points;
    const style = { pane: "measure", interactive: false, color: "#0b4f6c", weight: 3 };
    this.drawn.clearLayers();
    if (this.points.length >= 2) L.polygon(points, { ...style, weight: 0, fillOpacity: 0.12 }).addTo(this.drawn);
    L.polyline(points, { ...style, dashArray: "6 5" }).addTo(this.drawn);
    for (const point of this.points) L.circleMarker(point, { ...style, radius: 5, weight: 2, fillColor: "#ffffff", fillOpacity: 1 }).addTo(this.drawn);
    document.getElementById("measured-length").textContent = asLength(lengthM(points), this.units);
    document.getElementById("measured-area").textContent = points.length < 3 ? "–" : asArea(areaM2(points), this.units);
  }
}
