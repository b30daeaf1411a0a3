// SPDX-License-Identifier: Apache-2.0
/** The worker that reads the bytes of vector tiles, and hands its features over as a few long arrays that are not copied. */
import { PbfReader, VectorTile } from "/vendor/vector-tile.js";

/** Every tile is brought to this many units a side, whatever its own extent; as in decode.js. */
const EXTENT = 4096;

addEventListener("message", ({ data: { job, bytes, name } }) => {
  try {
    const tile = new VectorTile(new PbfReader(new Uint8Array(bytes)));
    const [shapes, labels] = [pack(tile.layers[name]), pack(tile.layers[`${name}_labels`])];
    postMessage({ job, shapes, labels }, [...buffers(shapes), ...buffers(labels)]);
  } catch (fault) {
    postMessage({ job, fault: String(fault) });
  }
});

const buffers = (packed) => Object.values(packed).filter(ArrayBuffer.isView).map((each) => each.buffer);

/** @param {object|undefined} layer - of the tile; undefined: it has none of this name */
function pack(layer) {
  const many = layer?.length ?? 0;
  const scale = EXTENT / (layer?.extent ?? EXTENT);
  const [ids, kinds, boxes] = [new Float64Array(many), new Uint8Array(many), new Float32Array(4 * many)];
  const [featureEnds, pairEnds] = [new Uint32Array(many), new Uint32Array(many)];
  const [coords, partEnds, pairs] = [[], [], []];
  const [names, values] = [places(), places()];
  for (let i = 0; i < many; i += 1) {
    const feature = layer.feature(i);
    const box = [Infinity, Infinity, -Infinity, -Infinity];
    for (const part of feature.loadGeometry()) {
      for (const point of part) {
        const [x, y] = [point.x * scale, point.y * scale];
        coords.push(x, y);
        if (x < box[0]) box[0] = x;
        if (y < box[1]) box[1] = y;
        if (x > box[2]) box[2] = x;
        if (y > box[3]) box[3] = y;
      }
      partEnds.push(coords.length);
    }
    ids[i] = feature.id ?? 0;
    kinds[i] = feature.type;
    boxes.set(box, 4 * i);
    featureEnds[i] = partEnds.length;
    for (const [key, value] of Object.entries(feature.properties)) pairs.push(names.of(key), values.of(value));
    pairEnds[i] = pairs.length;
  }
  return {
    ids, kinds, boxes, featureEnds, pairEnds,
    coords: Float32Array.from(coords), partEnds: Uint32Array.from(partEnds), pairs: Uint32Array.from(pairs),
    names: names.all, values: values.all,
  };
}

/** Each different value once: thousands of plots share a handful of words. */
function places() {
  const all = [];
  const known = new Map();
  const of = (value) => {
    if (!known.has(value)) {
      known.set(value, all.length);
      all.push(value);
    }
    return known.get(value);
  };
  return { all, of };
}
