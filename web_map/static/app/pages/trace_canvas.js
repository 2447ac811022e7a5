// The picture one traces on: the scan in its own pixels, rings over it, a cross for the keyboard.
import { h, s } from "../ui/dom.js";

const STEP = 0.01;
const LARGE_STEP = 0.05;
const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** Degrees of a pixel by the affine map of a laid scan. */
export const toGround = (laid, [x, y]) => [laid.to_lng, laid.to_lat].map(([a, b, c]) => a * x + b * y + c);

/** The pixel of a place; the inverse of the same map. */
export function toPixel(laid, [lng, lat]) {
  const [a, b, c] = laid.to_lng;
  const [d, e, f] = laid.to_lat;
  const det = a * e - b * d;
  return [(e * (lng - c) - b * (lat - f)) / det, (a * (lat - f) - d * (lng - c)) / det];
}

/**
 * The picture.  state: {scan: {url, width, height}, opacity, cross: [x, y], points, ring, laid, cells,
 * ground, checked}; pick([x, y]) is a press or the space bar, keys {close, undo} those of the ring.
 */
export function drawCanvas(state, label, pick, keys) {
  const { width, height, url } = state.scan;
  const size = Math.max(width, height) / 160;
  const place = (lngLat) => toPixel(state.laid, lngLat);
  const rings = (geometry) => (geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates).flat();
  const path = (ring, closed) => `M${ring.map((xy) => xy.map((v) => v.toFixed(1)).join(" ")).join("L")}${closed ? "Z" : ""}`;
  const onGround = (geometry) => rings(geometry).map((ring) => path(ring.map(place), true)).join("");
  const svg = s("svg", {
    viewBox: `0 0 ${width} ${height}`, class: "t-canvas", role: "application", tabindex: 0, "aria-label": label, id: "canvas",
  },
  s("image", { href: url, width, height, opacity: state.opacity, id: "scan" }),
  state.laid ? state.ground.map((feature) => s("path", { d: onGround(feature.geometry), class: "t-ground", "stroke-width": size / 4 })) : null,
  state.laid ? state.cells.map((cell) => s("path", { d: path(cell.ring.map(place), true), class: "t-cell", "stroke-width": size / 3 })) : null,
  state.laid ? state.checked.map((cell) => s("path", { d: onGround(cell.geometry), class: "t-checked", "stroke-width": size / 3 })) : null,
  state.ring.length ? s("path", { d: path(state.ring, false), class: "t-ring", "stroke-width": size / 3 }) : null,
  state.ring.map(([x, y]) => s("circle", { cx: x, cy: y, r: size / 2, class: "t-corner" })),
  state.points.map(({ x, y }, at) => s("g", {},
    s("circle", { cx: x, cy: y, r: size, class: "t-point", "stroke-width": size / 3 }),
    s("text", { x: x + size * 1.3, y, "font-size": size * 3, class: "t-number" }, at + 1))),
  state.cross ? s("path", { d: crossOf(state.cross, size * 2), class: "t-cross", "stroke-width": size / 3 }) : null);
  svg.addEventListener("click", (event) => {
    const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
    pick([at.x, at.y]);
  });
  svg.addEventListener("keydown", (event) => {
    const move = MOVES[event.key];
    if (move) {
      const by = (event.shiftKey ? LARGE_STEP : STEP) * Math.max(width, height);
      const [x, y] = state.cross ?? [width / 2, height / 2];
      state.cross = [Math.min(width, Math.max(0, x + move[0] * by)), Math.min(height, Math.max(0, y + move[1] * by))];
      keys.redraw();
    } else if (event.key === " ") pick(state.cross ?? [width / 2, height / 2]);
    else if (event.key === "Enter") keys.close();
    else if (event.key === "Backspace") keys.undo();
    else return;
    event.preventDefault();
  });
  return h("div", { class: "t-frame" }, svg);
}

const crossOf = ([x, y], size) => `M${x - size} ${y}L${x + size} ${y}M${x} ${y - size}L${x} ${y + size}`;
