// Names of cells that never cover each other: the higher level first, then the larger cell.
/* global L */
import { h } from "../ui/dom.js";
import { labelPoint, largestBox } from "./label_point.js";

const places = new WeakMap();

function placeOf(feature) {
  if (!places.has(feature)) {
    places.set(feature, { at: labelPoint(feature.geometry), box: largestBox(feature.geometry) });
  }
  return places.get(feature);
}

/** About the width of a text in px: CJK signs are square, the others a little over half. */
export function textWidth(text, px) {
  let width = 0;
  for (const sign of text) width += sign.codePointAt(0) > 0x2e7f ? px : px * 0.58;
  return width;
}

/** Takes candidates in order, keeps each that touches none kept before. Pure. */
export function placeLabels(candidates) {
  const kept = [];
  for (const label of candidates) {
    const free = kept.every(
      (other) =>
        label.x0 >= other.x1 || label.x1 <= other.x0 || label.y0 >= other.y1 || label.y1 <= other.y0,
    );
    if (free) kept.push(label);
  }
  return kept;
}

/** Label layer; show([{features, style, over}]) with the highest level first. */
export function createLabels(map) {
  const pane = map.createPane("labels");
  pane.classList.add("pane-labels");
  pane.setAttribute("aria-hidden", "true");
  let groups = [];

  function candidates() {
    const found = [];
    const view = map.getBounds().pad(0.05);
    groups.forEach(({ features, style }, order) => {
      const size = style.label_px;
      for (const feature of features) {
        const { at, box } = placeOf(feature);
        if (!view.contains([at[1], at[0]])) continue;
        const name = feature.properties.name || String(feature.id);
        const width = textWidth(name, size) + 6;
        const west = map.latLngToLayerPoint([box[1], box[0]]);
        const east = map.latLngToLayerPoint([box[3], box[2]]);
        const room = Math.abs(east.x - west.x);
        if (width > room * (order === 0 ? 2.2 : 1.3)) continue;
        const { x, y } = map.latLngToLayerPoint([at[1], at[0]]);
        const half = size * 0.72;
        found.push({
          name, style, order, room,
          x0: x - width / 2, x1: x + width / 2, y0: y - half, y1: y + half,
        });
      }
    });
    return found.sort((a, b) => a.order - b.order || b.room - a.room);
  }

  function draw() {
    const nodes = placeLabels(candidates()).map((label) => {
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
  };
}
