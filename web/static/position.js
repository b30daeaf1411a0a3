// SPDX-License-Identifier: Apache-2.0
/** Coordinates: read under the pointer, pinned, copied, and gone to. The server computes the legal grid. */
import * as L from "/vendor/leaflet.js";
import { copy, latest } from "./fragment.js";

const REST_MS = 150;

export const asDecimal = ({ lat, lng }) => `${lat.toFixed(6)}, ${lng.toFixed(6)}`;

/** Degrees, minutes, seconds to a tenth of a second (3 m). */
export function asDms({ lat, lng }) {
  return `${dms(lat, "N", "S")} ${dms(lng, "E", "W")}`;
}

function dms(degrees, positive, negative) {
  // In tenths of a second first: 59.96" must become the next minute, never 60.0".
  const tenths = Math.round(Math.abs(degrees) * 36000);
  const seconds = ((tenths % 600) / 10).toFixed(1).padStart(4, "0");
  const minutes = String(Math.floor(tenths / 600) % 60).padStart(2, "0");
  return `${Math.floor(tenths / 36000)}°${minutes}'${seconds}"${degrees < 0 ? negative : positive}`;
}

export class Position {
  /** @param {{map: object, settings: object}} page */
  constructor({ map, settings }) {
    this.map = map;
    this.texts = settings.texts;
    this.panel = document.getElementById("positioning");
    this.button = document.getElementById("tool-position");
    this.problem = document.getElementById("go-problem");
    this.readout = document.getElementById("readout");
    this.pin = L.circleMarker([0, 0], { pane: "measure", interactive: false, radius: 7, color: "#e4007f", weight: 3, fillColor: "#ffffff", fillOpacity: 1 });
    // Coordinates are an aid: without the server the degrees are still right, and the map says that it is away.
    this.ask = latest(() => map.fire("servergone"));
    this.askReadout = latest(() => {});
    this.button.addEventListener("click", () => (this.panel.hidden ? this.open() : this.close()));
    document.getElementById("go").addEventListener("submit", (event) => this._go(event));
    this.panel.addEventListener("click", (event) => this._clicked(event));
    map.on("contextmenu", ({ latlng }) => this.open(latlng));
    map.on("mousemove", ({ latlng }) => this._read(latlng));
    map.on("moveend", () => !this.panel.hidden && !this.pinned && this._tell(map.getCenter()));
  }

  /** Tells the coordinates of a place, by default of the map's centre. */
  open(latlng) {
    this.pinned = latlng ?? null;
    this.panel.hidden = false;
    this.button.setAttribute("aria-pressed", "true");
    this._mark(latlng);
    this._tell(latlng ?? this.map.getCenter());
    if (!latlng) document.getElementById("go-text").focus();
  }

  /** @returns {boolean} whether it was open */
  close() {
    if (this.panel.hidden) return false;
    this.panel.hidden = true;
    this.pinned = null;
    this.button.setAttribute("aria-pressed", "false");
    this.pin.remove();
    return true;
  }

  _mark(latlng) {
    if (latlng) this.pin.setLatLng(latlng).addTo(this.map);
    else this.pin.remove();
    document.getElementById("position-title").textContent = latlng ? this.texts.position_here : this.texts.position_centre;
  }

  _tell(latlng) {
    this._write("decimal", asDecimal(latlng));
    this._write("dms", asDms(latlng));
    this._write("legal", "…");
    return this.ask(async (signal) => this._write("legal", (await position({ lon: latlng.lng, lat: latlng.lat }, signal)).legal));
  }

  _write(kind, words) {
    this.panel.querySelector(`[data-position="${kind}"]`).textContent = words;
  }

  _go(event) {
    event.preventDefault();
    this.problem.hidden = true;
    return this.ask(async (signal) => {
      const found = await position({ text: document.getElementById("go-text").value }, signal);
      const place = found.lat === undefined ? null : L.latLng(found.lat, found.lon);
      if (place === null || !this.map.options.maxBounds.contains(place)) {
        this.problem.textContent = place === null ? this.texts.position_bad : this.texts.position_outside;
        this.problem.hidden = false;
        return;
      }
      this.pinned = place;
      this._mark(place);
      this._write("decimal", asDecimal(place));
      this._write("dms", asDms(place));
      this._write("legal", found.legal);
      this.map.setView(place, Math.max(this.map.getZoom(), 16), { animate: false });
    });
  }

  _clicked(event) {
    const button = event.target.closest("[data-copy-position]");
    if (button) copy(this.panel.querySelector(`[data-position="${button.dataset.copyPosition}"]`).textContent, button, this.texts.copied);
    if (event.target.closest("[data-close-position]")) {
      this.close();
      this.button.focus();
    }
  }

  _read(latlng) {
    const [legal, decimal, degrees] = this.readout.children;
    this.readout.hidden = false;
    decimal.textContent = asDecimal(latlng);
    degrees.textContent = asDms(latlng);
    clearTimeout(this._rest);
    this._rest = setTimeout(
      () => this.askReadout(async (signal) => (legal.textContent = (await position({ lon: latlng.lng, lat: latlng.lat }, signal)).legal)),
      REST_MS,
    );
  }
}

/** @returns {Promise<{lon?: number, lat?: number, legal: string}>} without lon and lat when it could not be read */
async function position(asked, signal) {
  const answer = await fetch(`/map/position?${new URLSearchParams(asked)}`, { headers: { Accept: "application/json" }, signal });
  if (!answer.ok) throw new Error(`position ${answer.status}`);
  return answer.json();
}
