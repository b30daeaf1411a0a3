// SPDX-License-Identifier: Apache-2.0
/** Pointing and choosing: map, list and card show the same object. */
import { POLYGON } from "./decode.js";
import { boxOf, fit, isSmall, isVisible, reveal } from "./fitting.js";
import { copy, fragment, latest } from "./fragment.js";
import { note } from "./tools.js";

/** Labels of hovered objects are read from tiles: what the reader points at is never asked from the server. */
export class Cards {
  /** @param {{map: object, layers: object, outlines: object, state: object, settings: object, failed: Function, changed: Function, opened: Function}} page */
  constructor(page) {
    this.page = page;
    this.place = document.getElementById("card");
    this.tip = document.createElement("div");
    this.tip.className = "tip";
    this.tip.hidden = true;
    this.tip.setAttribute("aria-hidden", "true");
    page.map.getContainer().append(this.tip);
    this.run = latest(page.failed);
    this.muted = false;
    this._point();
    this._list();
    this.place.addEventListener("click", (event) => this._clicked(event));
    // The server has rendered the card that the address names, and the page began at its object.
    if (!this.place.hidden) this._taken();
  }

  /**
   * Objects at a place, what the reader most likely means first: signs, lines, plots, other areas from small to large.
   * @returns {{layer: object, feature: object}[]}
   */
  pick(latlng) {
    const hits = [];
    for (const layer of this.page.pickable) {
      const feature = this.page.map.hasLayer(layer) && layer.at(latlng);
      if (feature && feature.id) hits.push({ layer, feature, rank: rank(layer, feature) });
    }
    return hits.sort((a, b) => a.rank - b.rank);
  }

  /** @param {string} object - `collection/tile_id`  @param {{zoom?: boolean, focus?: boolean, clicked?: {lat: number, lng: number}}} how */
  async open(object, { zoom = false, focus = false, clicked } = {}) {
    const { state } = this.page;
    const [collection, id] = object.split("/");
    // Outlined before the card has come: the reader sees at once what was meant.
    this._outline(collection, Number(id));
    state.set("plot", null).set("object", object);
    this.page.opened();
    state.push();
    await this._show(`object=${encodeURIComponent(object)}`, { zoom, focus, clicked });
  }

  /** Opens what the address names, or closes. */
  async follow({ zoom = false, focus = false } = {}) {
    const { state } = this.page;
    const query = state.get("plot") ? `plot=${encodeURIComponent(state.get("plot"))}` : state.get("object") && `object=${encodeURIComponent(state.get("object"))}`;
    if (query) await this._show(query, { zoom, focus });
    else this._close();
  }

  close() {
    if (this.place.hidden) return false;
    this._close();
    this.page.state.set("plot", null).set("object", null).push();
    this.page.changed();
    const row = this.opener?.isConnected ? this.opener : this.page.map.getContainer();
    row.focus({ preventScroll: true });
    return true;
  }

  /** The open card is asked for again when its layer has changed. @param {string[]} collections */
  async changed(collections) {
    const card = this.place.querySelector("[data-collection]");
    if (!card || !collections.includes(card.dataset.collection)) return;
    const within = this.place.contains(document.activeElement);
    const { scrollTop } = this.place;
    await this.follow();
    this.place.scrollTop = scrollTop;
    if (within) this.place.querySelector("#card-title")?.focus({ preventScroll: true });
  }

  /** Marks the list's rows again after it was replaced. */
  listed() {
    const chosen = this.place.querySelector("[data-collection]");
    for (const row of document.querySelectorAll("#rows .row")) {
      const open = !this.place.hidden && chosen?.dataset.collection === "plots" && chosen.dataset.tile === row.dataset.tile;
      row.querySelector("a").toggleAttribute("aria-current", open);
    }
  }

  async _show(query, { zoom, focus, clicked }) {
    this.place.hidden = false;
    document.body.dataset.card = "open";
    this.place.setAttribute("aria-busy", "true");
    await this.run(async (signal) => {
      const got = await fragment(`/map/card?${query}&lang=${this.page.settings.lang}`, signal).catch((failure) => {
        if (failure.status !== 404) throw failure;
        return null;
      });
      if (!got) {
        this._gone();
        return;
      }
      this.place.replaceChildren(got);
      this._taken({ zoom, clicked });
      if (focus) this.place.querySelector("#card-title").focus({ preventScroll: true });
    });
    this.place.removeAttribute("aria-busy");
  }

  /** What the address names is not in the register: said, and the rest of the page goes on. */
  _gone() {
    const { state, settings } = this.page;
    const number = state.get("plot");
    this._close();
    state.set("plot", null).set("object", null).replace();
    this.page.changed();
    note(number ? settings.texts.no_such_plot.replace("{given}", `\u2068${number.slice(0, 60)}\u2069`) : settings.texts.no_such_object);
  }

  _taken({ zoom = false, clicked } = {}) {
    const card = this.place.querySelector("[data-collection]");
    const { state } = this.page;
    if (card.dataset.number) state.set("object", null).set("plot", card.dataset.number).replace();
    this._outline(card.dataset.collection, Number(card.dataset.tile));
    this.page.changed();
    this.listed();
    if (zoom) this._zoomTo(card, false);
    // What was clicked must not vanish under its own card.
    else if (clicked) reveal(this.page.map, boxOf([card]), clicked);
  }

