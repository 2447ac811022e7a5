// A risk map as one SVG: a class is a colour and a pattern, never a colour alone.
import { s } from "../ui/dom.js";

const WIDTH = 900;
const HEIGHT = 640;

export const CLASSES = ["clearly_higher", "probably_higher", "cannot_tell", "no_sign", "no_denominator", "too_small"];

export const classOf = (cell) => cell.word ?? "too_small";

/**
 * An SVG of cells; onPick(code) when one is chosen by mouse or keyboard. options: red - codes to show
 * as red instead of the classes (chance maps), small - without patterns' legend, labels.
 */
export function drawRisk(shapes, cells, { label, onPick = null, chosen = null, red = null } = {}) {
  const byCode = new Map(cells.map((cell) => [cell.code, cell]));
  const place = projector(shapes);
  const isRed = red && new Set(red);
  const drawn = shapes.map(({ code, shape }) => {
    const cell = byCode.get(code);
    const word = isRed ? (isRed.has(code) ? "clearly_higher" : "quiet") : classOf(cell);
    const d = rings(shape).map((ring) => line(ring, place)).join("");
    const marks = [`rk-${word}`, cell.at_edge ? "rk-edge" : "", code === chosen ? "rk-chosen" : ""].join(" ");
    return s("path", {
      d, class: `rk-cell ${marks}`, "data-code": code,
      ...(onPick ? { onclick: () => onPick(code) } : {}),
    });
  });
  return s("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: "rk-picture", role: "img", "aria-label": label },
    patterns(), drawn);
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
