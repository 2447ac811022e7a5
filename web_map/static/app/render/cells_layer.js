// Cells as quiet paper: a tint for each village, thin lines below thick ones. The paper is drawn from
// vector tiles, what is chosen from the shapes themselves.
/* global L, protomapsL */
import { tileSource } from "../data/tiles.js";
import { createSwap } from "./swap.js";
import { levelStyle, styles } from "./symbols.js";

const LAST_DATA_ZOOM = 15;

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

function trace(ctx, geom) {
  ctx.beginPath();
  for (const ring of geom) {
    ctx.moveTo(ring[0].x, ring[0].y);
    for (let i = 1; i < ring.length; i += 1) ctx.lineTo(ring[i].x, ring[i].y);
  }
}

/** Fills each cell by colorOf(unit); the thin stroke closes the seam between two fills. */
function paper(colorOf) {
  return {
    draw(ctx, geom, _zoom, feature) {
      const color = colorOf(feature.props.unit);
      trace(ctx, geom);
      ctx.fillStyle = color;
      ctx.fill("evenodd");
      ctx.strokeStyle = color;
      ctx.lineWidth = 0.6;
      ctx.stroke();
    },
  };
}

function line({ color, weight, dash }) {
  const pattern = dash ? dash.split(" ").map(Number) : [];
  return {
    before(ctx) {
      ctx.lineJoin = "round";
    },
    draw(ctx, geom) {
      trace(ctx, geom);
      ctx.setLineDash(pattern);
      ctx.strokeStyle = color;
      ctx.lineWidth = weight;
      ctx.stroke();
    },
  };
}

/** Layer that draws levels; show([{rank, weight}], tintOf) finest level first. */
export function createCellsLayer(map) {
  map.createPane("cells").classList.add("pane-quiet");
  map.createPane("selection").classList.add("pane-quiet");
  const overlay = L.canvas({ pane: "selection", padding: 0.4 });
  const chosen = L.layerGroup().addTo(map);
  const swap = createSwap(map);

  function make(levels, tintOf) {
    const { tints } = styles().levels;
    const rules = levels.map(({ rank, weight }) => ({
      dataSource: String(rank), dataLayer: "cell", symbolizer: line(levelStyle(weight)),
    }));
    rules.unshift({
      dataSource: String(levels[0].rank), dataLayer: "cell",
      symbolizer: paper((unit) => tints[tintOf(unit) % tints.length]),
    });
    const sources = Object.fromEntries(levels.map(({ rank }) => [
      String(rank),
      {
        url: tileSource((z, x, y) => `/tiles/level-${rank}/${z}/${x}/${y}.mvt`),
        maxDataZoom: LAST_DATA_ZOOM,
      },
    ]));
    return protomapsL.leafletLayer({
      sources, paintRules: rules, labelRules: [], pane: "cells", attribution: "", noWrap: true,
      updateWhenZooming: false, keepBuffer: 1, tileDelay: 1, maxZoom: map.getMaxZoom(),
    });
  }

  return {
    show(levels, tintOf) {
      swap(levels.length ? make(levels, tintOf) : null);
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
