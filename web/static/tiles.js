// SPDX-License-Identifier: Apache-2.0
/** Our own vector tile layer: fetched and decoded once, painted again as often as criteria or colours change. */
import * as L from "/vendor/leaflet.js";
import { decode, EMPTY, EXTENT, LINE, POLYGON, touches } from "./decode.js";
import { GHOST, paint } from "./painting.js";

/** Tiles of 512 px are a zoom deeper than Leaflet counts: a quarter of the requests for the same drawing. */
const TILE_PX = 512;
const KEPT_TILES = 300;
/** Beyond this data zoom a tile is drawn larger instead of fetched: a unit of it is 4 cm on the ground. */
const DEEPEST_DATA = 18;

/**
 * @typedef {object} LayerOptions
 * @property {string} id - the collection
 * @property {string} address - with {z} {x} {y} {v}
 * @property {number} version
 * @property {[number, number]} dataZooms - first and last zoom with tiles
 * @property {Record<string, {classes: object[], other: import("./painting.js").Look}>} colourings
 * @property {string} colourBy
 * @property {string[]} labels - properties that may be written on the map, the best first
 * @property {number} labelZoom
 * @property {number|null} detailZoom - below this data zoom a tile carries nothing but `colourBy`
 */

export const VectorTiles = L.GridLayer.extend({
  options: { tileSize: TILE_PX, keepBuffer: 1, updateWhenZooming: false, noWrap: true },

  /** @param {LayerOptions & L.GridLayerOptions} options */
  initialize(options) {
    L.GridLayer.prototype.initialize.call(this, options);
    this._data = new Map();
    this._filter = null;
    this._present = null;
    this._hidden = new Set();
    this._version = options.version;
    this.colourBy(options.colourBy, false);
    this.on("tileunload", ({ coords }) => this._leave(this._source(coords)));
  },

  // ---- what the page asks ----

  /** Paints by another property; no tile is fetched. */
  colourBy(field, repaint = true) {
    const { colourings, colourBy } = this.options;
    // A word of the address that names no colouring, or names something of the language's own.
    const named = Object.hasOwn(colourings, field) ? field : colourBy;
    this._colouring = colourings[named] ?? { field: "", classes: [], other: this.options.look };
    this._looks = new Map(this._colouring.classes.filter((c) => c.code !== undefined).map((c) => [String(c.code), c]));
    this._ranges = this._colouring.classes.filter((c) => c.code === undefined);
    if (!repaint || !this._map) return;
    // Coarse tiles may not carry what is asked for, or carry it again when it is the status.
    if (this._tileZoom !== undefined && this._clampZoom(this._map.getZoom()) !== this._tileZoom) this.redraw();
    else this.repaint();
  },

  /** @param {((props: object, id: number) => boolean)|null} filter - false: left pale */
  setFilter(filter) {
    this._filter = filter;
    this.repaint();
  },

  /** @param {((props: object) => boolean)|null} present - false: not there at all, neither drawn nor found */
  setPresent(present) {
    this._present = present;
    this.repaint();
  },

  /** @param {number[]} ids - not drawn at all, as while the reader edits them */
  hide(ids) {
    this._hidden = new Set(ids);
    this.repaint();
  },

  /** Fetches again when the register has moved on. */
  refresh(version) {
    if (version === this._version) return;
    this._version = version;
    this._data.clear();
    this.redraw();
  },

  /** Topmost feature at a place, or null. @returns {import("./decode.js").Feature|null} */
  at(latlng, reachPx = 7) {
    if (!this._map || !this.drawn()) return null;
    const world = this._map.project(latlng, this._tileZoom).divideBy(TILE_PX);
    const coords = Object.assign(world.floor(), { z: this._tileZoom });
    const tile = this._tiles[this._tileCoordsToKey(coords)];
    const data = tile?.el.data;
    if (!data) return null;
    const { scale, dx, dy } = this._frame(coords, 1);
    const x = ((world.x - coords.x) * TILE_PX - dx) / scale;
    const y = ((world.y - coords.y) * TILE_PX - dy) / scale;
    for (let i = data.features.length - 1; i >= 0; i -= 1) {
      const feature = data.features[i];
      if (!this._absent(feature) && touches(feature, x, y, reachPx / scale)) return feature;
    }
    return null;
  },

  /** True when the layer has tiles at the map's zoom. */
  drawn() {
    const [first] = this.options.dataZooms;
    return this._map !== undefined && this._map !== null && Math.round(this._map.getZoom()) - 1 >= first && Math.round(this._map.getZoom()) - 1 <= this._lastZoom();
  },

  /** First map zoom at which the layer is drawn. */
  firstMapZoom() {
    return this.options.dataZooms[0] + 1;
  },

  /** Calls `use(feature, frame, corner)` for each drawn piece of a feature; corner is the tile's layer point. */
  eachPiece(id, use) {
    this._eachTile((data, frame, corner) => {
      for (const feature of data.byId.get(id) ?? []) use(feature, frame, corner);
    });
  },

  /** Label points of what is in view: layer point, words, id. */
  labelPoints() {
    const { labels, labelZoom } = this.options;
    if (labels.length === 0 || !this._map || this._map.getZoom() < labelZoom || !this.drawn()) return [];
    const points = [];
    this._eachTile((data, { scale, dx, dy }, corner) => {
      for (const feature of data.labels.length ? data.labels : data.features.filter((f) => f.kind !== POLYGON && f.kind !== LINE)) {
        const words = this._named(feature);
        if (words === "" || this._absent(data.byId.get(feature.id)?.[0] ?? feature)) continue;
        if (this._filter && this._faded(data.byId.get(feature.id)?.[0] ?? feature)) continue;
        const [x, y] = feature.parts[0];
        points.push({ x: corner.x + x * scale + dx, y: corner.y + y * scale + dy, words, id: feature.id });
      }
    });
    return points;
  },

  /** Look of a feature under the present colours and criteria. */
  lookOf(feature) {
    if (this._absent(feature)) return null;
    if (this._filter && this._faded(feature)) return GHOST;
    const value = feature.props[this._colouring.field];
    if (value === undefined) return this._colouring.other;
    const look = this._looks.get(String(value));
    if (look) return look;
    return this._ranges.find((range) => value < range.below) ?? this._colouring.other;
  },

  /** What the object is called on the map, "" when its tile does not say. */
  nameOf(feature) {
    let words = this._named(feature);
    if (words === "" && this.options.labels.length) {
      this._eachTile((data) => {
        const point = words === "" && data.labels.find((each) => each.id === feature.id);
        if (point) words = this._named(point);
      });
    }
    return words;
  },

  /** Its class in words: the legend line that gives its colour, or the layer's title. */
  titleOf(feature) {
    const value = feature.props[this._colouring.field];
    const look = this._looks.get(String(value)) ?? this._ranges.find((range) => value < range.below);
    return look?.title ?? this.options.title;
  },

  repaint() {
    if (!this._map) return;
    for (const { el, coords } of Object.values(this._tiles)) if (el.data) this._paint(el, coords);
    this._map.fire("tilespainted");
  },

  // ---- Leaflet's side ----

  createTile(coords, done) {
    const ratio = this.options.ratio ?? window.devicePixelRatio ?? 1;
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = Math.round(TILE_PX * ratio);
    canvas.ratio = ratio;
    const source = this._source(coords);
    if (source.z < this.options.dataZooms[0] || source.z > this.options.dataZooms[1]) {
      canvas.data = EMPTY;
      queueMicrotask(() => done(null, canvas));
      return canvas;
    }
    this._load(source).then(
      (data) => {
        canvas.data = data;
        this._paint(canvas, coords);
        done(null, canvas);
        this._map?.fire("tilespainted");
      },
      (failure) => {
        // A tile left behind is no failure, and its canvas is gone.
        if (failure.name === "AbortError") return;
        this._map?.fire("servergone", { failure });
        done(failure, canvas);
      },
    );
    return canvas;
  },

  _load(source) {
    const key = `${source.z}/${source.x}/${source.y}`;
    const known = this._data.get(key);
    if (known) {
      // Moved to the end: the first ones are the longest unused.
      this._data.delete(key);
      this._data.set(key, known);
      known.users += 1;
      return known.promise;
    }
    const aborter = new AbortController();
    const address = L.Util.template(this.options.address, { ...source, v: this._version });
    const entry = { users: 1, settled: false, aborter };
    entry.promise = fetch(address, { signal: aborter.signal, priority: this.options.priority })
      .then((answer) => {
        if (answer.status === 204 || answer.status === 404) return new ArrayBuffer(0);
        if (!answer.ok) throw new Error(`tile ${answer.status}`);
        return answer.arrayBuffer();
      })
      .then((bytes) => {
        entry.settled = true;
        this._map?.fire("serverback");
        return decode(bytes, this.options.id);
      });
    entry.promise.catch(() => {
      if (this._data.get(key) === entry) this._data.delete(key);
    });
    this._data.set(key, entry);
    for (const oldest of this._data.keys()) {
      if (this._data.size <= KEPT_TILES) break;
      this._data.delete(oldest);
    }
    return entry.promise;
  },

  _leave(source) {
    const key = `${source.z}/${source.x}/${source.y}`;
    const entry = this._data.get(key);
    if (!entry) return;
    entry.users -= 1;
    if (entry.users > 0 || entry.settled) return;
    // Forgotten at once: who comes back before the abort is told must not wait for what will never come.
    this._data.delete(key);
    entry.aborter.abort();
  },

  _lastZoom() {
    // The deepest tiles are drawn larger; a layer that ends earlier (blocks before plots) really ends.
    return this.options.dataZooms[1] >= DEEPEST_DATA ? Infinity : this.options.dataZooms[1];
  },

  /**
   * Leaflet asks which tiles to draw at a zoom. Where the coarse ones do not carry what colours the map, those of the
   * next zoom are drawn at half their size: an answer "unknown" would not be true.
   */
  _clampZoom(zoom) {
    const { detailZoom, colourBy, dataZooms } = this.options;
    const coarse = detailZoom && this._colouring.field !== colourBy && zoom === detailZoom && zoom > dataZooms[0];
    return L.GridLayer.prototype._clampZoom.call(this, coarse ? zoom + 1 : zoom);
  },

  /** The data tile behind a drawn tile, and the part of it. */
  _source({ x, y, z }) {
    const wanted = z - 1;
    const deepest = Math.min(this.options.dataZooms[1], DEEPEST_DATA);
    const over = this._lastZoom() === Infinity ? Math.max(0, wanted - deepest) : 0;
    return { z: wanted - over, x: x >> over, y: y >> over, over };
  },

  _frame(coords, ratio) {
    const { over, x, y } = this._source(coords);
    const times = 2 ** over;
    const size = TILE_PX * ratio;
    return {
      scale: (size * times) / EXTENT,
      dx: -(coords.x - x * times) * size,
      dy: -(coords.y - y * times) * size,
      ratio,
    };
  },

  _paint(canvas, coords) {
    const context = canvas.getContext("2d");
    context.clearRect(0, 0, canvas.width, canvas.height);
    // Tiles drawn at half their size keep the width of lines and the size of signs.
    const frame = this._frame(coords, canvas.ratio);
    const smaller = coords.z === this._tileZoom && coords.z > Math.round(this._map.getZoom());
    paint(context, canvas.data.features, (feature) => this.lookOf(feature), smaller ? { ...frame, ratio: frame.ratio * 2 } : frame);
  },

  _named(feature) {
    for (const name of this.options.labels) if (feature.props[name]) return String(feature.props[name]);
    return "";
  },

  _absent(feature) {
    return this._hidden.has(feature.id) || (this._present !== null && !this._present(feature.props));
  },

  _faded(feature) {
    return !this._filter(feature.props, feature.id);
  },

  _eachTile(use) {
    if (!this._map) return;
    const origin = this._map.getPixelOrigin();
    const scale = this._map.getZoomScale(this._map.getZoom(), this._tileZoom);
    for (const { el, coords } of Object.values(this._tiles)) {
      if (!el.data || coords.z !== this._tileZoom) continue;
      const frame = this._frame(coords, 1);
      const corner = L.point(coords.x, coords.y).multiplyBy(TILE_PX * scale).subtract(origin);
      use(el.data, { scale: frame.scale * scale, dx: frame.dx * scale, dy: frame.dy * scale, ratio: 1, side: TILE_PX * scale }, corner);
    }
  },
});
