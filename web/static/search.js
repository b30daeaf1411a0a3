// SPDX-License-Identifier: Apache-2.0
/** The search box: answers while the reader types, walked by the arrow keys, opened by Enter. */
import { fragment, latest } from "./fragment.js";

const WAIT_MS = 150;

/** "a01 24" and "A01-24" are called the same. */
const plain = (words) => words.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");

export class Search {
  /** @param {{settings: {lang: string}, failed: Function, open: (link: HTMLAnchorElement) => void}} page */
  constructor({ settings, failed, open }) {
    this.lang = settings.lang;
    this.open = open;
    this.form = document.querySelector("form.search");
    this.input = this.form.elements.q;
    this.found = document.getElementById("found");
    this.run = latest(failed);
    this.form.addEventListener("submit", (event) => this._submitted(event));
    this.input.addEventListener("input", () => {
      clearTimeout(this._waiting);
      this._waiting = setTimeout(() => this.ask(), WAIT_MS);
    });
    this.input.addEventListener("keydown", (event) => this._key(event, -1));
    this.found.addEventListener("keydown", (event) => this._key(event, this.links().indexOf(event.target.closest("[data-found]"))));
    // Who turns to something else is done with the answers.
    document.addEventListener("pointerdown", (event) => {
      if (!this.form.contains(event.target) && !this.found.contains(event.target)) this.close();
    });
    this.found.addEventListener("click", (event) => {
      const link = event.target.closest("[data-found]");
      if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      this._choose(link);
    });
  }

  /** The answers go; what was typed stays. */
  close() {
    clearTimeout(this._waiting);
    this.run(async () => this.found.replaceChildren());
  }

  _choose(link) {
    this.close();
    this.open(link);
  }

  /** @returns {HTMLAnchorElement[]} */
  links() {
    return [...this.found.querySelectorAll("[data-found]")];
  }

  /** Asks for what is typed. @returns {Promise<void>} */
  ask() {
    clearTimeout(this._waiting);
    const words = this.input.value.trim();
    if (words === "") {
      this.found.replaceChildren();
      return Promise.resolve();
    }
    return this.run(async (signal) => this.found.replaceChildren(await fragment(`/map/search?${new URLSearchParams({ q: words, lang: this.lang })}`, signal)));
  }

  /** Enter: the only answer is opened, or the only one that is called exactly so; of several the reader chooses. */
  async _submitted(event) {
    event.preventDefault();
    await this.ask();
    const typed = plain(this.input.value);
    const links = this.links();
    const exact = links.filter((link) => plain(link.querySelector(".found-title").textContent) === typed);
    const meant = links.length === 1 ? links : exact;
    if (meant.length === 1) this._choose(meant[0]);
    else links[0]?.focus();
  }

  /** @param {number} at - which answer has the focus; -1: the input */
  _key(event, at) {
    const links = this.links();
    if (event.key === "Escape" && at >= 0) this.input.focus();
    else if (event.key === "Escape" && links.length) this.close();
    else if (event.key === "ArrowDown" && links.length) links[Math.min(at + 1, links.length - 1)].focus();
    else if (event.key === "ArrowUp" && at >= 0) (links[at - 1] ?? this.input).focus();
    else return;
    event.preventDefault();
    // Escape goes back to the input here, and must not close the card as well.
    event.stopPropagation();
  }
}
