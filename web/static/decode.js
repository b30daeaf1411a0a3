// SPDX-License-Identifier: Apache-2.0
/** Reads the bytes of one vector tile into plain features. */
import { PbfReader, VectorTile } from "/vendor/vector-tile.js";

/** Every tile is brought to this many units a side, whatever its own extent. */
export const EXTENT = 4096;

export const POINT = 1;
export const LINE = 2;
export const POLYGON = 3;

/**
 * @typedef {object} Feature
 * @property {number} id - the tile_id of the register, 0 when the tile gives none
 * @property {Record<string, string|number|boolean>} props
 * @property {1|2|3} kind
 * @property {Float32Array[]} parts - x, y, x, y … in tile units; rings for polygons
 * @property {[number, number, number, number]} box
 */

/** @typedef {{features: Feature[], labels: Feature[], byId: Map<number, Feature[]>}} Decoded */

export const EMPTY = Object.freeze({ features: [], labels: [], byId: new Map() });

/**
 * @param {ArrayBuffer} bytes
 * @param {string} name - the collection; its label points are in `${name}_labels`
 * @returns {Decoded}
 */
export function decode(bytes, name) {
  if (bytes.byteLength === 0) return EMPTY;
  const tile = new VectorTile(new PbfReader(new Uint8Array(bytes)));
  const features = read(tile.layers[name]);
  const byId = new Map();
  for (const feature of features) {
    const same = byId.get(feature.id);
    if (same) same.push(feature);
    else byId.set(feature.id, [feature]);
  }
  return { features, labels: read(tile.layers[`${name}_labels`]), byId };
}

function read(layer) {
  const features = [];
  if (!layer) return features;
  const scale = EXTENT / layer.extent;
  for (let i = 0; i < layer.length; i += 1) {
    const feature = layer.feature(i);
    const box = [Infinity, Infinity, -Infinity, -Infinity];
    const parts = feature.loadGeometry().map((points) => flatten(points, scale, box));
    features.push({ id: feature.id ?? 0, props: feature.properties, kind: feature.type, parts, box });
  }
  return features;
}

function flatten(points, scale, box) {
  const flat = new Float32Array(points.length * 2);
  points.forEach((point, i) => {
    const x = point.x * scale;
    const y = point.y * scale;
    flat[2 * i] = x;
    flat[2 * i + 1] = y;
    box[0] = Math.min(box[0], x);
    box[1] = Math.min(box[1], y);
    box[2] = Math.max(box[2], x);
    box[3] = Math.max(box[3], y);
  });
  return flat;
}

/**
 * True when a feature lies at a place, or within `reach` of it for lines and points. All in tile units.
 * @param {Feature} feature
 */
export function touches(feature, x, y, reach) {
  const slack = feature.kind === POLYGON ? 0 : reach;
  const [left, top, right, bottom] = feature.box;
  if (x < left - slack || x > right + slack || y < top - slack || y > bottom + slack) return false;
  if (feature.kind === POLYGON) return inside(feature.parts, x, y);
  if (feature.kind === LINE) return feature.parts.some((part) => nearLine(part, x, y, reach));
  return feature.parts.some((part) => Math.hypot(part[0] - x, part[1] - y) <= reach);
}

function inside(rings, x, y) {
  let odd = false;
  for (const ring of rings) {
    for (let i = 0, j = ring.length - 2; i < ring.length; j = i, i += 2) {
      const above = ring[i + 1] > y;
      if (above !== ring[j + 1] > y && x < ((ring[j] - ring[i]) * (y - ring[i + 1])) / (ring[j + 1] - ring[i + 1]) + ring[i]) {
        odd = !odd;
      }
    }
  }
  return odd;
}

function nearLine(line, x, y, reach) {
  for (let i = 0; i + 3 < line.length; i += 2) {
    const dx = line[i + 2] - line[i];
    const dy = line[i + 3] - line[i + 1];
    const length2 = dx * dx + dy * dy;
    const along = length2 === 0 ? 0 : Math.max(0, Math.min(1, ((x - line[i]) * dx + (y - line[i + 1]) * dy) / length2));
    if (Math.hypot(line[i] + along * dx - x, line[i + 1] + along * dy - y) <= reach) return true;
  }
  return false;
}
