// SPDX-License-Identifier: Apache-2.0
/** Levels while measuring: of the last place, and a profile along the line, as the register's terrain has them. */
import { copy, latest } from "./fragment.js";

const SVG = "http://www.w3.org/2000/svg";
const WIDE = 280;
const HIGH = 90;
const MOST_CORNERS = 60;

export class Heights {
  /** @param {{settings: object}} page  @param {import("./measure.js").Measure} measure */
  constructor({ settings }, measure) {
    this.texts = settings.texts;
    this.lang = settings.lang;
    this.box = document.getElementById("measured-heights");
    if (!this.box) return; // no terrain in the register
    this.run = latest(() => this._say(this.texts.heights_failed));
    this.found = null;
    measure.changed = (points) => this.ask(points);
    document.getElementById("heights-copy").addEventListener("click", ({ currentTarget }) => copy(this.csv(), currentTarget, this.texts.copied));
  }

  /** @param {{lat: number, lng: number}[]} points */
  ask(points) {
    this.box.hidden = points.length === 0;
    if (points.length === 0 || points.length > MOST_CORNERS) return null;
    const line = points.flatMap(({ lng, lat }) => [lng.toFixed(7), lat.toFixed(7)]).join(",");
    return this.run(async (signal) => {
      const answer = await fetch(`/map/heights?${new URLSearchParams({ line, lang: this.lang })}`, { signal });
      if (!answer.ok) throw new Error(`heights ${answer.status}`);
      this.found = await answer.json();
      this._show();
    });
  }

  /** The profile as a table: metres from the start, place, level, slope. */
  csv() {
    const rows = (this.found?.places ?? []).map((p) => [p.metres.toFixed(2), p.lon.toFixed(7), p.lat.toFixed(7), p.height_m?.toFixed(3) ?? "", p.slope_percent?.toFixed(2) ?? ""].join(","));
    return ["distance_m,longitude,latitude,level_m,slope_percent", ...rows].join("\n");
  }

  _show() {
    const { places, sources } = this.found;
    const known = places.filter((place) => place.height_m !== null);
    const last = places.at(-1);
    if (known.length === 0) {
      this._say(this.texts.heights_none);
      return;
    }
    const metres = (value) => `${value.toFixed(1)} ${this.texts.metres}`;
    const levels = known.map((place) => place.height_m);
    this._put("level", last.height_m === null ? "–" : metres(last.height_m));
    this._put("slope", last.slope_percent === null ? "–" : `${last.slope_percent.toFixed(1)} %`);
    this._put("range", `${Math.min(...levels).toFixed(1)} – ${metres(Math.max(...levels))}`);
    this._chart(places, levels);
    document.getElementById("heights-copy").hidden = places.length < 2;
    document.getElementById("heights-sources").replaceChildren(...sources.map((words) => Object.assign(document.createElement("p"), { className: "note", textContent: words })));
  }

  _say(words) {
    for (const name of ["level", "slope", "range"]) this._put(name, "–");
    document.getElementById("heights-chart").replaceChildren();
    document.getElementById("heights-copy").hidden = true;
    document.getElementById("heights-sources").replaceChildren(Object.assign(document.createElement("p"), { className: "note", textContent: words }));
  }

  _put(name, words) {
    document.getElementById(`heights-${name}`).textContent = words;
  }

  /** Level over distance; gaps where nothing is known. */
  _chart(places, levels) {
    const chart = document.getElementById("heights-chart");
    chart.replaceChildren();
    chart.toggleAttribute("hidden", places.length < 2);
    if (places.length < 2) return;
    const low = Math.min(...levels);
    const span = Math.max(Math.max(...levels) - low, 0.5);
    const length = places.at(-1).metres || 1;
    const x = (place) => ((place.metres / length) * WIDE).toFixed(1);
    const y = (place) => (HIGH - 4 - ((place.height_m - low) / span) * (HIGH - 12)).toFixed(1);
    const path = places.map((place, i) => (place.height_m === null ? "" : `${i > 0 && places[i - 1].height_m !== null ? "L" : "M"}${x(place)} ${y(place)}`)).join("");
    chart.append(
      drawn("path", { d: `M0 ${HIGH - 4}H${WIDE}`, stroke: "#b7b09c", fill: "none" }),
      drawn("path", { d: path, stroke: "#0b4f6c", "stroke-width": "2", fill: "none", "stroke-linejoin": "round" }),
    );
  }
}

function drawn(name, attributes) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}
