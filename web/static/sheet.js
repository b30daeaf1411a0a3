// SPDX-License-Identifier: Apache-2.0
/** The print sheet: the same map at a round scale, with the address's layers, colours, criteria and chosen object. */
import { Graticule } from "./base.js";
import { predicate } from "./criteria.js";
import { Labels, Outlines } from "./overlay.js";
import { State } from "./state.js";

/** A CSS inch has 96 px, on screen and on paper. */
const PX_PER_M = 96 / 0.0254;
const EQUATOR_M_PER_PX = 156543.03392804097;

const { map, layers, settings } = await import(document.documentElement.dataset.map);
const state = new State();
const [lat, lng] = (document.body.dataset.centre ?? "").split("/").map(Number);
const centre = document.body.dataset.centre ? { lat, lng } : (state.place() ?? map.home.getCenter());
const metresPerPx = Number(document.documentElement.dataset.sheet) / PX_PER_M;
const zoom = Math.log2((EQUATOR_M_PER_PX * Math.cos((centre.lat * Math.PI) / 180)) / metresPerPx);

for (const handler of ["dragging", "scrollWheelZoom", "doubleClickZoom", "touchZoom", "boxZoom", "keyboard"]) map[handler].disable();
const shown = new Set(state.all("show"));
const hidden = new Set(state.all("hide"));
for (const [id, layer] of Object.entries(layers)) {
  const named = layer.options.drawnWith ?? id;
  if (shown.has(named)) layer.addTo(map);
  if (hidden.has(named)) layer.remove();
}
for (const [id, strength] of state.strengths()) layers[id]?.setOpacity?.(strength / 100);
for (const [id, style] of state.all("style").map((pair) => pair.split(":"))) layers[id]?.restyle?.(style);
if (shown.has("graticule")) new Graticule({ ratio: 3, east: settings.texts.east, north: settings.texts.north }).addTo(map);

const { plots } = layers;
if (plots) {
  plots.colourBy(state.get("by") || "public_status");
  const ids = document.body.dataset.matching;
  plots.setFilter(predicate(state, ids === undefined ? null : new Set(ids.split(",").filter(Boolean).map(Number))));
}
const year = Number(state.get("year"));
if (year) for (const [id, { from, to }] of Object.entries(settings.timed)) layers[id]?.setPresent((props) => !(props[from] > year) && !(props[to] < year));

map.setView(centre, zoom, { animate: false });
map.beyond.say(settings.texts.beyond);
const labels = new Labels({ pane: "labels", ratio: 3 }).addTo(map);
for (const [id, layer] of Object.entries(layers)) {
  if (layer.options.labels?.length) labels.add(layer, { size: layer.options.labelSize - 1, rank: id === "plots" ? 1 : 2, bold: layer.options.labelSize > 12 });
}
document.fonts.ready.then(() => labels.redraw());
const [collection, id] = (document.body.dataset.chosen ?? "").split("/");
if (layers[collection]?.eachPiece) new Outlines({ ratio: 3 }).addTo(map).show("chosen", [{ layer: layers[collection], id: Number(id) }]);

document.querySelector(".sheet-tools form").addEventListener("change", ({ currentTarget }) => currentTarget.submit());
document.getElementById("print").addEventListener("click", () => print());

export { map, layers, metresPerPx };
