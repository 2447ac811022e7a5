// One outline per kind, drawn the same on the canvas of the map and as SVG in legend and list.
import { s } from "../ui/dom.js";

let book = null;

/** Take the style files that came with the page (web_map/styles/*.json). */
export function useStyles(styles) {
  book = styles;
}

export const styles = () => book;

/** {color, shape: {circle}|{points}} of a case kind; unknown kinds get the fallback sign. */
export function styleOf(kind) {
  const { kinds, fallback } = book.case_kinds;
  const style = kinds[kind] ?? fallback;
  return { color: style.color, shape: book.shapes.shapes[style.shape] };
}

/** Line and label style of a level, counted from the finest one (0). */
export function levelStyle(fromLeaf) {
  const { levels } = book.levels;
  return levels[Math.min(fromLeaf, levels.length - 1)];
}

function trace(ctx, { x, y }, radius, shape) {
  ctx.beginPath();
  if (shape.circle) {
    ctx.arc(x, y, radius * shape.circle, 0, 2 * Math.PI);
    return;
  }
  shape.points.forEach(([dx, dy], i) => {
    if (i === 0) ctx.moveTo(x + dx * radius, y + dy * radius);
    else ctx.lineTo(x + dx * radius, y + dy * radius);
  });
  ctx.closePath();
}

/** Draw a kind's sign on a canvas: white halo, then the colour; closed cases are hollow. */
export function drawSymbol(ctx, point, radius, { kind, closed, urgent, chosen }) {
  const { color, shape } = styleOf(kind);
  ctx.save();
  ctx.lineJoin = "round";
  if (chosen) {
    ctx.beginPath();
    ctx.arc(point.x, point.y, radius + 7, 0, 2 * Math.PI);
    ctx.fillStyle = "rgba(11, 85, 99, 0.18)";
    ctx.strokeStyle = book.levels.selected.color;
    ctx.lineWidth = 2;
    ctx.fill();
    ctx.stroke();
  }
  trace(ctx, point, radius, shape);
  ctx.strokeStyle = book.case_kinds.halo;
  ctx.lineWidth = 4;
  ctx.stroke();
  ctx.fillStyle = closed ? book.case_kinds.halo : color;
  ctx.fill();
  if (closed) {
    ctx.strokeStyle = color;
    ctx.lineWidth = 1.6;
    ctx.stroke();
  }
  ctx.restore();
  if (urgent && !closed) drawUrgent(ctx, point, radius);
}

function drawUrgent(ctx, { x, y }, radius) {
  const at = { x: x + radius * 0.95, y: y - radius * 0.95 };
  ctx.save();
  ctx.beginPath();
  ctx.arc(at.x, at.y, 5.5, 0, 2 * Math.PI);
  ctx.fillStyle = book.case_kinds.urgent;
  ctx.strokeStyle = book.case_kinds.halo;
  ctx.lineWidth = 1.5;
  ctx.fill();
  ctx.stroke();
  ctx.fillStyle = "#ffffff";
  ctx.fillRect(at.x - 0.9, at.y - 3.4, 1.8, 4.2);
  ctx.fillRect(at.x - 0.9, at.y + 1.7, 1.8, 1.7);
  ctx.restore();
}

/** The same sign as a small SVG picture for text surroundings. */
export function symbolIcon(kind, { closed = false, size = 16 } = {}) {
  const { color, shape } = styleOf(kind);
  const paint = { fill: closed ? "#ffffff" : color, stroke: color, "stroke-width": 0.22 };
  const mark = shape.circle
    ? s("circle", { cx: 0, cy: 0, r: shape.circle * 0.9, ...paint })
    : s("polygon", { points: shape.points.map((p) => p.join(",")).join(" "), ...paint });
  return s(
    "svg",
    { class: "sign", viewBox: "-1.35 -1.35 2.7 2.7", width: size, height: size, "aria-hidden": "true" },
    mark,
  );
}
