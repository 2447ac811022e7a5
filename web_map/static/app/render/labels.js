// Names of cells that never cover each other: the higher level first, then the larger cell.
/* global L */
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

const clear = (a, b) => a.x0 >= b.x1 || a.x1 <= b.x0 || a.y0 >= b.y1 || a.y1 <= b.y0;

/**
 * Takes candidates in order and keeps each at its first shift (of [dx, dy] in px) that keeps its
 * middle where label.owns(x, y) and touches no label kept before and no obstacle. Pure.
 */
export function placeLabels(candidates, obstacles, shifts) {
  const kept = [];
  for (const label of candidates) {
    const places = shifts.map(([dx, dy]) => ({
      ...label, x0: label.x0 + dx, x1: label.x1 + dx, y0: label.y0 + dy, y1: label.y1 + dy,
    }));
    const found = places.find(
      (place) =>
        kept.every((other) => clear(place, other)) &&
        obstacles.every((other) => clear(place, other)) &&
        label.owns((place.x0 + place.x1) / 2, (place.y0 + place.y1) / 2),
    );
    if (found) kept.push(found);
  }
  return kept;
}

/** Label layer; show([{items, style}]) with the highest level first; obstacles() in layer px. */
export function createLabels(map, obstacles) {
  const pane = map.createPane("labels");
  pane.classList.add("pane-labels");
  pane.setAttribute("aria-hidden", "true");
  let groups = [];

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

  function draw() {
    const nodes = placeLabels(candidates(), obstacles(), SHIFTS).map((label) => {
      const node = h("span", { class: `cell-label order-${label.order}`, dir: "auto" }, label.name);
      node.style.fontSize = `${label.style.label_px}px`;
      node.style.color = label.style.label_color;
      node.style.width = `${label.x1 - label.x0}px`;
      L.DomUtil.setPosition(node, L.point(Math.round(label.x0), Math.round(label.y0)));
      return node;
    });
    pane.replaceChildren(...nodes);
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
