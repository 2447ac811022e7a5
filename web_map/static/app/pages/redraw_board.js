// The board: atoms of one parent in the colours of their grids, and the tools that change them.
import { h } from "../ui/dom.js";
import { createPaper, flatten } from "./redraw_paper.js";
import { w } from "./redraw_words.js";

const HUES = 9;
const TAP_PX = 6;
const LASSO_STEP_PX = 4;
const TOOLS = ["move", "brush", "lasso", "split", "reshape", "node"];

/**
 * The board of one part. on.reassign(atoms, grid), on.line(tool, points), on.choose(grid) are asked for steps;
 * on.totals(weights) hears the households of each grid while atoms are dragged.
 */
export function createBoard({ atoms, grids, low, high, mayEdit, on }) {
  const { shapes, place, back, box } = flatten(atoms.features);
  const now = atoms.features.map(({ properties }) => properties.grid);
  const weight = atoms.features.map(({ properties }) => properties.weight);
  const board = { tool: mayEdit ? "brush" : "move", chosen: null, pending: new Map(), sketch: [], cursor: null, flash: null };
  const canvas = h("canvas", {
    class: "rd-canvas", id: "board", tabindex: 0, role: "application", "aria-label": w("rd.board"), "aria-describedby": "board-keys",
  });
  const paper = createPaper(canvas, { paint, marks });
  const labelOf = new Map(grids.map((grid) => [grid.grid, grid]));

  const gridOf = (atom) => board.pending.get(atom) ?? now[atom];
  const totals = () => {
    const sums = new Map();
    weight.forEach((n, atom) => sums.set(gridOf(atom), (sums.get(gridOf(atom)) ?? 0) + n));
    return sums;
  };
  const isOut = (n) => n < low || n > high;

  function paint(context, scale) {
    const sums = totals();
    shapes.forEach(({ path }, atom) => {
      const grid = gridOf(atom);
      const hue = (grid * 137) % 360;
      context.fillStyle = `hsl(${hue} ${grid === board.chosen ? 52 : 34}% ${grid % HUES % 2 ? 84 : 90}%)`;
      context.fill(path, "evenodd");
      context.lineWidth = 0.5 / scale;
      context.strokeStyle = "rgb(60 70 60 / 22%)";
      context.stroke(path);
    });
    borders(context, scale, sums);
    if (board.cursor !== null) outline(context, shapes[board.cursor].path, 3 / scale, "#1c271d", [6 / scale, 3 / scale]);
    if (board.flash) board.flash.forEach((atom) => outline(context, shapes[atom].path, 3 / scale, "#b42318", []));
  }

  function outline(context, path, width, colour, dash) {
    context.lineWidth = width;
    context.strokeStyle = colour;
    context.setLineDash(dash);
    context.stroke(path);
    context.setLineDash([]);
  }

  // A border is drawn where an edge has another grid, or nothing, on its other side.
  const edges = edgesOf(shapes);
  function borders(context, scale, sums) {
    const strong = new Path2D();
    const out = new Path2D();
    for (const { a, b, one, other } of edges) {
      const [g, k] = [gridOf(one), other === -1 ? null : gridOf(other)];
      if (g === k) continue;
      const path = isOut(sums.get(g)) || (k !== null && isOut(sums.get(k))) ? out : strong;
      path.moveTo(...a);
      path.lineTo(...b);
    }
    context.setLineDash([]);
    context.lineWidth = 2 / scale;
    context.strokeStyle = "#17483d";
    context.stroke(strong);
    context.lineWidth = 2.5 / scale;
    context.setLineDash([7 / scale, 4 / scale]);
    context.strokeStyle = "#b42318";
    context.stroke(out);
    context.setLineDash([]);
  }

  function marks(context, at) {
    const sums = totals();
    const heart = new Map();
    shapes.forEach((shape, atom) => {
      const grid = gridOf(atom);
      const sum = heart.get(grid) ?? [0, 0, 0];
      heart.set(grid, [sum[0] + shape.middle[0] * shape.area, sum[1] + shape.middle[1] * shape.area, sum[2] + shape.area]);
    });
    context.textAlign = "center";
    context.textBaseline = "middle";
    for (const [grid, [x, y, area]] of heart) {
      const known = labelOf.get(grid);
      const n = sums.get(grid);
      const sign = n < low ? "▽" : n > high ? "△" : "";
      const text = `${known?.code ? known.code.slice(-3) : `+${grid}`} · ${n}${sign}${known?.locked ? " 🔒" : ""}`;
      const [px, py] = at([x / area, y / area]);
      context.font = `${grid === board.chosen ? "700 15px" : "600 13px"} "Noto Sans CJK SC", sans-serif`;
      context.lineWidth = 4;
      context.strokeStyle = "rgb(255 255 255 / 90%)";
      context.strokeText(text, px, py);
      context.fillStyle = sign ? "#8f1a12" : "#1c271d";
      context.fillText(text, px, py);
    }
    if (board.sketch.length > 1) {
      context.beginPath();
      board.sketch.forEach((point, i) => (i ? context.lineTo(...at(point)) : context.moveTo(...at(point))));
      if (board.tool === "lasso") context.closePath();
      context.lineWidth = 3;
      context.strokeStyle = "#b8860b";
      context.setLineDash([6, 4]);
      context.stroke();
      context.setLineDash([]);
    }
  }

  const tell = () => {
    on.totals(totals());
    paper.redraw();
  };
  const take = (atom) => {
    if (atom < 0 || board.chosen === null || gridOf(atom) === board.chosen) return;
    board.pending.set(atom, board.chosen);
    tell();
  };
  const choose = (grid) => {
    board.chosen = grid;
    on.choose(grid);
    paper.redraw();
  };
  function finish() {
    const moved = [...board.pending.keys()];
    if (moved.length) on.reassign(moved, board.chosen);
  }
  const forget = () => {
    board.pending.clear();
    board.sketch = [];
    tell();
  };

  // Pointers: one draws, two move and zoom.
  const fingers = new Map();
  let start = null;
  const spot = (event) => [event.offsetX, event.offsetY];
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    fingers.set(event.pointerId, spot(event));
    if (fingers.size > 1) {
      forget();
      start = null;
      return;
    }
    const plane = paper.toPlane(spot(event));
    const atom = paper.hit(shapes, plane);
    start = { at: spot(event), atom, moved: false, tool: event.button === 1 || event.shiftKey ? "move" : board.tool };
    if (start.tool === "brush") {
      // a stroke that begins in a grid carries that grid over its border
      if (atom >= 0 && (board.chosen === null || gridOf(atom) !== board.chosen)) choose(gridOf(atom));
    } else if (start.tool !== "move") {
      board.sketch = [plane];
    }
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!fingers.has(event.pointerId)) return;
    const before = fingers.get(event.pointerId);
    const here = spot(event);
    fingers.set(event.pointerId, here);
    if (fingers.size === 2) return pinch(before, here, event.pointerId);
    if (!start) return;
    if (Math.hypot(here[0] - start.at[0], here[1] - start.at[1]) > TAP_PX) start.moved = true;
    if (start.tool === "move") return paper.pan(here[0] - before[0], here[1] - before[1]);
    if (start.tool === "brush") return start.moved && mayEdit && sweep(before, here);
    const last = paper.toPixel(board.sketch.at(-1));
    if (Math.hypot(here[0] - last[0], here[1] - last[1]) > LASSO_STEP_PX) board.sketch.push(paper.toPlane(here));
    paper.redraw();
  });
  const end = (event) => {
    fingers.delete(event.pointerId);
    if (!start || fingers.size) return;
    const { tool, moved, atom } = start;
    start = null;
    if (!moved) {
      board.sketch = [];
      if (atom >= 0) choose(gridOf(atom));
      return paper.redraw();
    }
    if (tool === "brush") return finish();
    if (tool === "lasso") return lasso();
    if (tool !== "move") sketched(tool);
  };
  canvas.addEventListener("pointerup", end);
  canvas.addEventListener("pointercancel", (event) => {
    fingers.delete(event.pointerId);
    start = null;
    forget();
  });

  // every atom under the stroke, also between two events of a quick hand
  function sweep(from, to) {
    const steps = Math.max(1, Math.ceil(Math.hypot(to[0] - from[0], to[1] - from[1]) / 3));
    for (let i = 0; i <= steps; i += 1) {
      const point = [from[0] + ((to[0] - from[0]) * i) / steps, from[1] + ((to[1] - from[1]) * i) / steps];
      take(paper.hit(shapes, paper.toPlane(point)));
    }
  }
  function lasso() {
    const path = new Path2D();
    board.sketch.forEach((point, i) => (i ? path.lineTo(...point) : path.moveTo(...point)));
    path.closePath();
    board.sketch = [];
    if (board.chosen === null) return tell();
    const ring = [{ path }];
    shapes.forEach(({ middle }, atom) => {
      if (paper.hit(ring, middle) === 0 && gridOf(atom) !== board.chosen) board.pending.set(atom, board.chosen);
    });
    tell();
    finish();
  }
  function sketched(tool) {
    const points = board.sketch.map(back);
    const ends = board.sketch.length > 1 ? [points[0], points.at(-1)] : points;
    on.line(tool, tool === "node" ? [back(nearestVertex(board.sketch[0])), ends[1]] : points);
  }
  function nearestVertex([x, y]) {
    let best = null;
    let least = Infinity;
    for (const { a, one, other } of edges) {
      if (other === -1 || gridOf(one) === gridOf(other)) continue;
      const d = (a[0] - x) ** 2 + (a[1] - y) ** 2;
      if (d < least) [best, least] = [a, d];
    }
    return best ?? [x, y];
  }
  function pinch(before, here, id) {
    const other = [...fingers].find(([key]) => key !== id)[1];
    const span = (p) => Math.hypot(p[0] - other[0], p[1] - other[1]) || 1;
    paper.zoom(span(here) / span(before), [(here[0] + other[0]) / 2, (here[1] + other[1]) / 2]);
    paper.pan((here[0] - before[0]) / 2, (here[1] - before[1]) / 2);
  }

  // Keys: arrows walk over atoms, Enter gives the atom to the chosen grid, [ and ] choose another.
  canvas.addEventListener("keydown", (event) => {
    const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (way) walk(way);
    else if (event.key === "Enter" || event.key === " ") give();
    else if (event.key === "[" || event.key === "]") next(event.key === "]" ? 1 : -1);
    else if (event.key === "+" || event.key === "=") paper.zoom(1.3);
    else if (event.key === "-") paper.zoom(1 / 1.3);
    else if (event.key === "0") paper.fit(box);
    else if (event.key === "Escape") forget();
    else return;
    event.preventDefault();
  });
  function walk([dx, dy]) {
    const from = board.cursor === null ? paper.toPlane([canvas.clientWidth / 2, canvas.clientHeight / 2]) : shapes[board.cursor].middle;
    let best = null;
    let least = Infinity;
    shapes.forEach(({ middle }, atom) => {
      const [x, y] = [middle[0] - from[0], middle[1] - from[1]];
      const along = x * dx + y * dy;
      if (atom === board.cursor || (board.cursor !== null && along <= 0)) return;
      const cost = board.cursor === null ? Math.hypot(x, y) : along + 2.5 * Math.abs(x * dy) + 2.5 * Math.abs(y * dx);
      if (cost < least) [best, least] = [atom, cost];
    });
    if (best === null) return;
    board.cursor = best;
    on.cursor(best, gridOf(best), weight[best]);
    paper.redraw();
  }
  function give() {
    if (board.cursor === null || !mayEdit) return;
    if (board.chosen === null) return choose(gridOf(board.cursor));
    if (gridOf(board.cursor) !== board.chosen) on.reassign([board.cursor], board.chosen);
  }
  function next(step) {
    const order = [...labelOf.keys()];
    choose(order[(order.indexOf(board.chosen) + step + order.length) % order.length]);
  }

  return {
    canvas, tools: mayEdit ? TOOLS : ["move"], forget, choose,
    fit: () => paper.fit(box),
    zoom: paper.zoom,
    view: paper.view,
    setView: paper.setView,
    tool: () => board.tool,
    setTool(tool) {
      board.tool = tool;
      canvas.dataset.tool = tool;
      forget();
    },
    chosen: () => board.chosen,
    pixelOf: (lnglat) => paper.toPixel(place(lnglat)),
    goTo([w0, s0, e0, n0], atoms = null) {
      board.flash = atoms;
      const [x0, y0] = place([w0, n0]);
      const [x1, y1] = place([e0, s0]);
      const room = Math.max(x1 - x0, y1 - y0, 40) / 2;
      paper.fit([x0 - room, y0 - room, x1 + room, y1 + room]);
    },
  };
}

/** Every straight piece of border with the one or two atoms that have it. */
function edgesOf(shapes) {
  const found = new Map();
  shapes.forEach(({ rings }, atom) => {
    for (const ring of rings) {
      for (let i = 0; i + 1 < ring.length; i += 1) {
        const ends = [ring[i].map((v) => v.toFixed(2)).join(), ring[i + 1].map((v) => v.toFixed(2)).join()].sort();
        const key = ends.join(";");
        const known = found.get(key);
        if (known) known.other = atom;
        else found.set(key, { a: ring[i], b: ring[i + 1], one: atom, other: -1 });
      }
    }
  });
  return [...found.values()];
}
