// SPDX-License-Identifier: Apache-2.0
/** Criteria of plots: the form, the map's pale and full plots, the list and its counts. */
import { fragment, latest } from "./fragment.js";
import { CRITERIA } from "./state.js";

const WAIT_MS = 120;
const BOXES = ["status", "land_use", "servicing"];
const FIELDS = ["area_from", "area_to", "rent_to"];

/** "٢٬٥٠٠" and "2,500" are the same number; NaN when it is none. */
export function readNumber(text) {
  const western = text.replace(/[٠-٩]/g, (digit) => String(digit.charCodeAt(0) - 0x660)).replace(/٫/g, ".").replace(/[,٬\s]/g, "");
  return western === "" ? NaN : Number(western);
}

/**
 * What a plot must be, as far as its tile says. Until the server has answered, a plot whose tile says too little
 * counts as fitting; afterwards `matching` decides, so that map and list never differ.
 * @param {import("./state.js").State} state  @param {Set<number>|null} matching
 */
export function predicate(state, matching) {
  if (CRITERIA.every((name) => state.all(name).length === 0)) return null;
  if (matching) return (_props, id) => matching.has(id);
  const statuses = new Set(state.all("status"));
  const uses = new Set(state.all("land_use"));
  const [from, to, rent] = FIELDS.map((name) => readNumber(state.get(name)));
  return (props) =>
    (statuses.size === 0 || statuses.has(props.public_status)) &&
    (uses.size === 0 || props.land_use === undefined || uses.has(props.land_use)) &&
    !(props.area_m2 < from) &&
    !(props.area_m2 > to) &&
    !(props.rent > rent);
}

/** What plots are coloured by: a word of the address that is none of the choices is passed over. */
export function colouring(state) {
  const offered = [...document.querySelectorAll('#criteria input[name="by"]')].map((radio) => radio.value);
  return offered.includes(state.get("by")) ? state.get("by") : "public_status";
}

export class Criteria {
  /** @param {{state: object, layer: object, settings: object, failed: Function, changed: Function}} page */
  constructor(page) {
    this.page = page;
    this.form = document.getElementById("criteria");
    this.run = latest(page.failed);
    this.form.addEventListener("input", (event) => this._typed(event));
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this._read();
    });
    document.getElementById("pane-plots").addEventListener("click", (event) => this._clicked(event));
    this.show();
  }

  /** Brings form and map to what the address says; the list is fetched unless the server has just rendered it. */
  apply({ fetchList = true } = {}) {
    const { state } = this.page;
    for (const name of BOXES) {
      const chosen = new Set(state.all(name));
      for (const box of this.form.querySelectorAll(`input[name="${name}"]`)) box.checked = chosen.has(box.value);
    }
    for (const name of FIELDS) this.form.elements[name].value = state.get(name);
    const sorts = this.form.elements.sort;
    sorts.value = state.get("sort");
    if (sorts.selectedIndex < 0) sorts.value = "plot_number";
    const by = colouring(state);
    for (const radio of this.form.querySelectorAll('input[name="by"]')) radio.checked = radio.value === by;
    this.colour(by);
    this._unread();
    if (fetchList) this.fetch();
    else this.show();
  }

  /** A field whose words are no number is marked; the sentence about it comes with the list. */
  _unread() {
    for (const name of FIELDS) {
      const words = this.page.state.get(name);
      this.form.elements[name].setAttribute("aria-invalid", String(words !== "" && Number.isNaN(readNumber(words))));
    }
  }

  /** Colours the map and puts the legend's marks on the criterion that gives the colour. */
  colour(by) {
    this.page.layer?.colourBy(by);
    for (const criterion of document.querySelectorAll("[data-colouring]")) {
      const coloured = criterion.dataset.colouring === by;
      for (const mark of criterion.querySelectorAll(".option-mark")) mark.hidden = !coloured;
      if (coloured && criterion.tagName === "DETAILS") criterion.open = true;
    }
    for (const scale of document.querySelectorAll("[data-scale]")) scale.hidden = scale.dataset.scale !== by;
  }

  /** Paints the map by the list that is in the page. */
  show() {
    const list = document.getElementById("results");
    const ids = list.dataset.matching;
    this.matching = ids === undefined ? null : new Set(ids.split(",").filter(Boolean).map(Number));
    this.page.layer?.refresh(Number(list.dataset.version));
    this.page.layer?.setFilter(predicate(this.page.state, this.matching));
    this.page.listed?.();
  }

  /** Paints at once from the tiles, then asks for list and counts. */
  fetch() {
    const { state, settings, layer } = this.page;
    layer?.setFilter(predicate(state, null));
    const list = document.getElementById("results");
    list.setAttribute("aria-busy", "true");
    return this.run(async (signal) => {
      const got = await fragment(`/map/results?${state}`, signal);
      const held = document.activeElement?.closest("#results, #chips");
      for (const id of ["results", "chips"]) document.getElementById(id).replaceWith(got.getElementById(id));
      // Who stood in what was replaced stands at its heading now, not at the top of the page.
      if (held) document.getElementById("results-heading").focus({ preventScroll: true });
      this._counts(got);
      this.show();
      settings.onResults?.();
    });
  }

  _typed(event) {
    clearTimeout(this._waiting);
    const typed = event.target.matches('input:not([type="checkbox"], [type="radio"])');
    this._waiting = setTimeout(() => this._read(), typed ? WAIT_MS : 0);
  }

  _read() {
    const { state } = this.page;
    const data = new FormData(this.form);
    for (const name of BOXES) state.set(name, data.getAll(name));
    for (const name of FIELDS) state.set(name, data.get(name).trim());
    state.set("sort", data.get("sort") === "plot_number" ? null : data.get("sort"));
    const by = data.get("by") ?? "public_status";
    const recoloured = by !== colouring(state);
    this._unread();
    state.set("by", by === "public_status" ? null : by);
    state.push();
    this.page.changed();
    if (recoloured) this.colour(by);
    this.fetch();
  }

  _clicked(event) {
    const criteria = event.target.closest("[data-criteria]");
    const more = event.target.closest("[data-more]");
    if (!criteria && !more) return;
    event.preventDefault();
    if (more) this._more(more);
    else {
      this.page.state.take(new URL(criteria.href).search, CRITERIA).push();
      this.page.changed();
      this.apply();
      document.getElementById("results-heading").focus({ preventScroll: true });
    }
  }

  _more(link) {
    const query = new URL(link.href).search;
    return this.run(async (signal) => {
      const got = await fragment(`/map/results${query}`, signal);
      const rows = [...got.querySelectorAll("#rows > li")];
      document.getElementById("rows").append(...rows);
      const next = got.querySelector("[data-more]");
      if (next) link.replaceWith(next);
      else link.parentElement.remove();
      rows[0]?.querySelector("a").focus();
      this.page.listed?.();
    });
  }

  /** Counts change in place: the box under the reader's finger must not be replaced. */
  _counts(got) {
    for (const fresh of got.querySelectorAll("#facets .option-count")) {
      const facet = fresh.closest("[data-facet]").dataset.facet;
      const shown = document.querySelector(`#facets [data-facet="${facet}"] .option-count[data-code="${CSS.escape(fresh.dataset.code)}"]`);
      if (!shown) continue;
      shown.textContent = fresh.textContent;
      shown.closest(".option").classList.toggle("option-none", fresh.textContent === "0");
    }
  }
}
