// The import page: a file is dropped, its columns and coordinates are agreed on, checked, written.
import { language, say } from "../i18n/index.js";
import { byId, h, pause, show } from "../ui/dom.js";
import { problemBox } from "../ui/problem.js";
import { sureButton } from "../ui/sure_button.js";
import { toast } from "../ui/toast.js";
import { openFrame } from "./frame.js";
import { importApi } from "./import_api.js";
import { findingsSection } from "./import_findings.js";
import { loadProposals, proposalsSection } from "./import_proposals.js";
import { drawPicture } from "./import_map.js";
import { w } from "./import_words.js";

const POLL_MS = 700;
const page = { kinds: [], runs: [], outline: [], run: null, preview: null, shapes: null, repairs: [], addresses: [], chosenCrs: null, watched: 0 };

const kindName = (one) => (language() === "zh" ? one.zh ?? one.kind_zh : one.en ?? one.kind_en);
const isBusy = (run) => run.job !== null && run.job !== undefined && ["waiting", "running"].includes(run.job.state);

async function load() {
  const [kinds, runs, place] = await Promise.all([importApi.kinds(), importApi.list(), importApi.place()]);
  page.kinds = kinds.items;
  page.runs = runs.items;
  const top = Math.min(...place.levels.map((level) => level.rank));
  page.outline = (await importApi.outline(top)).features;
  const wanted = Number(location.hash.slice(1));
  if (wanted) await open(wanted);
}

async function open(id) {
  page.run = await importApi.get(id);
  page.preview = page.shapes = page.chosenCrs = null;
  history.replaceState(null, "", `#${id}`);
  if (page.run.state === "uploaded" && page.run.candidates.length) page.preview = await importApi.preview(id);
  await loadChecked();
}

/** What is shown of a checked file besides its findings. */
async function loadChecked() {
  page.repairs = page.addresses = [];
  if (page.run.state !== "staged" || isBusy(page.run)) return;
  page.shapes = await importApi.shapes(page.run.import_id);
  Object.assign(page, await loadProposals(page.run));
}

function draw() {
  show(byId("view"), page.run ? runView(page.run) : startView());
  if (page.run && isBusy(page.run)) watch(page.run.import_id);
}

async function go(id) {
  await open(id);
  draw();
}

async function back() {
  page.run = null;
  history.replaceState(null, "", location.pathname);
  page.runs = (await importApi.list()).items;
  draw();
}

// Ask until the work is over; a page that was left or another file ends it.
async function watch(id) {
  const turn = (page.watched += 1);
  while (page.watched === turn && page.run?.import_id === id) {
    await pause(POLL_MS);
    let run;
    try {
      run = await importApi.get(id);
    } catch {
      return;
    }
    if (page.watched !== turn || page.run?.import_id !== id) return;
    page.run = run;
    if (isBusy(run)) {
      drawProgress(run);
      continue;
    }
    await loadChecked();
    page.watched += 1;
    draw();
  }
}

function startView() {
  return h("div", { class: "p-cards" }, uploadCard(), listCard());
}

function uploadCard() {
  const told = h("div", { role: "status" });
  const kind = h("select", { name: "kind" }, page.kinds.map((one) => h("option", { value: one.kind }, kindName(one))));
  const input = h("input", { type: "file", name: "file", onchange: () => send(input.files[0]) });
  const send = async (file) => {
    if (!file) return;
    show(told, h("p", { class: "loading" }, w("imp.sending")));
    try {
      const run = await importApi.upload(kind.value, file);
      await go(run.import_id);
    } catch (error) {
      show(told, problemBox(error));
    }
  };
  const over = (event, is) => {
    event.preventDefault();
    zone.classList.toggle("i-over", is);
  };
  const zone = h("label", {
    class: "i-drop",
    ondragover: (event) => over(event, true),
    ondragleave: (event) => over(event, false),
    ondrop: (event) => {
      over(event, false);
      send(event.dataTransfer.files[0]);
    },
  }, w("imp.drop"), input);
  return h("section", { class: "p-card", id: "upload" },
    h("h2", {}, w("imp.upload")),
    h("p", { class: "quiet" }, w("imp.uploadWhy")),
    h("label", { class: "field" }, h("span", {}, w("imp.kind")), kind),
    zone,
    told);
}

