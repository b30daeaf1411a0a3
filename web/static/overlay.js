// SPDX-License-Identifier: Apache-2.0
/** Two canvases above the tiles: outlines of what is pointed at or chosen, and labels that do not collide. */
import * as L from "/vendor/leaflet.js";
import { LINE, POINT } from "./decode.js";
import { sign, trace } from "./painting.js";

/** Part of the view drawn beyond each edge, so that a drag shows no bare border. */
const PADDING = 0.2;

export const ViewCanvas = L.Layer.extend({
  options: { pane: "overlay" },

  initialize(options) {
    L.setOptions(this, options);
  },

  onAdd() {
    this._canvas = L.DomUtil.create("canvas", "view-canvas", this.getPane());
    this._canvas.setAttribute("aria-hidden", "true");
    this._place();
  },

  onRemove() {
    this._canvas.remove();
  },

  getEvents() {
    return { moveend: this._place, viewreset: this._place, resize: this._place, zoomstart: this._blank, tilespainted: this.redraw };
  },

  /** Draws at the next frame, once however often it is asked. */
  redraw() {
    if (this._asked || !this._map) return;
    this._asked = requestAnimationFrame(() => {
      this._asked = 0;
      if (!this._map) return;
      const context = this._canvas.getContext("2d");
      context.setTransform(1, 0, 0, 1, 0, 0);
      context.clearRect(0, 0, this._canvas.width, this._canvas.height);
      context.setTransform(this._ratio, 0, 0, this._ratio, -this._corner.x * this._ratio, -this._corner.y * this._ratio);
      this._draw(context);
    });
  },

  _blank() {
    this._canvas.getContext("2d").clearRect(0, 0, this._canvas.width, this._canvas.height);
  },

  _place() {
    const size = this._map.getSize();
    this._ratio = this.options.ratio ?? window.devicePixelRatio ?? 1;
    this._corner = this._map.containerPointToLayerPoint(size.multiplyBy(-PADDING)).round();
    this._extent = size.multiplyBy(1 + 2 * PADDING).round();
    L.DomUtil.setPosition(this._canvas, this._corner);
    const [width, height] = [this._extent.x * this._ratio, this._extent.y * this._ratio].map(Math.round);
    if (this._canvas.width !== width || this._canvas.height !== height) {
      this._canvas.width = width;
      this._canvas.height = height;
      this._canvas.style.width = `${this._extent.x}px`;
      this._canvas.style.height = `${this._extent.y}px`;
    }
    this.redraw();
  },
});

/** Outlines: what the pointer is on, what the card is about, what is being compared. */
export const Outlines = ViewCanvas.extend({
  STYLES: {
    compared: { colour: "#0b4f6c", width: 3 },
    hovered: { colour: "#111111", width: 3 },
    chosen: { colour: "#e4007f", width: 4 },
  },

  initialize(options) {
    L.setOptions(this, options);
    this._shown = { compared: [], hovered: [], chosen: [] };
  },

  /** @param {"compared"|"hovered"|"chosen"} role  @param {{layer: object, id: number}[]} features */
  show(role, features) {
    this._shown[role] = features;
    this.redraw();
  },

  shown(role) {
    return this._shown[role];
  },

  _draw(context) {
    for (const [role, style] of Object.entries(this.STYLES)) {
      for (const { layer, id } of this._shown[role]) {
        layer.eachPiece(id, (feature, frame, corner) => this._outline(context, feature, frame, corner, style));
      }
    }
  },

  _outline(context, feature, frame, corner, { colour, width }) {
    const at = { ...frame, dx: corner.x + frame.dx, dy: corner.y + frame.dy };
    context.save();
    if (feature.kind === POINT) {
      const [x, y] = feature.parts[0];
      sign(context, x * at.scale + at.dx, y * at.scale + at.dy, { fill: colour, radius: 8, sign: "circle" }, 1);
    } else {
      // Clipped to its own tile: the neighbour draws the rest, and the cut edge lies outside.
      context.beginPath();
      context.rect(corner.x, corner.y, frame.side, frame.side);
      context.clip();
      context.beginPath();
      trace(context, feature.parts, at, feature.kind !== LINE);
      context.lineJoin = "round";
      context.strokeStyle = "rgba(255,255,255,.9)";
      context.lineWidth = width + 3;
      context.stroke();
      context.strokeStyle = colour;
      context.lineWidth = width;
      context.stroke();
    }
    context.restore();
  },
});

/** Labels of all layers, most important first, none over another. */
export const Labels = ViewCanvas.extend({
  initialize(options) {
    L.setOptions(this, options);
    this._sources = [];
  },

  /** @param {{labelPoints: () => object[]}} source  @param {{size: number, bold?: boolean, ink?: string, rank: number}} style */
  add(source, style) {
    this._sources.push({ source, style });
    this._sources.sort((a, b) => a.style.rank - b.style.rank);
  },

  /** How many labels the last drawing placed; for tests and for nobody else. */
  placed: 0,

  _draw(context) {
    const taken = [];
    const family = getComputedStyle(document.body).fontFamily;
    this.placed = 0;
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.lineJoin = "round";
    for (const { source, style } of this._sources) {
      context.font = `${style.bold ? 700 : 400} ${style.size}px ${family}`;
      context.fillStyle = style.ink ?? "#16232e";
      context.strokeStyle = "rgba(255,255,255,.92)";
      context.lineWidth = 3;
      // By id: the same labels win on every redraw, so that they do not flicker while panning.
      for (const point of source.labelPoints().sort((a, b) => (b.weight ?? 0) - (a.weight ?? 0) || a.id - b.id)) {
        this._label(context, point, style, taken);
      }
    }
  },

  _label(context, { x, y, words }, { size }, taken) {
    const half = context.measureText(words).width / 2 + 1;
    const box = [x - half, y - size * 0.6, x + half, y + size * 0.6];
    if (taken.some((other) => box[0] < other[2] && box[2] > other[0] && box[1] < other[3] && box[3] > other[1])) return;
    taken.push(box);
    context.direction = /[\u0600-\u06ff]/.test(words) ? "rtl" : "ltr";
    context.strokeText(words, x, y);
    context.fillText(words, x, y);
    this.placed += 1;
  },
});
