// SPDX-License-Identifier: Apache-2.0
/** Buttons over the map: zoom, whole zone, where am I, print, share; and the notes at its top. */
import * as L from "/vendor/leaflet.js";
import { fit } from "./fitting.js";
import { copy } from "./fragment.js";
import { asRound } from "./units.js";

const NOTE_MS = 5000;

/** A line over the map, gone after a while. */
export function note(words) {
  const line = document.getElementById("note-line");
  line.textContent = words;
  line.hidden = false;
  clearTimeout(note.ends);
  note.ends = setTimeout(() => (line.hidden = true), NOTE_MS);
}

/** Shows what the map is about: a level closer where only a sixth of it would be cut, since a small zone says little. */
export function showHome(map) {
  const zoom = map.getBoundsZoom(map.home);
  const size = map.getSize();
  const closer = map.project(map.home.getNorthEast(), zoom + 1).subtract(map.project(map.home.getSouthWest(), zoom + 1));
  const fits = closer.x <= size.x && Math.abs(closer.y) <= size.y * 1.2;
  map.setView(map.home.getCenter(), zoom + (fits ? 1 : 0), { animate: false });
}

export function tools({ map, state, settings }) {
  const { texts } = settings;
  const on = (name, act) => document.getElementById(`tool-${name}`).addEventListener("click", act);
  on("zoom-in", () => map.zoomIn());
  on("zoom-out", () => map.zoomOut());
  on("home", () => showHome(map));
  on("print", () => location.assign(`/map/print?${state}`));
  on("share", ({ currentTarget }) => copy(location.href, currentTarget, texts.copied).then(() => note(texts.copied)));
  on("locate", () => locate(map, texts));
  const scale = new ScaleBar({ imperial: false, maxWidth: 120, units: texts }).addTo(map);
  document.getElementById("scale").append(scale.getContainer());
}

/** Leaflet's bar says "km" in every language. */
const ScaleBar = L.Control.Scale.extend({
  _updateMetric(most) {
    const metres = this._getRoundNum(most);
    this._updateScale(this._mScale, asRound(metres, this.options.units), metres / most);
  },
});

let here = null;

function locate(map, texts) {
  if (!navigator.geolocation) {
    note(texts.locate_failed);
    return;
  }
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      const place = L.latLng(coords.latitude, coords.longitude);
      here?.remove();
      if (!map.options.maxBounds.contains(place)) {
        note(texts.locate_outside);
        return;
      }
      here = L.layerGroup([
        L.circle(place, { radius: coords.accuracy, pane: "measure", interactive: false, color: "#0b4f6c", weight: 1, fillOpacity: 0.12 }),
        L.circleMarker(place, { radius: 7, pane: "measure", interactive: false, color: "#ffffff", weight: 3, fillColor: "#0b4f6c", fillOpacity: 1 }),
      ]).addTo(map);
      const around = place.toBounds(Math.max(coords.accuracy * 2, 300));
      fit(map, [[around.getSouth(), around.getWest()], [around.getNorth(), around.getEast()]], { maxZoom: 17 });
      note(`${texts.locate} · ${texts.locate_accuracy} ${Math.round(coords.accuracy)} ${texts.metres}`);
    },
    (failure) => note(failure.code === failure.PERMISSION_DENIED ? texts.locate_denied : texts.locate_failed),
    { enableHighAccuracy: true, timeout: 10000 },
  );
}

/** Says when the server cannot be reached, and stops saying so when it can. */
export function serverNote(map, retry) {
  const line = document.getElementById("note-server");
  map.on("servergone", () => (line.hidden = false));
  map.on("serverback", () => (line.hidden = true));
  document.addEventListener("serveranswered", () => (line.hidden = true));
  document.getElementById("retry").addEventListener("click", retry);
  return () => map.fire("servergone");
}
