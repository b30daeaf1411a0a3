// SPDX-License-Identifier: Apache-2.0
/** Comparison of two to four plots (in the address), and the reader's shortlist (in this browser). */
import { boxOf, reveal } from "./fitting.js";
import { fragment, latest } from "./fragment.js";
import { note } from "./tools.js";

const MOST = 4;
const KEPT = "marsa.shortlist";

export class Compare {
  /** @param {{state: object, settings: object, failed: Function, changed: Function}} page */
  constructor(page) {
    this.page = page;
    this.drawer = document.getElementById("compare");
    this.run = latest(page.failed);
    this.drawer.addEventListener("click", (event) => this._clicked(event));
    document.getElementById("card").addEventListener("click", (event) => {
      const button = event.target.closest("[data-compare]");
      if (button) this._toggle(button.dataset.compare);
    });
  }

  /** Brings drawer and buttons to what the address says, and what is compared into the part of the map that stays free. */
  async apply() {
    const numbers = this.page.state.all("compare").slice(0, MOST);
    this.buttons();
    if (numbers.length === 0) {
      this.drawer.hidden = true;
      this.drawer.replaceChildren();
      this._outline();
      return;
    }
    await this.run(async (signal) => {
      const query = new URLSearchParams([["lang", this.page.settings.lang], ...numbers.map((each) => ["number", each])]);
      const got = await fragment(`/map/compare?${query}`, signal).catch((failure) => {
        if (failure.status !== 404) throw failure;
        return document.createDocumentFragment();
      });
      this.drawer.replaceChildren(got);
      this.drawer.hidden = this.drawer.childElementCount === 0;
      this._missing(numbers);
      if (this.drawer.hidden) {
        this._outline();
        return;
      }
      this._outline();
      reveal(this.page.map, boxOf(this.drawer.querySelectorAll("[data-box]")));
    });
  }

  /** Numbers that no plot has are said, and leave the address. */
  _missing(numbers) {
    const { state, settings } = this.page;
    const there = new Set([...this.drawer.querySelectorAll("[data-compare-drop]")].map((each) => each.dataset.compareDrop));
    const gone = numbers.filter((each) => !there.has(each));
    if (gone.length === 0) return;
    state.set("compare", numbers.filter((each) => there.has(each)).join(",")).replace();
    this.page.changed();
    const said = gone.map((each) => `\u2068${each.slice(0, 60)}\u2069`).join(settings.lang === "ar" ? "، " : ", ");
    note(settings.texts.not_compared.replace("{given}", said));
  }

  /** Those compared are outlined on the map. */
  _outline() {
    const { layers, outlines } = this.page;
    const objects = [...this.drawer.querySelectorAll("[data-card]")].map((link) => link.dataset.card.split("/"));
    outlines.show("compared", objects.map(([collection, id]) => ({ layer: layers[collection], id: Number(id) })));
  }

  /** The card's button says what it would do. */
  buttons() {
    const numbers = new Set(this.page.state.all("compare"));
    for (const button of document.querySelectorAll("#card [data-compare]")) press(button, numbers.has(button.dataset.compare));
  }

  _toggle(number) {
    const numbers = this.page.state.all("compare");
    const fewer = numbers.filter((each) => each !== number);
    if (fewer.length === numbers.length && numbers.length >= MOST) {
      note(this.page.settings.texts.compare_full);
      return;
    }
    this._set(fewer.length === numbers.length ? [...numbers, number] : fewer);
  }

  _set(numbers) {
    this.page.state.set("compare", numbers.join(",")).push();
    this.page.changed();
    this.apply();
  }

  _clicked(event) {
    const drop = event.target.closest("[data-compare-drop]");
    if (drop) this._toggle(drop.dataset.compareDrop);
    if (event.target.closest("[data-compare-clear]")) this._set([]);
    if (event.target.closest("[data-print-compare]")) {
      document.body.dataset.printing = "compare";
      print();
      delete document.body.dataset.printing;
    }
  }
}

export class Shortlist {
  /** @param {{state: object, criteria: object, changed: Function}} page */
  constructor(page) {
    this.page = page;
    this.button = document.getElementById("shortlist");
    this.button.hidden = false;
    this.button.addEventListener("click", () => this._show());
    document.getElementById("card").addEventListener("click", (event) => {
      const star = event.target.closest("[data-shortlist]");
      if (star) this._toggle(star.dataset.shortlist);
    });
    // Another tab of the same browser keeps the same list.
    addEventListener("storage", () => this.buttons());
    this.buttons();
  }

  numbers() {
    try {
      const kept = JSON.parse(localStorage.getItem(KEPT) ?? "[]");
      return Array.isArray(kept) ? kept.filter((each) => typeof each === "string") : [];
    } catch {
      // A browser that keeps nothing, or something else's words under our name: an empty list.
      return [];
    }
  }

  buttons() {
    const numbers = new Set(this.numbers());
    document.getElementById("shortlist-count").textContent = String(numbers.size);
    this.button.disabled = numbers.size === 0;
    this.button.setAttribute("aria-pressed", String(this.page.state.all("number").length > 0));
    for (const star of document.querySelectorAll("#card [data-shortlist]")) press(star, numbers.has(star.dataset.shortlist));
  }

  _toggle(number) {
    const numbers = this.numbers();
    const fewer = numbers.filter((each) => each !== number);
    localStorage.setItem(KEPT, JSON.stringify(fewer.length === numbers.length ? [...numbers, number] : fewer));
    this.buttons();
  }

  _show() {
    const { state } = this.page;
    state.set("number", state.all("number").length ? null : this.numbers().join(",")).push();
    this.page.changed();
    this.page.criteria.apply();
    this.buttons();
  }
}

function press(button, on) {
  button.setAttribute("aria-pressed", String(on));
  (button.querySelector("span") ?? button).textContent = on ? button.dataset.on : button.dataset.off;
}
