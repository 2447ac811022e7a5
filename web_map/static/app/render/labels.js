// Names of cells that never cover each other: the higher level first, then the larger cell.
import { h } from "../ui/dom.js";

// nearest first; a shift that leaves the cell is refused later
const SHIFTS = [0, -16, 16, -28, 28, -42, 42, -58, 58]
  .flatMap((dy) => [0, -36, 36, -72, 72].map((dx) => [dx, dy]))
  .sort((a, b) => Math.hypot(...a) - Math.hypot(...b));

/** About the width of a text in px: CJK signs are square, the others a little over half. */
export function textWidth(text, px) {
  let width = 0;
  for (const sign of text) width += sign.codePointAt(0) > 0x2e7f ? px : px * 0.58;
  return width;
}

const SQUARE_PX = 64;
const clear = (a, b) => a.x0 >= b.x1 || a.x1 <= b.x0 || a.y0 >= b.y1 || a.y1 <= b.y0;

/**
 * Takes candidates in order and keeps each at its first shift (of [dx, dy] in px) that keeps its
 * middle where label.owns(x, y) and touches no label kept before and no obstacle. Pure.
 */
export function placeLabels(candidates, obstacles, shifts) {
  const taken = createTaken(obstacles);
  const kept = [];
  for (const label of candidates) {
    for (const [dx, dy] of shifts) {
      const box = { x0: label.x0 + dx, x1: label.x1 + dx, y0: label.y0 + dy, y1: label.y1 + dy };
      if (!label.owns((box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2) || taken.touches(box)) continue;
      taken.add(box);
      kept.push({ ...label, ...box });
      break;
    }
  }
  return kept;
}

/** Boxes by the squares that they lie in, so that a place asks its neighbours only. */
function createTaken(boxes) {
  const squares = new Map();

  function keysOf({ x0, x1, y0, y1 }) {
    const keys = [];
    for (let col = Math.floor(x0 / SQUARE_PX); col <= Math.floor(x1 / SQUARE_PX); col += 1) {
      for (let row = Math.floor(y0 / SQUARE_PX); row <= Math.floor(y1 / SQUARE_PX); row += 1) {
        keys.push(`${col}:${row}`);
      }
    }
    return keys;
  }

  function add(box) {
    for (const key of keysOf(box)) {
      if (!squares.has(key)) squares.set(key, []);
      squares.get(key).push(box);
    }
  }

  boxes.forEach(add);
  return {
    add,
    touches: (box) => keysOf(box).some((key) => squares.get(key)?.some((other) => !clear(box, other))),
  };
}

/** Label layer; show([{items, style}]) with the highest level first; obstacles() in layer px. */
export function createLabels(map, obstacles) {
  const pane = map.createPane("labels");
  pane.classList.add("pane-labels");
  pane.setAttribute("aria-hidden", "true");
  let groups = [];
  let nodes = new Map();

  function candidates() {
    const found = [];
    const view = map.getBounds().pad(0.05);
    const pxPerM = 256 * 2 ** map.getZoom() / 40075016.685578488;
    groups.forEach(({ items, style }, order) => {
      const size = style.label_px;
      for (const item of items) {
        if (!view.contains([item.lat, item.lng])) continue;
        const name = item.name || item.code;
        const width = textWidth(name, size) + 6;
        const room =
          map.latLngToLayerPoint([item.south, item.east]).x -
          map.latLngToLayerPoint([item.south, item.west]).x;
        if (width > room * (order === 0 ? 2.2 : 1.15)) continue;
        const { x, y } = map.latLngToLayerPoint([item.lat, item.lng]);
        const half = size * 0.72;
        const reach = item.radius_m * pxPerM;
        found.push({
          name, style, order, room,
          // the middle of a name stays in the largest circle inside its cell
          owns: (px, py) => Math.hypot(px - x, py - y) <= reach,
          x0: x - width / 2, x1: x + width / 2, y0: y - half, y1: y + half,
        });
      }
    });
    return found.sort((a, b) => a.order - b.order || b.room - a.room);
  }

  function makeNode(label) {
    const node = h("span", { class: `cell-label order-${label.order}`, dir: "auto" }, label.name);
    node.style.fontSize = `${label.style.label_px}px`;
    node.style.color = label.style.label_color;
    node.style.width = `${label.x1 - label.x0}px`;
    return node;
  }

  /** A name that stands where it stood keeps its node: to paint it anew is what costs. */
  function draw() {
    const next = new Map();
    for (const label of placeLabels(candidates(), obstacles(), SHIFTS)) {
      const [x, y] = [Math.round(label.x0), Math.round(label.y0)];
      const key = [label.order, label.name, x, y, label.style.label_px, label.style.label_color].join("|");
      if (next.has(key)) continue;
      let node = nodes.get(key);
      if (!node) {
        node = makeNode(label);
        // in the plane: a transform in space would make a layer of its own of every name
        node.style.transform = `translate(${x}px, ${y}px)`;
        pane.append(node);
      }
      next.set(key, node);
    }
    for (const [key, node] of nodes) if (!next.has(key)) node.remove();
    nodes = next;
  }

  map.on("moveend", draw);
  map.on("zoomstart", () => pane.classList.add("hushed"));
  map.on("zoomend", () => pane.classList.remove("hushed"));
  return {
    show(next) {
      groups = next;
      draw();
    },
    draw,
  };
}
