// A risk map as one SVG: a class is a colour and a pattern, never a colour alone.
import { s } from "../ui/dom.js";

const WIDTH = 900;
const HEIGHT = 640;

export const CLASSES = ["clearly_higher", "probably_higher", "cannot_tell", "no_sign", "no_denominator", "too_small"];

export const classOf = (cell) => cell.word ?? "too_small";

/**
 * An SVG of cells; onPick(code) when one is chosen by mouse or keyboard. options: chosen - code or
 * codes with a strong rim, red - codes to show as red instead of the classes (chance maps), focus -
 * codes that the picture goes close to, with what lies around them.
 */
export function drawRisk(shapes, cells, { label, onPick = null, chosen = null, red = null, focus = null } = {}) {
  const strong = new Set(Array.isArray(chosen) ? chosen : [chosen]);
  const byCode = new Map(cells.map((cell) => [cell.code, cell]));
  const place = projector(shapes);
  const isRed = red && new Set(red);
  const drawn = shapes.map(({ code, shape }) => {
    const cell = byCode.get(code);
    const word = isRed ? (isRed.has(code) ? "clearly_higher" : "quiet") : classOf(cell);
    const d = rings(shape).map((ring) => line(ring, place)).join("");
    const marks = [`rk-${word}`, cell.at_edge ? "rk-edge" : "", strong.has(code) ? "rk-chosen" : ""].join(" ");
    return s("path", {
      d, class: `rk-cell ${marks}`, "data-code": code,
      ...(onPick ? { onclick: () => onPick(code) } : {}),
    });
  });
  // what is chosen comes last, so that no neighbour's rim lies on its own
  drawn.sort((a, b) => strong.has(a.dataset.code) - strong.has(b.dataset.code));
  const box = closeTo(shapes, focus, place) ?? `0 0 ${WIDTH} ${HEIGHT}`;
  return s("svg", { viewBox: box, class: "rk-picture", role: "img", "aria-label": label }, patterns(), drawn);
}

/** The view box around some cells: at most eight times nearer than the whole. */
function closeTo(shapes, focus, place) {
  const wanted = new Set(focus ?? []);
  const points = shapes.filter((one) => wanted.has(one.code)).flatMap(({ shape }) => rings(shape).flat().map(place));
  if (!points.length) return null;
  const [xs, ys] = [points.map((p) => p[0]), points.map((p) => p[1])];
  const [x0, x1, y0, y1] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const share = Math.min(1, Math.max(1 / 8, (3 * (x1 - x0)) / WIDTH, (3 * (y1 - y0)) / HEIGHT));
  const [width, height] = [WIDTH * share, HEIGHT * share];
  return `${(x0 + x1 - width) / 2} ${(y0 + y1 - height) / 2} ${width} ${height}`;
}

/** An SVG of the bands of a density over the outlines of cells; runs of one band are one rectangle. */
export function drawDensity({ rows, bounds: [west, south, east, north] }, shapes, label) {
  const box = { type: "Polygon", coordinates: [[[west, south], [east, north]]] };
  const place = projector([{ shape: box }]);
  const at = (column, row) => place([west + ((east - west) * column) / rows[0].length, south + ((north - south) * row) / rows.length]);
  const runs = rows.flatMap((word, row) => [...word.matchAll(/([1-9])\1*/g)].map(({ 0: run, index }) => {
    const [[x0, y1], [x1, y0]] = [at(index, row), at(index + run.length, row + 1)];
    return s("rect", { x: x0.toFixed(1), y: y0.toFixed(1), width: (x1 - x0).toFixed(1), height: (y1 - y0 + 0.3).toFixed(1), class: `rk-band-${run[0]}` });
  }));
  const lines = shapes.map(({ shape }) => s("path", { d: rings(shape).map((ring) => line(ring, place)).join(""), class: "rk-outline" }));
  return s("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: "rk-picture", role: "img", "aria-label": label }, runs, lines);
}

/** One patch of the legend. */
export const patch = (word) =>
  s("svg", { viewBox: "0 0 30 20", class: "rk-patch", "aria-hidden": "true" }, s("rect", { width: 30, height: 20, class: `rk-cell rk-${word}` }));

/** Patterns that the style sheet fills with; once a page is enough, twice does no harm. */
export function patterns() {
  const stripe = (id, size, d, className) =>
    s("pattern", { id, width: size, height: size, patternUnits: "userSpaceOnUse" },
      s("rect", { width: size, height: size, class: `${className}-ground` }), s("path", { d, class: className }));
  return s("defs", {},
    stripe("rk-cross", 8, "M0 0L8 8M8 0L0 8", "rk-p-high"),
    stripe("rk-dots", 8, "M4 4h.01M0 0h.01M8 8h.01M0 8h.01M8 0h.01", "rk-p-probable"),
    stripe("rk-hatch", 9, "M-2 11L11 -2M-2 2L2 -2M7 11L11 7", "rk-p-unknown"),
    stripe("rk-lines", 7, "M0 3.5H7", "rk-p-nothing"),
  );
}

const line = (ring, place) => `M${ring.map((xy) => place(xy).map((v) => v.toFixed(1)).join(" ")).join("L")}Z`;

const rings = (shape) => (shape.type === "Polygon" ? shape.coordinates : shape.coordinates.flat());

function projector(shapes) {
  const box = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { shape } of shapes) {
    for (const ring of rings(shape)) {
      for (const [x, y] of ring) {
        box[0] = Math.min(box[0], x);
        box[1] = Math.min(box[1], y);
        box[2] = Math.max(box[2], x);
        box[3] = Math.max(box[3], y);
      }
    }
  }
  const [west, south, east, north] = Number.isFinite(box[0]) ? box : [0, 0, 1, 1];
  const narrow = Math.cos(((south + north) / 2) * (Math.PI / 180)) || 1;
  const scale = Math.min(WIDTH / ((east - west) * narrow || 1), HEIGHT / (north - south || 1)) * 0.97;
  const [cx, cy] = [(west + east) / 2, (south + north) / 2];
  return ([x, y]) => [WIDTH / 2 + (x - cx) * narrow * scale, HEIGHT / 2 - (y - cy) * scale];
}