function listCard() {
  return h("section", { class: "p-card", id: "mine" },
    h("h2", {}, w("imp.mine")),
    page.runs.length
      ? h("ul", { class: "p-list" }, page.runs.map((run) => h("li", {},
        h("div", { class: "p-row-main" }, h("b", {}, run.file_name), h("small", {}, `${kindName(run)} · ${w(`imp.state.${run.state}`)}`)),
        h("button", { type: "button", class: "button small", onclick: () => go(run.import_id) }, w("imp.open")))))
      : h("p", { class: "empty" }, w("imp.none")));
}

function runView(run) {
  const over = ["committed", "cancelled", "undone"].includes(run.state);
  const readable = !over && !isBusy(run);
  return [
    h("div", { class: "i-head" },
      h("button", { type: "button", class: "button small", onclick: back }, w("imp.back")),
      h("h2", { id: "run" }, run.file_name),
      h("span", { class: "pill" }, `${kindName(run)} · ${w(`imp.state.${run.state}`)}`),
      over || run.state === "committing" ? null : sureButton(w("imp.cancel"), () => deed(importApi.cancel(run.import_id)), { id: "cancel" })),
    h("div", { class: "p-cards" },
      run.error ? h("section", { class: "p-card p-wide" }, h("p", { class: "notice" }, say(run.error.detail)), h("p", { class: "quiet" }, say(run.error.fix))) : null,
      run.job?.detail && run.state !== "committed" ? h("section", { class: "p-card p-wide" }, h("p", { class: "notice" }, say(run.job.detail))) : null,
      readable && run.state !== "staged" ? mappingCard(run) : null,
      readable && run.state !== "staged" ? crsCard(run) : null,
      over ? null : checkCard(run),
      run.state === "staged" && !isBusy(run) ? [proposalsSection(run, page, takeAndCheck), findingsSection(run, page, deed)] : null,
      run.state === "committed" ? doneCard(run) : null),
  ];
}

function mappingCard(run) {
  const columns = [...run.fields.map((field) => field.column).filter(Boolean), ...run.unmapped];
  const selects = {};
  const told = h("div", { role: "status" });
  const save = () => {
    const changed = {};
    for (const field of run.fields) {
      const value = selects[field.name].value || null;
      if (value !== field.column) changed[field.name] = value;
    }
    deed(importApi.map(run.import_id, changed), told);
  };
  return h("section", { class: "p-card p-wide", id: "mapping" },
    h("h2", {}, w("imp.mapping")),
    h("p", { class: "quiet" }, w("imp.mappingWhy")),
    h("table", { class: "p-table" },
      h("thead", {}, h("tr", {}, ["imp.field", "imp.column", "imp.sure"].map((key) => h("th", { scope: "col" }, w(key))))),
      h("tbody", {}, run.fields.map((field) => {
        selects[field.name] = h("select", { name: `field-${field.name}`, "aria-label": kindName(field) },
          h("option", { value: "" }, w("imp.leaveOut")), columns.map((column) => h("option", { value: column }, column)));
        selects[field.name].value = field.column ?? "";
        return h("tr", {},
          h("td", { "data-label": w("imp.field") }, kindName(field), field.required ? [" ", h("small", { class: "i-needed" }, w("imp.required"))] : null),
          h("td", { "data-label": w("imp.column") }, selects[field.name]),
          h("td", { "data-label": w("imp.sure") }, field.column ? `${Math.round(field.confidence * 100)} % · ${w(`imp.why.${field.why}`)}` : null));
      }))),
    run.unmapped.length ? h("p", { class: "quiet" }, w("imp.unmapped", { names: run.unmapped.join("、") })) : null,
    told,
    h("button", { type: "button", class: "button", id: "save-mapping", onclick: save }, w("imp.saveMapping")));
}

