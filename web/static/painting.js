// SPDX-License-Identifier: Apache-2.0
/** Paints decoded features on a canvas: fills, hatches, outlines, lines with casing, point signs. */
import { LINE, POINT, POLYGON } from "./decode.js";

/** A plot smaller than this on the screen gets no outline: at overview the outlines would cover the fill. */
const SMALLEST_OUTLINED_PX = 4;
/** What is left out needs its edges only when the reader is near; ten thousand of them cost a third of a second. */
const SMALLEST_GHOST_OUTLINED_PX = 10;
/** Below this a dash is longer than a plot's side. */
const SMALLEST_DASHED_PX = 12;
const PATH_FEATURES = 100;
/** Divides the tile's 512 px, so that hatches meet across tile edges. */
const HATCH_PX = 8;

/**
 * How one class of features looks.
 * @typedef {object} Look
 * @property {string} fill
 * @property {"plain"|"diagonal"|"back"|"horizontal"|"vertical"|"grid"|"dots"|"cross"|"dashed"} mark
 * @property {string} [ink] - colour of the mark
 * @property {number} alpha
 * @property {string} stroke
 * @property {number} width - of the outline or line, in screen px
 * @property {number[]} [dash]
 * @property {string} [casing] - a wider line below
 * @property {"circle"|"square"|"diamond"|"triangle"} [sign]
 * @property {number} [radius]
 */

/** @typedef {{scale: number, dx: number, dy: number, ratio: number}} Frame - tile units to canvas px; ratio = px per CSS px */

/** Look of what the reader's criteria leave out: still there, so that the plan stays readable. */
export const GHOST = Object.freeze({ fill: "#e9e6dd", mark: "plain", alpha: 1, stroke: "#c9c3b4", width: 0.6, sign: "circle", radius: 3 });

/**
 * @param {CanvasRenderingContext2D} context
 * @param {import("./decode.js").Feature[]} features
 * @param {(feature: import("./decode.js").Feature) => Look|null} lookOf - null: not drawn
 * @param {Frame} frame
 */
export function paint(context, features, lookOf, frame) {
  const groups = new Map();
  for (const feature of features) {
    const look = lookOf(feature);
    if (look === null) continue;
    const group = groups.get(look);
    if (group) group.push(feature);
    else groups.set(look, [feature]);
  }
  // What is left out goes under what is meant.
  const ordered = [...groups].sort(([a], [b]) => Number(b === GHOST) - Number(a === GHOST));
  for (const [look, group] of ordered) paintAreas(context, group.filter((f) => f.kind === POLYGON), look, frame);
  const lines = ordered.map(([look, group]) => [look, group.filter((f) => f.kind === LINE)]);
  for (const [look, group] of lines) if (look.casing && look !== GHOST) strokeLines(context, group, look.casing, look.width + 2, [], frame);
  for (const [look, group] of lines) strokeLines(context, group, look.stroke, look.width, look.dash ?? [], frame);
  for (const [look, group] of ordered) for (const f of group) if (f.kind === POINT) paintSign(context, f, look, frame);
}

function paintAreas(context, areas, look, frame) {
  if (look.alpha > 0) {
    const hatched = hatch(context, look, frame.ratio);
    for (const some of chunks(areas)) {
      context.beginPath();
      for (const area of some) trace(context, area.parts, frame, true);
      context.globalAlpha = look.alpha;
      context.fillStyle = look.fill;
      context.fill("evenodd");
      context.globalAlpha = 1;
      if (hatched) {
        context.fillStyle = hatched;
        context.fill("evenodd");
      }
    }
  }
  const smallest = look === GHOST ? SMALLEST_GHOST_OUTLINED_PX : SMALLEST_OUTLINED_PX;
  const outlined = areas.filter((area) => sizePx(area, frame) >= smallest);
  if (outlined.length === 0 || look.width === 0) return;
  context.strokeStyle = look.stroke;
  context.lineWidth = look.width * frame.ratio;
  // Mitred corners: round ones cost twice as much and do not show at this width.
  context.lineJoin = "miter";
  const dashed = look.mark === "dashed" && sizePx(outlined[0], frame) >= SMALLEST_DASHED_PX;
  const dash = look.dash?.length ? look.dash : dashed ? [5, 3] : [];
  context.setLineDash(dash.map((n) => n * frame.ratio));
  for (const some of chunks(outlined)) {
    context.beginPath();
    for (const area of some) trace(context, area.parts, frame, true);
    context.stroke();
  }
  context.setLineDash([]);
}

