// SPDX-License-Identifier: Apache-2.0
/** The map page: brings map, panels and address together. */
import { Graticule } from "./base.js";
import { Cards } from "./cards.js";
import { Compare, Shortlist } from "./compare.js";
import { colouring, Criteria } from "./criteria.js";
import { Dating } from "./dating.js";
import { boxOf, fit } from "./fitting.js";
import { Heights } from "./heights.js";
import { LayerList } from "./layerlist.js";
import { Measure } from "./measure.js";
import { Labels, Outlines } from "./overlay.js";
import { Position } from "./position.js";
import { Search } from "./search.js";
import { sheet, tabs } from "./sheets.js";
import { State } from "./state.js";
import { note, serverNote, showHome, tools } from "./tools.js";
import { Versions } from "./versions.js";

// The "apply" button is for pages without a script: here every change is answered at once.
document.documentElement.dataset.script = "";

const { map, layers, settings } = await import(document.documentElement.dataset.map);
const state = new State();

const page = { map, layers, settings, state, layer: layers.plots, graticule: new Graticule({ east: settings.texts.east, north: settings.texts.north }) };
page.outlines = new Outlines().addTo(map);
page.pickable = Object.values(layers).filter((layer) => layer.at && layer.options.interactive);
page.failed = serverNote(map, () => {
  for (const layer of Object.values(layers)) if (map.hasLayer(layer)) layer.remove().addTo(map);
  page.criteria.apply();
});

const labels = new Labels({ pane: "labels" }).addTo(map);
for (const [id, layer] of Object.entries(layers)) {
  if (!layer.options.labels?.length) continue;
  labels.add(layer, { size: layer.options.labelSize, rank: id === "plots" ? 1 : 2, bold: layer.options.labelSize > 12, ink: layer.options.labelInk });
}
document.fonts.ready.then(() => labels.redraw());

/** The other language's link and the browser's title follow every change. */
page.changed = () => {
  const link = document.getElementById("language");
  const other = new State(`?${state}`).set("lang", link.hreflang);
  link.href = `/map?${other}`;
};
page.listed = () => page.cards?.listed();
const openPanel = sheet();
page.opened = () => openPanel(false);

/** The list's entry of a drawing, by the number of its import. */
const drawingNamed = (id) => id && document.querySelector(`[data-drawing="${CSS.escape(id)}"]`);

/** What the address says, else what it is about, else the whole zone. Set once, before any tile is asked for. */
function view() {
  const place = state.place();
  const drawing = drawingNamed(state.get("drawing"));
  const about = document.querySelectorAll("#card [data-box], #compare [data-box]");
  const box = boxOf(about.length === 0 && drawing ? [drawing] : about);
  if (place) map.setView(place, place.zoom, { animate: false });
  else if (box) fit(map, box, { maxZoom: 17 });
  else showHome(map);
}

// Layers and colours first: they decide which tiles are asked for.
page.list = new LayerList(page);
page.layer?.colourBy(colouring(state), false);
view();
let moved = 0;
map.on("moveend", () => {
  clearTimeout(moved);
  // A browser refuses more than a hundred changes of the address in ten seconds.
  moved = setTimeout(() => {
    const { lat, lng } = map.getCenter();
    state.set("at", `${map.getZoom()}/${lat.toFixed(5)}/${lng.toFixed(5)}`).replace();
    page.changed();
  }, 200);
});
new ResizeObserver(() => map.invalidateSize({ pan: false })).observe(map.getContainer());

tabs();
tools(page);
map.beyond.say(settings.texts.beyond);
if (state.get("drawing") && !drawingNamed(state.get("drawing"))) note(settings.texts.drawing_gone);
document.getElementById("pane-layers").addEventListener("click", (event) => {
  const link = event.target.closest("[data-drawing]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  state.set("drawing", link.dataset.drawing).push();
  openPanel(false);
  fit(map, boxOf([link]), { maxZoom: 18 });
});
document.getElementById("note-zoom").addEventListener("click", () => map.setZoom(layers.plots.firstMapZoom()));
page.criteria = new Criteria(page);
page.criteria.apply({ fetchList: false });
page.cards = new Cards(page);
page.list.hints();
// A day that is past does not move on.
if (!document.documentElement.dataset.moment) page.versions = new Versions(page);
document.getElementById("note-new").addEventListener("click", () => location.reload());

// "Loading" stands until the first plots do, or until it is clear that none will come.
const unveil = () => document.getElementById("veil")?.remove();
if (Object.keys(layers.plots?._tiles ?? {}).length === 0) unveil();
layers.plots?.once("load", unveil);
map.on("servergone", unveil);
const measure = new Measure(page);
const heights = new Heights(page, measure);
const position = new Position(page);
const dating = new Dating(page);
// One tool at a time: their panels stand in the same place.
const others = { measure: () => measure.stop(), position: () => position.close(), dating: () => dating.close() };
const alone = (name, open) => open && Object.entries(others).forEach(([other, close]) => other !== name && close());
measure.button.addEventListener("click", () => alone("measure", measure.active));
position.button.addEventListener("click", () => alone("position", !position.panel.hidden));
dating.button.addEventListener("click", () => alone("dating", !dating.panel.hidden));
const compare = new Compare(page);
const shortlist = new Shortlist(page);
compare.buttons();
new MutationObserver(() => {
  compare.buttons();
  shortlist.buttons();
}).observe(document.getElementById("card"), { childList: true });
map.on("imagerygone", () => {
  const line = document.getElementById("note-line");
  line.textContent = settings.texts.imagery_gone;
  line.hidden = false;
});

if (state.all("compare").length) compare.apply();

addEventListener("popstate", () => {
  // A skip link changes only the part after #.
  if (location.search === `?${state}`) return;
  state.reread();
  view();
  page.criteria.apply();
  page.list.apply();
  page.cards.follow();
  compare.apply();
  page.changed();
});

addEventListener("keydown", (event) => {
  if (measure.key(event)) event.preventDefault();
  else if (event.key === "Escape") measure.stop() || position.close() || dating.close() || page.cards.close() || openPanel(false);
});

new Search({ settings, failed: page.failed, open: openFound });

/** Opens what was found. @param {HTMLAnchorElement} link */
function openFound(link) {
  state.take(new URL(link.href).search, ["plot", "object", "at"]).push();
  // Its answer is gone when the card is closed: back to where it was asked.
  page.cards.opener = document.getElementById("q");
  openPanel(false);
  if (state.place()) view();
  page.cards.follow({ zoom: true, focus: true });
}

export { page, dating, heights, labels, measure, position };
