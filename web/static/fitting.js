// SPDX-License-Identifier: Apache-2.0
/** The part of the map that nothing covers, and bringing things into it. Card, drawer and panel may lie over the map. */

const MARGIN_PX = 40;
/** The column of buttons stands on the start side; the same room on the other side keeps things in the middle. */
const SIDE_PX = 60;
/** When less than this is left free, what covers the map is opened to be read, and the map waits. */
const LEAST_PX = 90;
const SMALL_PX = 90;
const COVERS = ["#card", "#compare", "#panel"];

/** @returns {number} px of the map's lower part that a sheet or drawer lies over; 0 when it leaves too little to show anything in */
export function covered(map) {
  const place = map.getContainer().getBoundingClientRect();
  let free = place.height;
  for (const selector of COVERS) {
    const cover = document.querySelector(selector);
    if (!cover || cover.hidden) continue;
    const box = cover.getBoundingClientRect();
    // A column beside the map takes its room from the grid and covers nothing.
    const over = Math.min(box.right, place.right) - Math.max(box.left, place.left);
    if (box.height > 0 && over > place.width / 2) free = Math.min(free, box.top - place.top);
  }
  return free < LEAST_PX ? 0 : place.height - free;
}

/** What stays free around things at each side of the map, in px. */
function sides(map) {
  const hidden = covered(map);
  const margin = Math.min(MARGIN_PX, (map.getSize().y - hidden) / 6);
  return { left: SIDE_PX, right: SIDE_PX, top: margin, bottom: hidden + margin };
}

/** @param {[[number, number], [number, number]]} box - corners, latitude first  @returns {boolean} */
export function isVisible(map, box) {
  const { size, min, max } = placed(map, box);
  return min.x >= 0 && min.y >= 0 && max.x <= size.x && max.y <= size.y - covered(map);
}

/** Whether something with an extent is drawn too small for its shape and its neighbours to be told. */
export function isSmall(map, box) {
  const { min, max } = placed(map, box);
  const px = Math.max(max.x - min.x, max.y - min.y);
  return px > 0 && px < SMALL_PX;
}

/** Shows a box as large as it fits into the free part. */
export function fit(map, box, options = {}) {
  map.invalidateSize({ pan: false, animate: false });
  const { left, top, right, bottom } = sides(map);
  map.fitBounds(box, { paddingTopLeft: [left, top], paddingBottomRight: [right, bottom], animate: false, ...options });
}

/**
 * Brings a box into the free part if it is not there: moved, and drawn smaller only where it is too large for it.
 * @param {{lat: number, lng: number}} [place] - of a box that is too large only this is brought in
 */
export function reveal(map, box, place) {
  map.invalidateSize({ pan: false, animate: false });
  if (isVisible(map, box)) return;
  const { size, min, max } = placed(map, box);
  const { left, top, right, bottom } = sides(map);
  if (max.x - min.x <= size.x - left - right && max.y - min.y <= size.y - top - bottom) {
    map.panBy([step(min.x, max.x, left, size.x - right), step(min.y, max.y, top, size.y - bottom)], { animate: false });
  } else if (place) {
    reveal(map, [[place.lat, place.lng], [place.lat, place.lng]]);
  } else fit(map, box, { maxZoom: map.getZoom() });
}

/** How far a span from `min` to `max` lies outside the room from `from` to `to`. */
function step(min, max, from, to) {
  if (min < from) return Math.floor(min - from);
  return max > to ? Math.ceil(max - to) : 0;
}

function placed(map, box) {
  const [[south, west], [north, east]] = box;
  return {
    size: map.getSize(),
    min: map.latLngToContainerPoint([north, west]),
    max: map.latLngToContainerPoint([south, east]),
  };
}

/** The box of everything that names one in `data-box` (west, south, east, north). @param {Iterable<HTMLElement>} elements */
export function boxOf(elements) {
  const boxes = [...elements].map((each) => each.dataset.box.split(",").map(Number));
  if (boxes.length === 0) return null;
  const [west, south] = [0, 1].map((i) => Math.min(...boxes.map((box) => box[i])));
  const [east, north] = [2, 3].map((i) => Math.max(...boxes.map((box) => box[i])));
  return [[south, west], [north, east]];
}
