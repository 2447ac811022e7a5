// The ruler and the outline: points by click or by key; numbers come from the server.
import { api } from "../data/api.js";
import { filterCases } from "../data/cases.js";
import { speaker } from "../i18n/book.js";
import { createSketch } from "../render/sketch.js";
import { byId, h, s, settle, show } from "../ui/dom.js";
import { problemText } from "../ui/problem.js";
import { books } from "./tools_words.js";

const w = speaker(books);
const MODES = ["measure", "area"];
const ICONS = {
  measure: "M4 16 16 4l4 4L8 20zM8 12l2 2M11 9l2 2M14 6l2 2",
  area: "M5 7l7-3 7 4-1 9-8 3-6-5z",
};
const shown = (value, digits) => value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });

/** Draws buttons into #tools; store.mode says which tool is on, store.ring what was chosen. */
export function createTools({ store, stage, cases, openSide, closeSide }) {
  const sketch = createSketch(stage.map);
  let points = [];
  let closed = false;
  let answer = null;
  let problem = null;
  let asking = null;

  const mode = () => store.get().mode;

  const part = {
    title: () => w(mode() === "area" ? "area.title" : "measure.title"),
    content: () => [
      h("p", { class: "quiet" }, w(mode() === "area" ? "area.how" : "measure.how")),
      h("p", { id: "tool-points", role: "status" }, w("tools.points", { n: points.length })),
      problem ? h("p", { class: "problem-text" }, problem) : null,
      answer ? numbers(answer) : null,
      store.get().ring ? insideNote() : null,
      h("div", { class: "panel-actions" },
        h("button", { type: "button", class: "button", id: "tool-undo", disabled: !points.length || closed, onclick: undo }, w("tools.undo")),
        h("button", { type: "button", class: "button", id: "tool-close", disabled: points.length < 3 || closed, onclick: close }, w(mode() === "area" ? "tools.done" : "tools.close")),
        h("button", { type: "button", class: "button", id: "tool-clear", disabled: !points.length, onclick: clear }, w("tools.clear"))),
    ],
    onClose: stop,
  };

  function numbers(told) {
    const row = (label, key, unit, digits) => h("tr", {}, h("th", { scope: "row" }, label),
      ...["ellipsoidal", "plane"].map((how) => h("td", { dataset: { figure: `${key}_${how}` } }, w(unit, { n: shown(told[`${key}_${how}_${unit === "tools.mu" ? "mu" : unit === "tools.squares" ? "m2" : "m"}`], digits) }))));
    return [
      h("table", { class: "facts", id: "measured" },
        h("thead", {}, h("tr", {}, h("td", {}), h("th", { scope: "col" }, w("tools.ellipsoidal")), h("th", { scope: "col" }, w("tools.plane")))),
        h("tbody", {},
          row(w(closed ? "tools.perimeter" : "tools.length"), "length", "tools.metres", 1),
          closed ? row(w("tools.surface"), "area", "tools.squares", 0) : null,
          closed ? row("", "area", "tools.mu", 2) : null)),
      h("p", { class: "quiet" }, w("tools.note", { crs: told.crs })),
    ];
  }

  function insideNote() {
    const { hidden, only, ring } = store.get();
    const inside = filterCases(cases.list(), { hidden, only, bounds: null, ring });
    return [
      h("p", { id: "tool-inside" }, h("b", {}, w("tools.inside", { n: inside.length }))),
      cases.isPartial() ? h("p", { class: "quiet" }, w("tools.partial")) : null,
    ];
  }

  const ask = settle(async () => {
    if (points.length < 2) return;
    asking = new AbortController();
    try {
      answer = await api.measure({ points, closed }, asking.signal);
      problem = null;
    } catch (error) {
      if (error.name === "AbortError") return;
      answer = null;
      problem = problemText(error);
    }
    if (mode()) openSide(part);
  }, 120);

  function changed() {
    // what was asked of the drawing as it was is void at once, not only when the next question goes
    asking?.abort();
    if (points.length < 2) answer = null;
    problem = null;
    sketch.show(points, closed);
    if (mode()) openSide(part);
    ask();
  }

  function undo() {
    points = points.slice(0, -1);
    changed();
  }

  function close() {
    if (points.length < 3 || closed) return;
    closed = true;
    answer = null;
    if (mode() === "area") store.set({ ring: points });
    changed();
  }

  function clear() {
    points = [];
    closed = false;
    answer = null;
    store.set({ ring: null });
    changed();
  }

  function stop() {
    asking?.abort();
    points = [];
    closed = false;
    answer = null;
    problem = null;
    sketch.show([], false);
    store.set({ mode: null, ring: null });
  }

  function toggle(wanted) {
    if (mode() === wanted) return closeSide();
    if (mode()) stop();
    store.set({ mode: wanted });
    openSide(part, { focus: document.body.dataset.hand === "keys" });
    return undefined;
  }

  function draw() {
    show(byId("tools"), MODES.map((name) =>
      h("button", {
        type: "button", id: `tool-${name}`, "aria-pressed": String(mode() === name), "aria-label": w(`tools.${name}`),
        title: w(`tools.${name}`), onclick: () => toggle(name),
      }, s("svg", { viewBox: "0 0 24 24", width: 18, height: 18, "aria-hidden": "true" },
        s("path", { d: ICONS[name], fill: "none", stroke: "currentColor", "stroke-width": 1.7 })))));
    byId("tools").setAttribute("aria-label", w("tools.group"));
  }

  store.on(["mode", "lang"], draw);
  draw();

  return {
    toggle,
    /** A point for the tool that is on; false when there is none. */
    takes({ lng, lat }) {
      if (!mode()) return false;
      if (!closed) {
        points = [...points, [lng, lat]];
        changed();
      }
      return true;
    },
    undo: () => Boolean(mode() && !closed && points.length) && (undo(), true),
    close: () => Boolean(mode()) && (close(), true),
    /** What the URL says: the tool, and the ring of an outline. */
    restore({ mode: wanted, ring }) {
      if (!wanted) return;
      points = ring && wanted === "area" ? ring : [];
      closed = points.length > 2;
      store.set({ mode: wanted, ring: closed ? points : null });
      changed();
    },
    redrawIfOpen: () => mode() && openSide(part),
  };
}
