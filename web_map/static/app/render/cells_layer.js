// Cells as quiet paper: a tint for each village, thin lines below thick ones. The paper is drawn from
// vector tiles, what is chosen from the shapes themselves.
/* global L */
import { createSwap } from "./swap.js";
import { levelStyle, styles } from "./symbols.js";
import { createTileLayer } from "./tile_layer.js";

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

/** Layer that draws levels; show([{rank, weight}], tints of units where they were chosen) finest level first. */
export function createCellsLayer(map) {
  map.createPane("cells").classList.add("pane-quiet");
  map.createPane("selection").classList.add("pane-quiet");
  const overlay = L.canvas({ pane: "selection", padding: 0.4 });
  const chosen = L.layerGroup().addTo(map);
  const swap = createSwap(map);

  function make(levels, tints) {
    const paper = { tints: styles().levels.tints, units: tints };
    const rules = levels.map(({ rank, weight }) => {
      const { color, weight: width, dash } = levelStyle(weight);
      const look = { color, weight: width, dash: dash ? dash.split(" ").map(Number) : [] };
      return { source: String(rank), layer: "cell", painter: "border", look };
    });
    rules.unshift({ source: String(levels[0].rank), layer: "cell", painter: "paper", look: paper });
    const sources = Object.fromEntries(levels.map(({ rank }) =>
      [String(rank), { path: `/tiles/level-${rank}/{z}/{x}/{y}.mvt` }]));
    return createTileLayer({ sources, rules }, { pane: "cells", maxZoom: map.getMaxZoom() });
  }

  return {
    show(levels, tints) {
      swap(levels.length ? make(levels, tints) : null);
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
