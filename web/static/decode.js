// SPDX-License-Identifier: Apache-2.0
/** Vector tiles as plain features. Their bytes are read in a worker: ten thousand plots would hold up a drag. */

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
 * @property {Float32Array} box - left, top, right, bottom
 */

/** @typedef {{features: Feature[], labels: Feature[], byId: Map<number, Feature[]>}} Decoded */

export const EMPTY = Object.freeze({ features: [], labels: [], byId: new Map() });

const worker = new Worker("/static/decoder.js", { type: "module" });
const waiting = new Map();
let asked = 0;

worker.addEventListener("message", ({ data: { job, shapes, labels, fault } }) => {
  const { settle, fail } = waiting.get(job);
  waiting.delete(job);
  if (fault) fail(new Error(fault));
  else settle(decoded(unpack(shapes), unpack(labels)));
});
worker.addEventListener("error", () => {
  for (const { fail } of waiting.values()) fail(new Error("the reader of tiles has stopped"));
  waiting.clear();
});

/**
 * @param {ArrayBuffer} bytes - given away: the worker keeps them
 * @param {string} name - the collection; its label points are in `${name}_labels`
 * @returns {Promise<Decoded>}
 */
export function decode(bytes, name) {
  if (bytes.byteLength === 0) return Promise.resolve(EMPTY);
  return new Promise((settle, fail) => {
    asked += 1;
    waiting.set(asked, { settle, fail });
    worker.postMessage({ job: asked, bytes, name }, [bytes]);
  });
}

function decoded(features, labels) {
  const byId = new Map();
  for (const feature of features) {
    const same = byId.get(feature.id);
    if (same) same.push(feature);
    else byId.set(feature.id, [feature]);
  }
  return { features, labels, byId };
}

/** Features from the few long arrays that came from the worker; their parts are views into one of them. @returns {Feature[]} */
function unpack({ ids, kinds, boxes, coords, partEnds, featureEnds, names, values, pairs, pairEnds }) {
  const features = new Array(ids.length);
  let [part, from, pair] = [0, 0, 0];
  for (let i = 0; i < ids.length; i += 1) {
    const parts = [];
    for (; part < featureEnds[i]; part += 1) {
      parts.push(coords.subarray(from, partEnds[part]));
      from = partEnds[part];
    }
    const props = {};
    for (; pair < pairEnds[i]; pair += 2) props[names[pairs[pair]]] = values[pairs[pair + 1]];
    features[i] = { id: ids[i], props, kind: kinds[i], parts, box: boxes.subarray(4 * i, 4 * i + 4) };
  }
  return features;
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
