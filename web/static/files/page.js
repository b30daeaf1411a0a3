// SPDX-License-Identifier: Apache-2.0
/** The page of files on their way in: sending, the file at hand with its answers, the lists. */
import { fragment } from "../fragment.js";
import { Refusal, ask } from "./ask.js";
import { FitTable } from "./fit.js";
import { Picture } from "./picture.js";
import { Sending, grouped, headless, nameOf } from "./upload.js";

const { map } = await import(document.documentElement.dataset.map);
const lang = document.documentElement.lang;
const said = document.getElementById("said").dataset;
const element = (id) => document.getElementById(id);
const place = element("file");
const picture = new Picture(map, element("pointed"));
const EVERY_MS = 1000;

map.fitBounds(map.home, { animate: false });
new ResizeObserver(() => map.invalidateSize({ pan: false })).observe(map.getContainer());

let current = null;
let asking = 0;
let fitTable = null;
let picking = null;
let spokenShare = -1;
/** Answers were given whose report has not come yet. */
let pending = false;

const speak = (words) => (element("spoken").textContent = words);

function complain(failure) {
  const box = element("wrong");
  if (failure?.name === "AbortError") return;
  if (failure instanceof Refusal) box.textContent = failure.status === 403 ? said.goneSession : failure.message;
  else box.textContent = said.tooLongAway;
  box.hidden = false;
}

const calm = () => (element("wrong").hidden = true);

// ---- sending ----

async function send(files) {
  calm();
  const sender = element("sender").value;
  for (const group of grouped([...files])) {
    if (headless(group)) {
      element("wrong").textContent = said.leftOver;
      element("wrong").hidden = false;
    } else await sendOne(group, sender);
  }
}

async function sendOne(group, sender) {
  const line = document.createElement("li");
  line.className = "sending";
  const name = document.createElement("bdi");
  name.textContent = nameOf(group);
  const bar = document.createElement("progress");
  bar.setAttribute("aria-label", `${said.sending} ${name.textContent}`);
  const words = document.createElement("span");
  const stop = document.createElement("button");
  stop.type = "button";
  stop.className = "button button-quiet";
  stop.textContent = element("sure").querySelector("[value=no]").dataset.cancel ?? "×";
  stop.setAttribute("aria-label", `× ${name.textContent}`);
  line.append(name, bar, words, stop);
  element("sendings").append(line);
  // As the server writes sizes: one unit for both numbers, a decimal while they are few.
  const unit = group.reduce((sum, each) => sum + each.size, 0) < 1e6 ? { by: 1000, said: said.kilobytes } : { by: 1e6, said: said.megabytes };
  const inUnits = (bytes) => (bytes / unit.by).toLocaleString("en", { maximumFractionDigits: 1 });
  const sending = new Sending(group, sender, {
    told: (sent, size) => {
      bar.max = size;
      bar.value = sent;
      words.textContent = `${inUnits(sent)} / ${inUnits(size)} ${unit.said}`;
    },
    waiting: (yes) => {
      if (yes) words.textContent = said.goneNetwork;
      if (yes) speak(said.goneNetwork);
    },
  });
  stop.addEventListener("click", () => sending.cancel());
  speak(`${said.sending} ${name.textContent}`);
  try {
    const id = await sending.run();
    line.remove();
    await open(id, { push: true });
  } catch (failure) {
    line.remove();
    if (failure.name === "AbortError" && sending.id) await ask(`/files/incoming/${sending.id}`, { method: "DELETE" }).catch(complain);
    else if (failure.name === "NotReadableError" || failure.name === "NotFoundError") complain(new Refusal(0, { detail: said.nameLost }));
    else complain(failure);
    if (failure instanceof Refusal && sending.id && failure.status === 422) await ask(`/files/incoming/${sending.id}`, { method: "DELETE" }).catch(() => null);
  }
  await lists();
}

const drop = element("drop");
for (const kind of ["dragenter", "dragover"]) {
  document.addEventListener(kind, (event) => {
    event.preventDefault();
    drop.dataset.over = "";
  });
}
for (const kind of ["dragleave", "drop"]) document.addEventListener(kind, () => delete drop.dataset.over);
document.addEventListener("drop", (event) => {
  event.preventDefault();
  const items = [...(event.dataTransfer?.items ?? [])];
  const folder = items.some((item) => item.webkitGetAsEntry?.()?.isDirectory);
  if (folder) complain(new Refusal(0, { detail: said.folderDropped }));
  else if (event.dataTransfer?.files.length) send(event.dataTransfer.files);
});
element("choose").addEventListener("change", ({ target }) => {
  const files = [...target.files];
  // Emptied, so that the same file can be chosen again.
  target.value = "";
  if (files.length) send(files);
});

