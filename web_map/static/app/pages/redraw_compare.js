// Two states of the grid: side by side or one over the other with a line to drag; a slider over days.
import { h, show } from "../ui/dom.js";
import { problemBox } from "../ui/problem.js";
import { redrawApi } from "./redraw_api.js";
import { createPaper, flatten } from "./redraw_paper.js";
import { w } from "./redraw_words.js";

const COLOURS = ["#17483d", "#b45309"];

/** The card; plan (or null) is offered on the right-hand side. */
export function sidesCard(versions, plan = null) {
  const told = h("div", { role: "status" });
  const differences = h("div", { class: "rd-differences" });
  const refs = [...versions.map((one) => ({
    ref: `v${one.grid_version_id}`,
    text: w("rd.asOfDay", { day: one.valid_from, version: one.grid_version_id, plan: (one.plan_name ?? "") + (one.is_to_come ? w("rd.toCome") : "") }),
  })), ...(plan ? [{ ref: `p${plan.plan_id}`, text: w("rd.thisPlan") }] : [])];
  if (!refs.length) return null;
  const sides = [0, 1].map((number) => side(number, refs, number ? refs.length - 1 : Math.max(0, refs.length - 2), () => compare()));
  const swipe = h("input", { type: "checkbox", name: "swipe", onchange: () => { box.classList.toggle("rd-swipe", swipe.checked); sides.forEach((one) => one.fit()); cut(); } });
  const at = h("input", { type: "range", name: "swipe-at", min: 0, max: 100, value: 50, "aria-label": w("rd.swipeAt"), oninput: () => cut() });
  const box = h("div", { class: "rd-sides" }, sides.map((one) => one.node));
  const cut = () => box.style.setProperty("--cut", `${at.value}%`);

  async function compare() {
    if (sides.some((one) => !one.ref())) return;
    try {
      const found = await redrawApi.compare(sides[0].ref(), sides[1].ref(), plan?.rank);
      show(differences,
        h("p", { id: "difference-sum" }, w("rd.differences", { n: found.differences.length, moved: found.moved })),
        found.differences.length ? h("table", { class: "p-table", id: "differences" },
          h("thead", {}, h("tr", {}, ["rd.kind", "rd.before", "rd.after", "rd.ground", "rd.households"].map((key) => h("th", { scope: "col" }, w(key))))),
          h("tbody", {}, found.differences.slice(0, 200).map((one) => h("tr", {},
            h("td", { "data-label": w("rd.kind") }, w(`rd.kind.${one.kind}`)),
            h("td", { "data-label": w("rd.before") }, one.before || "—"),
            h("td", { "data-label": w("rd.after") }, one.after || "—"),
            h("td", { "data-label": w("rd.ground") }, `+${one.gained_m2.toFixed(0)} −${one.lost_m2.toFixed(0)}`),
            h("td", { "data-label": w("rd.households") }, `${one.households_before} → ${one.households_after}`))))) : null);
      show(told);
    } catch (error) {
      show(told, problemBox(error, compare));
    }
  }
  cut();
  queueMicrotask(() => sides.forEach((one) => one.load(plan?.rank)));
  return h("section", { class: "p-card p-wide", id: "sides" },
    h("h2", {}, w(plan ? "rd.sides" : "rd.asOfTitle")),
    h("p", { class: "quiet" }, w("rd.indicative")),
    h("div", { class: "rd-swipe-row" }, h("label", { class: "i-check" }, swipe, w("rd.swipe")), at),
    box, told, differences);
}

function side(number, refs, start, onLoaded) {
  const canvas = h("canvas", { class: "rd-side", role: "img", "aria-label": w(number ? "rd.right" : "rd.left") });
  const told = h("output", { class: "rd-as-of" });
  const slider = h("input", {
    type: "range", min: 0, max: refs.length - 1, value: start, name: `as-of-${number}`, "aria-label": w("rd.asOf"),
    oninput: () => { told.textContent = refs[slider.value].text; }, onchange: () => load(),
  });
  let drawn = null;
  let rank = null;
  let ready = null;
  const paper = createPaper(canvas, {
    paint(context, scale) {
      if (!drawn) return;
      context.fillStyle = "#fff";
      drawn.shapes.forEach(({ path }) => context.fill(path, "evenodd"));
      context.lineWidth = 1.8 / scale;
      context.strokeStyle = COLOURS[number];
      context.setLineDash(number ? [6 / scale, 3 / scale] : []);
      drawn.shapes.forEach(({ path }) => context.stroke(path));
      context.setLineDash([]);
    },
  });
  async function load(asked = rank) {
    rank = asked ?? null;
    ready = null;
    const { ref, text } = refs[slider.value];
    told.textContent = text;
    canvas.dataset.ref = "";
    try {
      const found = await redrawApi.state(ref, rank);
      drawn = flatten(found.features);
      canvas.dataset.grids = found.features.length;
      canvas.dataset.ref = ref;
      ready = ref;
      fit();
      onLoaded();
    } catch (error) {
      show(told, problemBox(error, () => load()));
    }
  }
  const fit = () => drawn && paper.fit(drawn.box);
  return {
    node: h("figure", { class: `rd-side-box rd-side-${number}` }, canvas, h("figcaption", {}, h("span", {}, w(number ? "rd.right" : "rd.left")), slider, told)),
    load, fit, ref: () => ready,
  };
}