/** Features of one path. One path of ten thousand plots takes ten times as long as a hundred paths of a hundred. */
function* chunks(features) {
  for (let from = 0; from < features.length; from += PATH_FEATURES) yield features.slice(from, from + PATH_FEATURES);
}

function sizePx(feature, { scale, ratio }) {
  return (Math.max(feature.box[2] - feature.box[0], feature.box[3] - feature.box[1]) * scale) / ratio;
}

function strokeLines(context, lines, colour, width, dash, frame) {
  context.strokeStyle = colour;
  context.lineWidth = width * frame.ratio;
  context.lineJoin = "round";
  context.lineCap = dash.length ? "butt" : "round";
  context.setLineDash(dash.map((n) => n * frame.ratio));
  for (const some of chunks(lines)) {
    context.beginPath();
    for (const line of some) trace(context, line.parts, frame, false);
    context.stroke();
  }
  context.setLineDash([]);
}

function paintSign(context, point, look, frame) {
  const [x, y] = point.parts[0];
  sign(context, x * frame.scale + frame.dx, y * frame.scale + frame.dy, look, frame.ratio);
}

/** Draws a point's sign; the shape tells classes apart without colour. */
export function sign(context, x, y, look, ratio) {
  const r = (look.radius ?? 5) * ratio;
  context.beginPath();
  if (look.sign === "square") context.rect(x - r * 0.9, y - r * 0.9, r * 1.8, r * 1.8);
  else if (look.sign === "diamond") polygon(context, [[x, y - r * 1.2], [x + r * 1.2, y], [x, y + r * 1.2], [x - r * 1.2, y]]);
  else if (look.sign === "triangle") polygon(context, [[x, y - r * 1.15], [x + r * 1.1, y + r * 0.85], [x - r * 1.1, y + r * 0.85]]);
  else context.arc(x, y, r, 0, 2 * Math.PI);
  context.fillStyle = look.fill;
  context.fill();
  context.strokeStyle = look.casing ?? "#ffffff";
  context.lineWidth = 1.5 * ratio;
  context.stroke();
}

function polygon(context, corners) {
  corners.forEach(([x, y], i) => (i ? context.lineTo(x, y) : context.moveTo(x, y)));
  context.closePath();
}

/** Adds a feature's parts to the current path. */
export function trace(context, parts, { scale, dx, dy }, closed) {
  for (const part of parts) {
    context.moveTo(part[0] * scale + dx, part[1] * scale + dy);
    for (let i = 2; i < part.length; i += 2) context.lineTo(part[i] * scale + dx, part[i + 1] * scale + dy);
    if (closed) context.closePath();
  }
}

const hatches = new Map();

function hatch(context, { mark, ink }, ratio) {
  if (!ink || mark === "plain" || mark === "dashed") return null;
  const key = `${mark} ${ink} ${ratio}`;
  if (!hatches.has(key)) hatches.set(key, context.createPattern(swatch(mark, ink, ratio), "repeat"));
  return hatches.get(key);
}

function swatch(mark, ink, ratio) {
  // Whole canvas px, or the pattern would drift against the tile's edge on a screen of ratio 1.25.
  const size = Math.round(HATCH_PX * ratio);
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = size;
  const context = canvas.getContext("2d");
  context.strokeStyle = context.fillStyle = ink;
  context.lineWidth = 1.2 * ratio;
  context.beginPath();
  if (mark === "dots") {
    context.arc(size / 4, size / 4, 1.15 * ratio, 0, 2 * Math.PI);
    context.arc((3 * size) / 4, (3 * size) / 4, 1.15 * ratio, 0, 2 * Math.PI);
    context.fill();
    return canvas;
  }
  const line = (x, y, toX, toY) => {
    context.moveTo(x, y);
    context.lineTo(toX, toY);
  };
  for (const shift of [-size, 0, size]) {
    if (mark === "diagonal" || mark === "cross") line(shift, size, shift + size, 0);
    if (mark === "back" || mark === "cross") line(shift, 0, shift + size, size);
  }
  if (mark === "horizontal" || mark === "grid") line(0, size / 2, size, size / 2);
  if (mark === "vertical" || mark === "grid") line(size / 2, 0, size / 2, size);
  context.lineWidth = (mark === "cross" ? 0.8 : 1.2) * ratio;
  context.stroke();
  return canvas;
}