// ---- the file at hand ----

async function open(id, { push = false, quiet = false } = {}) {
  current = id;
  if (push) history.pushState(null, "", `?${new URLSearchParams({ file: id, lang })}`);
  element("language").href = `?${new URLSearchParams({ file: id, lang: element("language").hreflang })}`;
  await show({ quiet });
}

async function show({ quiet = false, zoom = true } = {}) {
  const id = current;
  const kept = document.activeElement?.closest("#file") ? document.activeElement : null;
  const key = kept && (kept.id ? `#${kept.id}` : kept.dataset.field ? `[name=${kept.name}][data-field="${CSS.escape(kept.dataset.field)}"]` : kept.name ? `[name=${kept.name}]${kept.value && kept.type !== "text" ? `[value="${CSS.escape(kept.value)}"]` : ""}` : kept.dataset.do ? `[data-do=${kept.dataset.do}]` : null);
  const opened = new Set([...place.querySelectorAll("details[open]")].map((each) => each.id).filter(Boolean));
  const scrolled = scrollY;
  try {
    const made = await fragment(`/files/incoming/${id}/panel?lang=${lang}`);
    if (id !== current) return;
    place.replaceChildren(made);
  } catch (failure) {
    return complain(failure instanceof TypeError ? failure : new Refusal(/: (\d+)$/.exec(failure.message)?.[1] === "403" ? 403 : 404, { detail: failure.message }));
  }
  for (const each of opened) if (element(each)) element(each).open = true;
  scrollTo(0, scrolled);
  const form = element("answers");
  stopPicking();
  fitTable = form?.querySelector("#points") ? new FitTable(form, said, speak) : null;
  if (key && place.querySelector(key)) place.querySelector(key).focus({ preventScroll: true });
  else if (!quiet) element("file-title").focus();
  form?.addEventListener("change", changed);
  form?.addEventListener("submit", (event) => event.preventDefault());
  const panel = place.querySelector("[data-panel]");
  if (panel.dataset.reported !== "") await picture.show(id, { zoom }).catch(() => picture.clear());
  else picture.clear();
  follow();
}

/** Asks each second how the job stands, until it has ended. */
async function follow() {
  clearTimeout(asking);
  const id = current;
  let standing;
  try {
    standing = await ask(`/files/incoming/${id}`);
    calm();
  } catch (failure) {
    complain(failure);
    if (!(failure instanceof Refusal) || failure.status === 503) asking = setTimeout(follow, 3 * EVERY_MS);
    return;
  }
  if (id !== current) return;
  const { job } = standing;
  const busy = job && (job.state === "waiting" || job.state === "running");
  if (busy) {
    progress(job);
    asking = setTimeout(follow, EVERY_MS);
    return;
  }
  const panel = place.querySelector("[data-panel]");
  const shown = element("progress") && !element("progress").hidden;
  // A trial that was stopped for newer answers, or ended just before it could be: these are tried now. One that a person
  // stopped stays stopped.
  const stale = pending && standing.state === "here" && standing.reported !== standing.answered && ["stopped", "done"].includes(job?.state);
  if (stale) {
    await ask(`/files/incoming/${id}/try`, { method: "POST" }).catch(complain);
    asking = setTimeout(follow, EVERY_MS / 2);
  } else if (pending || shown || panel?.dataset.state !== standing.state || panel?.dataset.reported !== String(standing.reported ?? "")) {
    pending = false;
    await show({ quiet: true, zoom: panel?.dataset.reported === "" });
    speak(element("refusal")?.textContent ?? place.querySelector(".conclusion strong, .done strong")?.textContent ?? "");
    if (standing.state !== "here") await lists();
  }
}

