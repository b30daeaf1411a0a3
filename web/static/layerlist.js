// SPDX-License-Identifier: Apache-2.0
/** The list of layers: shown, how strong, from which zoom, projects of one year. */

export class LayerList {
  /** @param {{map: object, layers: object, state: object, settings: object, changed: Function}} page */
  constructor(page) {
    this.page = page;
    this.pane = document.getElementById("pane-layers");
    this.boxes = [...this.pane.querySelectorAll('input[name="layers"]')];
    // What is shown without a word in the address.
    this.usual = new Map(this.boxes.map((box) => [box.value, box.defaultChecked]));
    this.pane.addEventListener("input", (event) => this._changed(event));
    page.map.on("zoomend", () => this.hints());
    this.apply();
  }

  apply() {
    const { state, layers, map } = this.page;
    const shown = new Set(state.all("show"));
    const hidden = new Set(state.all("hide"));
    const strengths = state.strengths();
    for (const box of this.boxes) {
      box.checked = shown.has(box.value) || (this.usual.get(box.value) && !hidden.has(box.value));
      this._toggle(box.value, box.checked);
      const strength = strengths.get(box.value) ?? 100;
      const slider = this.pane.querySelector(`[data-opacity="${CSS.escape(box.value)}"]`);
      if (slider) slider.value = String(strength);
      layers[box.value]?.setOpacity?.(strength / 100);
    }
    const styles = new Map(state.all("style").map((pair) => pair.split(":")));
    for (const choice of this.pane.querySelectorAll("[data-style-of]")) {
      choice.value = styles.get(choice.dataset.styleOf) ?? choice.options[0].value;
      if (!choice.value) choice.value = choice.options[0].value;
      this._style(choice);
    }
    for (const slider of this.pane.querySelectorAll(".year input")) {
      const year = Number(state.get("year"));
      // A slider makes its own of words that it cannot read: the middle of its years.
      slider.value = year >= Number(slider.min) && year <= Number(slider.max) ? String(year) : slider.min;
      this._year(slider);
    }
    const graticule = this.pane.querySelector("[data-graticule]");
    graticule.checked = shown.has("graticule");
    this._add(this.page.graticule, graticule.checked);
    const imagery = this.pane.querySelector("[data-imagery]");
    if (imagery) {
      imagery.checked = shown.has("imagery");
      this._add(layers.xyz, imagery.checked);
    }
    map.fire("tilespainted");
    this.hints();
  }

  /** Says which shown layers wait for a closer look. */
  hints() {
    for (const box of this.boxes) {
      const hint = this.pane.querySelector(`[data-hint="${CSS.escape(box.value)}"]`);
      const layer = this.page.layers[box.value];
      hint.hidden = !(box.checked && layer?.drawn && this.page.map.getZoom() < layer.firstMapZoom());
    }
    const plots = this.page.layers.plots;
    document.getElementById("note-zoom").hidden = !(plots && this.page.map.hasLayer(plots) && this.page.map.getZoom() < plots.firstMapZoom());
  }

  _changed({ target }) {
    const { state, layers } = this.page;
    if (target.dataset.opacity) {
      layers[target.dataset.opacity]?.setOpacity?.(Number(target.value) / 100);
      const faint = [...this.pane.querySelectorAll("[data-opacity]")].filter((each) => each.value !== "100");
      state.set("faint", faint.map((each) => `${each.dataset.opacity}:${each.value}`).join(",")).replace();
    } else if (target.dataset.styleOf) {
      const chosen = [...this.pane.querySelectorAll("[data-style-of]")].filter((each) => each.selectedIndex > 0);
      state.set("style", chosen.map((each) => `${each.dataset.styleOf}:${each.value}`).join(",")).replace();
      this._style(target);
    } else if (target.closest(".year")) {
      state.set("year", target.value === target.min ? null : target.value).replace();
      this._year(target);
    } else {
      const on = this.boxes.filter((box) => box.checked && !this.usual.get(box.value)).map((box) => box.value);
      const off = this.boxes.filter((box) => !box.checked && this.usual.get(box.value)).map((box) => box.value);
      if (this.pane.querySelector("[data-graticule]").checked) on.push("graticule");
      if (this.pane.querySelector("[data-imagery]")?.checked) on.push("imagery");
      state.set("show", on.join(",")).set("hide", off.join(",")).push();
      this.apply();
    }
    this.page.changed();
  }

  _toggle(id, on) {
    this._add(this.page.layers[id], on);
    // Nodes of a network come and go with its links.
    for (const layer of Object.values(this.page.layers)) if (layer.options.drawnWith === id) this._add(layer, on);
  }

  _add(layer, on) {
    if (!layer) return;
    if (on) layer.addTo(this.page.map);
    else layer.remove();
  }

  /** Draws rasters as chosen, and explains that style alone. */
  _style(choice) {
    const id = choice.dataset.styleOf;
    this.page.layers[id]?.restyle?.(choice.value);
    for (const legend of this.pane.querySelectorAll(`[data-style^="${CSS.escape(id)}/"]`)) legend.hidden = legend.dataset.style !== `${id}/${choice.value}`;
  }

  _year(slider) {
    const id = slider.closest("[data-year-of]").dataset.yearOf;
    const { from, to } = this.page.settings.timed[id];
    const year = slider.value === slider.min ? null : Number(slider.value);
    slider.closest(".year").querySelector("output").textContent = year === null ? slider.dataset.all : String(year);
    // A project without an end is still going on; one without a start is shown in every year and says so on its card.
    this.page.layers[id]?.setPresent(year === null ? null : (props) => !(props[from] > year) && !(props[to] < year));
  }
}
