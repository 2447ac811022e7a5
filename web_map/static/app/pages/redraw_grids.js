// The table twin of the board: every grid with its households, the histogram, and live totals.
import { h, s } from "../ui/dom.js";
import { w } from "./redraw_words.js";

const WIDE = 320;
const HIGH = 96;
const BARS = 16;

export const gridName = (grid) => (grid.code ? grid.code : `+${grid.grid}`);

/** What is wrong with a size in words and with a sign, or that it is right. */
export function sizeMark(n, low, high) {
  if (n < low) return h("span", { class: "rd-out" }, "▽ ", w("rd.under", { n: low - n }));
  if (n > high) return h("span", { class: "rd-out" }, "△ ", w("rd.over", { n: n - high }));
  return h("span", { class: "rd-in" }, "✓ ", w("rd.inBounds"));
}

/** Rows of all grids; on.choose(grid), on.lock(grid), on.rename(grid, text), on.zoom(grid). */
export function gridTable(part, plan, { chosen, mayEdit, on }) {
  const cells = ["rd.grid", "rd.households", "rd.today", "rd.shape", ""];
  return h("table", { class: "p-table rd-grids", id: "grids" },
    h("thead", {}, h("tr", {}, cells.map((key) => h("th", { scope: "col" }, key ? w(key) : "")))),
    h("tbody", {}, part.grids.map((grid) => h("tr", { class: grid.grid === chosen ? "rd-chosen" : null, dataset: { grid: grid.grid } },
      h("td", { "data-label": w("rd.grid") },
        h("button", { type: "button", class: "link", "aria-pressed": String(grid.grid === chosen), onclick: () => on.choose(grid.grid) },
          gridName(grid)), h("small", {}, " ", grid.name || (grid.is_new ? w("rd.newGrid") : ""))),
      h("td", { "data-label": w("rd.households") }, h("b", {}, grid.households), " ", sizeMark(grid.households, plan.low, plan.high)),
      h("td", { "data-label": w("rd.today") }, grid.is_new ? "—" : grid.today),
      h("td", { "data-label": w("rd.shape") }, grid.compactness.toFixed(2)),
      h("td", { class: "p-deeds" },
        h("button", { type: "button", class: "button small", onclick: () => on.zoom(grid) }, w("rd.zoom")),
        mayEdit ? h("button", { type: "button", class: "button small", onclick: () => on.lock(grid) }, w(grid.locked ? "rd.unlock" : "rd.lock")) : null)))));
}

/** How many grids have how many households, the bounds as lines, as an SVG with words. */
export function histogram(part, plan) {
  const sizes = part.grids.map((grid) => grid.households);
  const most = Math.max(...sizes, plan.high * 1.2, 1);
  const step = most / BARS;
  const counts = Array(BARS).fill(0);
  sizes.forEach((n) => { counts[Math.min(BARS - 1, Math.floor(n / step))] += 1; });
  const top = Math.max(...counts, 1);
  const x = (n) => (n / most) * WIDE;
  return s("svg", { class: "rd-histogram", viewBox: `0 0 ${WIDE} ${HIGH + 18}`, role: "img", "aria-label": w("rd.histogram") },
    counts.map((count, i) => {
      const inBar = sizes.filter((n) => Math.min(BARS - 1, Math.floor(n / step)) === i);
      const isOut = inBar.some((n) => n < plan.low || n > plan.high);
      const tall = (count / top) * (HIGH - 12);
      return count ? [
        s("rect", { x: i * (WIDE / BARS) + 1, y: HIGH - tall, width: WIDE / BARS - 2, height: tall, class: isOut ? "rd-bar-out" : "rd-bar" }),
        s("text", { x: (i + 0.5) * (WIDE / BARS), y: HIGH - tall - 2, class: "rd-bar-n" }, count),
      ] : null;
    }),
    [plan.low, plan.high].map((n) => [
      s("line", { x1: x(n), x2: x(n), y1: 0, y2: HIGH, class: "rd-bound" }),
      s("text", { x: x(n), y: HIGH + 13, class: "rd-bar-n" }, n),
    ]));
}

/** One line about the whole part. */
export function figures(part, plan) {
  const ok = part.grids.filter(({ households: n }) => n >= plan.low && n <= plan.high).length;
  const mean = part.grids.reduce((sum, grid) => sum + grid.compactness, 0) / (part.grids.length || 1);
  return w("rd.figures", { n: part.grids.length, ok, mean: mean.toFixed(2), moved: part.moved });
}

/** What a drag is doing: both sides as they were and are. */
export function liveTotals(part, plan, sums) {
  const changed = part.grids.filter((grid) => (sums.get(grid.grid) ?? 0) !== grid.households);
  return changed.map((grid) => {
    const now = sums.get(grid.grid) ?? 0;
    return h("p", { class: "rd-live" }, w("rd.live", { grid: gridName(grid), before: grid.households, after: now }), " ", sizeMark(now, plan.low, plan.high));
  });
}