function progress(job) {
  const box = element("progress");
  if (!box) return;
  box.hidden = false;
  element("share").value = job.share;
  const [step, done, of] = (job.state === "waiting" ? "waiting" : (job.step ?? "reading")).split(" ");
  const words = said[`step${step[0].toUpperCase()}${step.slice(1)}`] ?? step;
  const numbers = done === undefined ? "" : of === undefined ? Number(done).toLocaleString("en") : `${Number(done).toLocaleString("en")} / ${Number(of).toLocaleString("en")}`;
  element("share-words").textContent = `${words} ${numbers} · ${Math.round(job.share * 100)} %`;
  // Told by the tenth: a reader of the screen is not spoken to each second.
  const tenth = Math.floor(job.share * 10);
  if (tenth !== spokenShare) speak(`${words} ${tenth * 10} %`);
  spokenShare = tenth;
  const commit = element("commit");
  if (commit) commit.disabled = true;
}

/** A raster's answers are its fields as they stand. */
function rasterAnswersOf(form) {
  const given = {};
  for (const field of form.elements) {
    if (!field.name || field.disabled) continue;
    if (field.type === "radio" || (field.type === "checkbox" && field.name === "crs")) {
      if (field.checked) given[field.name] = field.value;
    } else if (field.type === "checkbox") {
      if (field.checked) given[field.name] = true;
    } else if (field.value.trim() !== "") given[field.name] = field.value.trim();
  }
  if (given.nodata_none) given.nodata = "none";
  delete given.nodata_none;
  return { kind: null, ...given };
}

function answersOf(form, { fit } = {}) {
  if (form.dataset.raster !== undefined) return rasterAnswersOf(form);
  const value = (name) => form.elements[name]?.value || null;
  const ticked = (name) => form.elements[name]?.checked ?? undefined;
  const boxes = [...form.querySelectorAll("[name=layers]")];
  const wanted = boxes.filter((box) => box.checked).map((box) => box.value);
  const columns = [...form.querySelectorAll("[name=column]")].map((each) => [each.dataset.field, each.value]);
  const targets = [...form.querySelectorAll("[name=layer-target]")].filter((each) => each.value).map((each) => [each.dataset.field, each.value]);
  const values = [...form.querySelectorAll("[name=value]")].filter((each) => each.value).map((each) => [each.dataset.field, each.value]);
  const crs = form.querySelector("[name=crs]:checked")?.value ?? null;
  const now = fit === undefined ? kept.fit : fit;
  const said_ = {
    target: value("target"), zone: value("zone"), title: value("title"), shown: ticked("shown"), crs: now ? null : crs, fit: now ?? null,
    encoding: value("encoding"), units: value("units"), layers: boxes.length && wanted.length < boxes.length ? wanted : null,
    targets: targets.length ? Object.fromEntries(targets) : null, columns: Object.fromEntries(columns), values: Object.fromEntries(values),
    adopt_cm: value("adopt_cm") === null ? null : Number(value("adopt_cm")), leave_out_faulty: ticked("leave_out_faulty"), all_outlines: ticked("all_outlines"), again: ticked("again"),
  };
  return Object.fromEntries(Object.entries(said_).filter(([, each]) => each !== undefined && each !== null));
}

/** The fit that is in use is not in the form's fields until it is used. */
const kept = {
  get fit() {
    return element("fit-box")?.querySelector("[data-do=unfit]") && fitTable ? { kind: fitTable.kind, points: fitTable.points() } : null;
  },
};

let later = 0;
function changed({ target }) {
  if (target.name?.startsWith("point-") || target.id === "fit-kind") return;
  clearTimeout(later);
  later = setTimeout(() => answer(), 150);
}

async function answer(more) {
  const form = element("answers");
  if (!form) return;
  calm();
  const given = answersOf(form, more);
  // Fields of another target mean nothing there.
  if (form.dataset.raster === undefined && form.dataset.zoneWanted !== (given.target ?? "reference")) for (const name of ["columns", "values", "adopt_cm", "title"]) delete given[name];
  try {
    pending = true;
    await ask(`/files/incoming/${current}/answers`, { method: "PUT", json: given });
    progress({ state: "waiting", share: 0 });
    asking = setTimeout(follow, EVERY_MS / 3);
  } catch (failure) {
    complain(failure);
  }
}

