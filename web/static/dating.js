// SPDX-License-Identifier: Apache-2.0
/** The register on another day: the panel that asks for it. The page is made anew then, with everything else as it is. */

import { then } from "./fragment.js";

const DAYS = ["on", "known_on"];
/** Where an answer of the register lies. */
const DATED = /^\/(map|plots|collections)([/?]|$)/;

export class Dating {
  /** @param {{state: import("./state.js").State}} page */
  constructor({ state }) {
    this.state = state;
    this.panel = document.getElementById("dating");
    this.button = document.getElementById("tool-dating");
    this.button.addEventListener("click", () => (this.panel.hidden ? this.open() : this.close()));
    this.panel.querySelector("[data-close-dating]").addEventListener("click", () => this.close());
    this.form = this.panel.querySelector("form");
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.go();
    });
    // What was known earlier cannot tell of a later day.
    this.form.elements.known_on.addEventListener("change", () => this._limit());
    this._limit();
    // A sheet, a file or a page that is reached from a past day is of that day, too.
    if (document.documentElement.dataset.moment) {
      for (const event of ["pointerdown", "focusin", "click"]) document.addEventListener(event, ({ target }) => stay(target), true);
    }
  }

  open() {
    this.panel.hidden = false;
    this.button.setAttribute("aria-pressed", "true");
    this.form.elements.on.focus();
  }

  /** @returns {boolean} whether it was open */
  close() {
    if (this.panel.hidden) return false;
    this.panel.hidden = true;
    this.button.setAttribute("aria-pressed", "false");
    this.button.focus();
    return true;
  }

  go() {
    for (const name of DAYS) this.state.set(name, this.form.elements[name].value);
    location.assign(`/map?${this.state}`);
  }

  _limit() {
    const { on, known_on: known } = this.form.elements;
    on.max = known.value || known.max;
    if (on.value > on.max) on.value = on.max;
  }
}

function stay(target) {
  const link = target.closest?.("a[href]");
  const address = link?.getAttribute("href");
  if (address && DATED.test(address) && !link.closest(".then, #dating")) link.setAttribute("href", then(address));
}
