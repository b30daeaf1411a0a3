// SPDX-License-Identifier: Apache-2.0
/** The table of control points: typed or clicked, with what is left at each told as soon as three are whole. */
import { Refusal, ask } from "./ask.js";

const AXES = ["x", "y", "east", "north"];
const number = (words) => (words.trim() === "" ? NaN : Number(words.replace(/[٠-٩]/g, (d) => "٠١٢٣٤٥٦٧٨٩".indexOf(d)).replace(/[,\s٬]/g, "").replace("٫", ".")));

export class FitTable {
  constructor(form, said, speak) {
    Object.assign(this, { form, said, speak });
    this.table = form.querySelector("#points tbody");
    this.table.addEventListener("focusin", ({ target }) => this._choose(target.closest("tr")));
    this.table.addEventListener("input", () => this._later());
    this.table.addEventListener("click", ({ target }) => {
      if (!target.closest("[data-drop]")) return;
      const row = target.closest("tr");
      if (this.table.rows.length > 3) row.remove();
      else for (const input of row.querySelectorAll("input:not([name=point-name])")) input.value = "";
      this._later();
    });
    form.querySelector("#fit-kind").addEventListener("change", () => this._later());
    this._choose(this.table.rows[0]);
    if (this.points().length >= 3) this._later();
  }

  get kind() {
    return this.form.querySelector("#fit-kind").value;
  }

  add() {
    const row = this.table.rows[this.table.rows.length - 1].cloneNode(true);
    const at = this.table.rows.length + 1;
    for (const input of row.querySelectorAll("input")) {
      input.value = input.name === "point-name" ? String(at) : "";
      input.setAttribute("aria-label", input.getAttribute("aria-label").replace(/\d+$/, String(at)));
    }
    row.querySelector(".left bdi").textContent = "";
    delete row.dataset.outlier;
    this.table.append(row);
    row.querySelector("[name=point-x]").focus();
  }

  /** Rows whose four numbers are all there. */
  points() {
    return this._whole().map(([, point]) => point);
  }

  _whole() {
    return [...this.table.rows].flatMap((row) => {
      const value = (name) => row.querySelector(`[name=point-${name}]`).value;
      const point = Object.fromEntries(AXES.map((axis) => [axis, number(value(axis))]));
      return AXES.every((axis) => Number.isFinite(point[axis])) ? [[row, { ...point, name: value("name") }]] : [];
    });
  }

  /** A click on the drawing or the map fills the chosen row; the next that lacks the same is chosen then. */
  take(values) {
    for (const [axis, value] of Object.entries(values)) this.active.querySelector(`[name=point-${axis}]`).value = value;
    const [first] = Object.keys(values);
    const next = [...this.table.rows].find((row) => row.querySelector(`[name=point-${first}]`).value === "");
    if (next) this._choose(next);
    this._later();
  }

  _choose(row) {
    if (!row) return;
    if (this.active) delete this.active.dataset.active;
    this.active = row;
    row.dataset.active = "";
  }

  _later() {
    clearTimeout(this._timer);
    this._timer = setTimeout(() => this.tell(), 250);
  }

  /** Asks for the fit of what is there and shows it. @returns {Promise<boolean>} whether it can be used */
  async tell() {
    const whole = this._whole();
    const told = this.form.querySelector("#fit-told");
    const wrong = this.form.querySelector("#fit-wrong");
    const outlier = this.form.querySelector("#fit-outlier");
    for (const row of this.table.rows) {
      row.querySelector(".left bdi").textContent = "";
      delete row.dataset.outlier;
    }
    told.hidden = wrong.hidden = outlier.hidden = true;
    if (whole.length < 3) return false;
    try {
      const made = await ask("/files/fit", { method: "POST", json: { kind: this.kind, points: whole.map(([, point]) => point) } });
      whole.forEach(([row], i) => (row.querySelector(".left bdi").textContent = made.residuals_m[i].toFixed(3)));
      if (made.outlier !== null) {
        whole[made.outlier][0].dataset.outlier = "";
        outlier.hidden = false;
      }
      const scale = (value) => Number(value.toPrecision(8)).toString();
      this.form.querySelector("#fit-scale").textContent = this.kind === "affine" ? `${scale(made.scale)} · ${scale(made.scale_y)}` : scale(made.scale);
      this.form.querySelector("#fit-rotation").textContent = `${made.rotation_deg.toFixed(5)}°`;
      this.form.querySelector("#fit-rms").textContent = `${made.rms_m.toFixed(3)} m`;
      told.hidden = false;
      return true;
    } catch (failure) {
      if (!(failure instanceof Refusal)) throw failure;
      wrong.textContent = failure.message;
      wrong.hidden = false;
      return false;
    }
  }
}