function crsCard(run) {
  const head = [h("h2", {}, w("imp.crs"))];
  if (!run.candidates.length) return h("section", { class: "p-card", id: "crs" }, head, h("p", { class: "quiet" }, w("imp.crsNone")));
  const chosen = page.chosenCrs ?? run.crs_key ?? run.candidates[0].key;
  const told = h("div", { role: "status" });
  const old = h("input", { type: "checkbox", name: "within100m" });
  const pick = (key) => {
    page.chosenCrs = key;
    draw();
    document.querySelector(`#crs input[value="${CSS.escape(key)}"]`)?.focus();
  };
  const feature = page.preview?.features.find((one) => one.properties.key === chosen);
  return h("section", { class: "p-card p-wide", id: "crs" },
    head,
    h("p", { class: "quiet" }, w("imp.crsWhy")),
    h("p", { class: run.crs_key ? "notice good" : "notice" }, run.crs_key ? w("imp.decided", { key: run.crs_key }) : w("imp.undecided")),
    h("div", { class: "i-two" },
      h("fieldset", { class: "i-choices" }, run.candidates.map((one) => h("label", {},
        h("input", { type: "radio", name: "crs", value: one.key, checked: one.key === chosen, onchange: () => pick(one.key) }),
        h("span", {}, h("b", {}, language() === "zh" ? one.label_zh : one.label_en), " ",
          h("small", {}, `${one.key} · ${w("imp.inside", { share: `${Math.round(one.share_inside * 100)} %` })}`))))),
      feature ? drawPicture(page.outline, [{ geometry: feature.geometry }], w("imp.pictureCrs", { key: chosen })) : null),
    run.crs_refused === "crs.old_datum" ? h("label", { class: "i-check" }, old, w("imp.old")) : null,
    told,
    h("button", { type: "button", class: "button", id: "decide", onclick: () => deed(importApi.decide(run.import_id, chosen, old.checked), told) }, w("imp.decide")));
}

function checkCard(run) {
  const told = h("div", { role: "status" });
  const start = () => deed(importApi.check(run.import_id), told);
  const can = run.state === "uploaded" || run.state === "failed" || run.state === "staging";
  return h("section", { class: "p-card", id: "check" },
    h("h2", {}, w("imp.check")),
    h("p", { class: "quiet" }, w("imp.checkWhy")),
    h("div", { id: "progress", role: "status" }, progressOf(run)),
    told,
    can && !isBusy(run) ? h("button", { type: "button", class: "button primary", id: "start", onclick: start }, w(run.state === "uploaded" ? "imp.start" : "imp.again")) : null);
}

function progressOf(run) {
  if (!isBusy(run)) return run.rows_staged ? h("p", {}, w("imp.rows", { n: run.rows_staged })) : null;
  if (run.job.state === "waiting") return h("p", { class: "loading" }, w("imp.waiting"));
  if (run.state === "staged") return h("p", { class: "loading" }, w("imp.committing"));
  return [
    h("progress", { max: run.rows_total ?? 1, value: run.rows_total ? run.rows_staged : 0 }),
    h("p", {}, run.rows_total ? w("imp.of", { done: run.rows_staged, total: run.rows_total }) : w("imp.rows", { n: run.rows_staged })),
  ];
}

function drawProgress(run) {
  const node = byId("progress");
  if (node) show(node, progressOf(run));
}

function doneCard(run) {
  const told = h("div", { role: "status" });
  const undo = async () => {
    try {
      const done = await importApi.undo(run.import_id, true);
      toast(w("imp.undone", { rows: done.rows }));
      await back();
    } catch (error) {
      show(told, problemBox(error));
    }
  };
  return h("section", { class: "p-card", id: "done" },
    h("p", { class: "notice good" }, w("imp.done", { batch: run.import_batch_id })),
    told,
    sureButton(w("imp.undo"), undo, { id: "undo" }));
}

/** Keep what was taken and check the file again with it. */
const takeAndCheck = (asked, told) => deed(asked.then((run) => importApi.check(run.import_id)), told);

/** Do something to the open run and show it again; a refusal is told where the button is. */
async function deed(asked, told = null) {
  try {
    const run = await asked;
    await open(run.import_id);
    draw();
  } catch (error) {
    if (told) show(told, problemBox(error));
    else show(byId("view"), problemBox(error, back));
  }
}

await openFrame({ title: () => w("imp.title"), load, draw });
