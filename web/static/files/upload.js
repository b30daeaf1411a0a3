// SPDX-License-Identifier: Apache-2.0
/** Sending a file in pieces: each is acknowledged, so progress is what has arrived, and a break is gone on from. */
import { Refusal, ask } from "./ask.js";

const SMALLEST = 64 * 1024;
const LARGEST = 8 * 1024 * 1024;
/** A piece is as large as the line carries in about a second. */
const WANTED_MS = 1000;
/** Formats of several files: the suffixes of the one that is opened, and of what belongs to it. */
const FAMILIES = JSON.parse(document.getElementById("choose").dataset.families);

const suffix = (name) => (name.match(/\.[^.]*$/)?.[0] ?? "").toLowerCase();
const stem = (name) => name.slice(0, name.length - suffix(name).length).toLowerCase();
const family = (file) => FAMILIES.find(([main]) => main.includes(suffix(file.name)));

/** Files as they belong together: the parts of a Shapefile are one. @param {File[]} files @returns {File[][]} */
export function grouped(files) {
  const groups = [];
  const used = new Set();
  for (const main of files.filter(family)) {
    if (used.has(main)) continue;
    const parts = family(main)[1];
    const group = files.filter((file) => !used.has(file) && (file === main || (parts.includes(suffix(file.name)) && stem(file.name) === stem(main.name))));
    group.forEach((file) => used.add(file));
    groups.push(group);
  }
  const rest = files.filter((file) => !used.has(file));
  const lost = rest.filter(headlessPart);
  if (lost.length) groups.push(lost);
  return [...groups, ...rest.filter((file) => !lost.includes(file)).map((file) => [file])];
}

const headlessPart = (file) => !family(file) && FAMILIES.some(([, parts]) => parts.includes(suffix(file.name)));

/** True for parts of a Shapefile without the one that is read. */
export const headless = (group) => group.every(headlessPart);

/** What a group is called: by the file that is opened. */
export const nameOf = (group) => (group.find(family) ?? group[0]).name;

/** One file on its way. `told(sent, size)` hears what has arrived; `waiting(yes)` whether the network is away. */
export class Sending {
  constructor(files, sender, { told, waiting }) {
    Object.assign(this, { files, sender, told, waiting, id: null });
    this.size = files.reduce((sum, file) => sum + file.size, 0);
    this._aborter = new AbortController();
  }

  cancel() {
    this._aborter.abort();
  }

  /** @returns {Promise<string>} the file's number, all of it sent. Throws Refusal, or AbortError when cancelled. */
  async run() {
    const files = this.files.map(({ name, size, lastModified }) => ({ name, size, stamp: lastModified }));
    const made = await this._steadily(() => ask("/files/incoming", { method: "POST", json: { files, sender: this.sender }, signal: this._aborter.signal }));
    this.id = made.id;
    const received = [...made.received];
    let piece = 4 * SMALLEST;
    for (const [number, file] of this.files.entries()) {
      while (received[number] < file.size) {
        const offset = received[number];
        const began = performance.now();
        try {
          const bytes = await file.slice(offset, offset + piece).arrayBuffer();
          const answer = await this._steadily(async () =>
            ask(`/files/incoming/${this.id}/parts/${number}?offset=${offset}`, { method: "PUT", body: bytes, signal: this._aborter.signal }),
          );
          received[number] = answer.received;
        } catch (failure) {
          // What arrived before a break is told by the server; another sender of the same file may be ahead.
          if (!(failure instanceof Refusal) || failure.problem.type !== "/problems/part-not-next") throw failure;
          await new Promise((go) => setTimeout(go, 200));
          received[number] = failure.problem.received;
        }
        const took = performance.now() - began;
        piece = Math.min(LARGEST, Math.max(SMALLEST, Math.round((piece * WANTED_MS) / Math.max(took, 50))));
        this.told(received.reduce((sum, each) => sum + each, 0), this.size);
      }
    }
    await this._steadily(() => ask(`/files/incoming/${this.id}/arrived`, { method: "POST", signal: this._aborter.signal }));
    return this.id;
  }

  /** Again and again while the network is away. */
  async _steadily(work) {
    for (let pause = 1000; ; pause = Math.min(pause * 2, 15000)) {
      try {
        const answer = await work();
        this.waiting(false);
        return answer;
      } catch (failure) {
        if (!(failure instanceof TypeError) && !(failure instanceof Refusal && failure.status === 503)) throw failure;
        this.waiting(true);
        await new Promise((go) => setTimeout(go, pause));
        this._aborter.signal.throwIfAborted();
      }
    }
  }
}