  _zoomTo(card, always) {
    const { map, layers } = this.page;
    const box = boxOf([card]);
    const deep = layers[card.dataset.collection]?.firstMapZoom?.() ?? 16;
    map.invalidateSize({ pan: false, animate: false });
    // Chosen from a list, a plot of a few pixels says nothing: it is brought near, unless it is near already.
    if (always || map.getZoom() < deep || !isVisible(map, box) || isSmall(map, box)) fit(map, box, { maxZoom: Math.max(deep, 18) });
  }

  _outline(collection, id) {
    const layer = this.page.layers[collection];
    this.page.outlines.show("chosen", layer?.eachPiece ? [{ layer, id }] : []);
  }

  _close() {
    this.place.hidden = true;
    this.place.replaceChildren();
    delete document.body.dataset.card;
    this.page.outlines.show("chosen", []);
    this.listed();
  }

  _clicked(event) {
    const card = this.place.querySelector("[data-collection]");
    const address = event.target.closest("[data-copy-address]");
    if (event.target.closest("[data-close-card]")) {
      event.preventDefault();
      this.close();
    } else if (event.target.closest("[data-zoom-card]")) {
      this._zoomTo(card, true);
    } else if (address) {
      const link = new URL(address.dataset.copyAddress, location.origin);
      link.searchParams.set("lang", this.page.settings.lang);
      copy(String(link), address, this.page.settings.texts.copied);
    }
  }

  _point() {
    const { map } = this.page;
    let latest = null;
    let asked = 0;
    map.on("mousemove", (event) => {
      latest = event;
      // One look per frame: a fast mouse sends many moves between two.
      asked ||= requestAnimationFrame(() => {
        asked = 0;
        if (latest && !this.muted) this._hover(this.pick(latest.latlng)[0] ?? null, latest.containerPoint);
      });
    });
    map.on("mouseout movestart", () => {
      latest = null;
      this._hover(null);
    });
    map.on("click", (event) => {
      if (this.muted) return;
      const hits = this.pick(event.latlng);
      // A second click on what is open goes to what lies under it: the shed on the plot, the project around it.
      const chosen = this.page.outlines.shown("chosen")[0];
      const open = hits.findIndex(({ layer, feature }) => layer === chosen?.layer && feature.id === chosen.id);
      const hit = hits[(open + 1) % hits.length];
      this.opener = map.getContainer();
      if (hit) this.open(`${hit.layer.options.id}/${hit.feature.id}`, { clicked: event.latlng });
      else this.close();
    });
  }

  _hover(hit, at) {
    const { outlines, map } = this.page;
    const shown = outlines.shown("hovered")[0];
    if (shown?.layer !== hit?.layer || shown?.id !== hit?.feature.id) {
      outlines.show("hovered", hit ? [{ layer: hit.layer, id: hit.feature.id }] : []);
      map.getContainer().classList.toggle("pointing", Boolean(hit));
      for (const row of document.querySelectorAll("#rows .row")) {
        row.classList.toggle("pointed", hit?.layer === this.page.layers.plots && Number(row.dataset.tile) === hit?.feature.id);
      }
      if (hit) this.tip.textContent = this._words(hit);
    }
    this.tip.hidden = !hit;
    if (hit && at) {
      const beyond = at.x + this.tip.offsetWidth + 24 > map.getSize().x;
      this.tip.style.transform = `translate(${beyond ? at.x - this.tip.offsetWidth - 14 : at.x + 14}px, ${at.y + 14}px)`;
    }
  }

  _words({ layer, feature }) {
    const { settings } = this.page;
    const name = layer.nameOf(feature);
    const title = layer.titleOf(feature);
    const area = feature.props.area_m2 === undefined ? "" : `${Number(feature.props.area_m2).toLocaleString("en")} ${settings.texts.square_metres}`;
    // Isolated, or an Arabic word would pull the number's dashes to its other end.
    return [name && `\u2068${name}\u2069`, title, area].filter(Boolean).join(" · ");
  }

  _list() {
    const pane = document.getElementById("panel");
    const { layers, outlines } = this.page;
    const point = (event) => {
      const row = event.target.closest?.(".row");
      outlines.show("hovered", row && layers.plots ? [{ layer: layers.plots, id: Number(row.dataset.tile) }] : []);
    };
    pane.addEventListener("pointerover", point);
    pane.addEventListener("focusin", point);
    pane.addEventListener("pointerleave", () => outlines.show("hovered", []));
    document.addEventListener("click", (event) => {
      const link = event.target.closest("a[data-card]");
      if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      this.opener = link;
      this.open(link.dataset.card, { zoom: true, focus: true });
    });
  }
}

/** Areas rank by size in tile units; lines and signs lie on them and come before. */
function rank(layer, { kind, box }) {
  if (kind !== POLYGON) return kind - 4;
  // What can be coloured in several ways is what the reader came for.
  if (Object.keys(layer.options.colourings).length > 1) return 0;
  return (box[2] - box[0]) * (box[3] - box[1]);
}
