// Cells as quiet paper: a tint for each unit below the place, thin lines below thick ones.
/* global L */
import { levelStyle, styles } from "./symbols.js";

/** Neighbours get different tints where the palette allows: greedy over touching boxes. Pure. */
export function chooseTints(boxes, paletteSize) {
  const chosen = new Map();
  const touch = (a, b) => a[0] <= b[2] && b[0] <= a[2] && a[1] <= b[3] && b[1] <= a[3];
  for (const [code, box] of boxes) {
    const uses = new Array(paletteSize).fill(0);
    for (const [other, index] of chosen) if (touch(box, boxes.get(other))) uses[index] += 1;
    const total = [...chosen.values()];
    const often = uses.map((count, i) => count * 1000 + total.filter((used) => used === i).length);
    chosen.set(code, often.indexOf(Math.min(...often)));
  }
  return chosen;
}

/** Layer that draws levels; show([{rank, weight, features, tintOf}]) finest level first. */
export function createCellsLayer(map) {
  map.createPane("cells").classList.add("pane-quiet");
  map.createPane("selection").classList.add("pane-quiet");
  const renderer = L.canvas({ pane: "cells", padding: 0.4 });
  const overlay = L.canvas({ pane: "selection", padding: 0.4 });
  const drawn = L.layerGroup().addTo(map);
  const chosen = L.layerGroup().addTo(map);

  function line(level, fillColor) {
    const { color, weight, dash } = levelStyle(level);
    return {
      color, weight, dashArray: dash, opacity: 1,
      fill: Boolean(fillColor), fillColor, fillOpacity: 1,
      lineJoin: "round",
    };
  }

  return {
    show(levels) {
      drawn.clearLayers();
      const { tints } = styles().levels;
      levels.forEach(({ weight, features, tintOf }, i) => {
        drawn.addLayer(
          L.geoJSON(features, {
            renderer, pane: "cells", interactive: false, smoothFactor: 0.6,
            style: (feature) => line(weight, i === 0 ? tints[tintOf(feature) % tints.length] : null),
          }),
        );
      });
    },
    /** Put the answer of a click over the map: the cell, its chain, and who came second. */
    select({ cell, chain, runnerUp }) {
      chosen.clearLayers();
      const { selected, runner_up: second } = styles().levels;
      const put = (feature, style) =>
        feature && chosen.addLayer(L.geoJSON(feature, {
          renderer: overlay, pane: "selection", interactive: false, smoothFactor: 0.6, style,
        }));
      for (const feature of chain ?? []) {
        put(feature, { color: selected.color, weight: 1.6, opacity: 0.55, fill: false });
      }
      put(runnerUp, { color: second.color, weight: second.weight, dashArray: second.dash, fill: false });
      put(cell, {
        color: selected.color, weight: selected.weight,
        fillColor: selected.fill, fillOpacity: selected.fill_opacity,
      });
    },
  };
}