const doing = {
  stop: () => {
    pending = false;
    return ask(`/files/incoming/${current}/stop`, { method: "POST" });
  },
  try: async () => {
    await ask(`/files/incoming/${current}/try`, { method: "POST" });
    progress({ state: "waiting", share: 0 });
    follow();
  },
  commit: async (button) => {
    button.disabled = true;
    const panel = place.querySelector("[data-panel]");
    await ask(`/files/incoming/${current}/commit`, { method: "POST", json: { answered: Number(panel.dataset.answered) } });
    progress({ state: "waiting", share: 0 });
    follow();
  },
  forget: async () => {
    await ask(`/files/incoming/${current}`, { method: "DELETE" });
    close();
    await lists();
    element("drop-title").parentElement.querySelector("#choose").focus();
  },
  "add-point": () => fitTable.add(),
  "pick-plan": (button) => pick(button, "plan"),
  "pick-map": (button) => pick(button, "map"),
  fit: async () => {
    if (await fitTable.tell()) await answer({ fit: { kind: fitTable.kind, points: fitTable.points() } });
    else if (fitTable.points().length < 3) {
      element("fit-wrong").hidden = false;
      const refused = await ask("/files/fit", { method: "POST", json: { points: fitTable.points() } }).catch((failure) => failure);
      element("fit-wrong").textContent = refused.message;
    }
  },
  unfit: () => answer({ fit: null }),
};

place.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  if (button.dataset.do) Promise.resolve(doing[button.dataset.do](button)).catch(complain);
  else if (button.dataset.would) picture.show(current, { crs: button.dataset.would }).then(() => speak(said.jumped), complain);
  else if (button.dataset.place) {
    const [lon, lat] = button.dataset.place.split(",").map(Number);
    picture.jump(lon, lat);
    speak(said.jumped);
  }
});

function close() {
  current = null;
  clearTimeout(asking);
  place.replaceChildren();
  picture.clear();
  stopPicking();
  history.pushState(null, "", `?${new URLSearchParams({ lang })}`);
}

// ---- points clicked ----

async function pick(button, what) {
  if (picking === what) return stopPicking();
  stopPicking();
  picking = what;
  button.setAttribute("aria-pressed", "true");
  if (what === "plan") {
    element("plan-box").hidden = false;
    await picture.plan(element("plan"), current, (x, y) => {
      fitTable.take({ x, y });
      speak(said.pickedPlan);
    });
  }
}

function stopPicking() {
  picking = null;
  for (const button of place.querySelectorAll("[data-do^=pick]")) button.setAttribute("aria-pressed", "false");
  element("plan-box").hidden = true;
  picture.closePlan();
}

map.on("click", async ({ latlng }) => {
  if (picking !== "map" || !fitTable) return;
  const told = await ask(`/map/position?lon=${latlng.lng}&lat=${latlng.lat}`);
  const found = /E ([\d,.]+)\s+N ([\d,.]+)/.exec(told.legal);
  if (!found) return;
  fitTable.take({ east: found[1].replaceAll(",", ""), north: found[2].replaceAll(",", "") });
  speak(said.pickedMap);
});

element("zoom-in").addEventListener("click", () => map.zoomIn());
element("zoom-out").addEventListener("click", () => map.zoomOut());
element("zoom-file").addEventListener("click", () => picture.fit());

// ---- lists, undo ----

async function lists() {
  await fragment(`/files/list?lang=${lang}`).then((made) => element("lists").replaceChildren(made), complain);
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("#lists a[data-file]");
  if (link) {
    event.preventDefault();
    open(link.dataset.file, { push: true });
    return;
  }
  const button = event.target.closest("[data-undo]");
  if (!button) return;
  const sure = element("sure");
  element("sure-title").dataset.name = button.dataset.name;
  sure.returnValue = "no";
  sure.showModal();
  sure.addEventListener("close", () => sure.returnValue === "yes" && undo(button.dataset.undo).catch(complain), { once: true });
});

async function undo(importId) {
  const { job } = await ask(`/files/imports/${importId}/undo`, { method: "POST" });
  speak(said.stepUndoing);
  for (;;) {
    const standing = await ask(`/files/jobs/${job}`);
    if (!["waiting", "running"].includes(standing.state)) {
      if (standing.state !== "done") complain(new Refusal(409, { detail: standing.told ?? said.endedFailed }));
      break;
    }
    await new Promise((go) => setTimeout(go, 400));
  }
  await lists();
  if (current) await show({ quiet: true, zoom: false });
}

addEventListener("popstate", () => {
  const id = new URLSearchParams(location.search).get("file");
  if (id && id !== current) open(id);
  else if (!id) {
    current = null;
    place.replaceChildren();
    picture.clear();
  }
});

// Only now is there somebody to take what is chosen.
element("choose").disabled = false;
const first = document.body.dataset.file;
if (first) open(first, { quiet: true });

export { map, picture };
