// The wall's map: the cells below the one that is looked at, coloured by how much lies in them.
/* global L */
import { api } from "../data/api.js";
import { placeLabels, textWidth } from "../render/labels.js";
import { createSwap } from "../render/swap.js";
import { createTileLayer } from "../render/tile_layer.js";
import { h } from "../ui/dom.js";
import { classOf } from "./wall_units.js";

const MOST_LABELS = 30;
const LABEL_U = 30;
const NO_SHIFT = [[0, 0], [0, -18], [0, 18], [0, -36], [0, 36]];

/** In the plane: a transform in space would make a layer of its own of every word. */
function put(node, x, y) {
  node.style.transform = `translate(${Math.round(x)}px, ${Math.round(y)}px)`;
}

/** The map in node; u pixels per arc minute, look the colours of styles/wall.json. */
export function createWallMap(node, { u, look, onPick, onMoved }) {
  const map = L.map(node, {
    attributionControl: false, zoomControl: false, zoomSnap: 0.1, fadeAnimation: false,
    keyboard: false, maxZoom: 18, worldCopyJump: false,
  });
  for (const name of ["cells", "chosen", "names"]) map.createPane(name);
  const names = map.getPane("names");
  names.setAttribute("aria-hidden", "true");
  const overlay = L.layerGroup().addTo(map);
  // one for all: a path that goes leaves its renderer on the map
  const pen = L.canvas({ pane: "chosen", padding: 0.3 });
  const swap = createSwap(map);
  let drawn = "";
  let outlined = "";
  let shown = { children: [], cases: [], counts: new Map(), breaks: [] };

  /** Colour of a cell by what lies in it; null: cannot tell. */
  function fillOf(id) {
    const count = shown.counts.get(id);
    if (count === null) return null;
    const found = classOf(count, shown.breaks);
    return found < 0 ? look.none : look.ramp[look.ramp.length - shown.breaks.length + found];
  }

  function drawTiles(rank) {
    const colors = new Map([...shown.counts.keys()].map((id) => [id, fillOf(id)]));
    const { unknown, outside, line } = look;
    swap(createTileLayer({
      sources: { cells: { path: `/tiles/level-${rank}/{z}/{x}/{y}.mvt` } },
      rules: [{
        source: "cells", layer: "cell", painter: "counts",
        look: { colors, unknown, outside, line, weight: Math.max(1.5, u * 0.9) },
      }],
    }, { pane: "cells", maxZoom: 18 }));
  }

  function candidates() {
    const pxPerM = (256 * 2 ** map.getZoom()) / 40075016.685578488;
    const size = LABEL_U * u;
    return shown.children
      .map((child) => {
        const { x, y } = map.latLngToLayerPoint([child.lat, child.lng]);
        const width = textWidth(child.name, size) + 4;
        const reach = child.radius_m * pxPerM;
        return {
          child, width, count: shown.counts.get(child.id) ?? 0,
          owns: (px, py) => Math.hypot(px - x, py - y) <= Math.max(reach, 1),
          x0: x - width / 2, x1: x + width / 2, y0: y - size * 0.65, y1: y + size * 0.65,
        };
      })
      .sort((a, b) => b.count - a.count || b.child.radius_m - a.child.radius_m);
  }

  function drawNames() {
    const view = map.getPixelBounds();
    const origin = map.getPixelOrigin();
    const inView = (box) =>
      box.x0 + origin.x >= view.min.x && box.x1 + origin.x <= view.max.x &&
      box.y0 + origin.y >= view.min.y && box.y1 + origin.y <= view.max.y;
    const labels = placeLabels(candidates().filter(inView), [], NO_SHIFT).slice(0, MOST_LABELS);
    const nodes = labels.map(({ child, x0, y0, x1 }) => {
      const label = h("span", { class: "w-label", dir: "auto" }, child.name);
      label.style.fontSize = `${LABEL_U * u}px`;
      label.style.lineHeight = "1.3";
      label.style.width = `${x1 - x0}px`;
      put(label, x0, y0);
      return label;
    });
    const marks = shown.cases.filter((item) => Number.isFinite(item.lng)).map((item, i) => {
      const mark = h("span", { class: item.urgent ? "w-mark act-now" : "w-mark" }, `${item.urgent ? "⚠" : "●"} ${i + 1}`);
      mark.style.fontSize = `${22 * u}px`;
      const at = map.latLngToLayerPoint([item.lat, item.lng]);
      put(mark, at.x - 8 * u, at.y - 14 * u);
      return mark;
    });
    names.replaceChildren(...nodes, ...marks);
  }

  async function outline(code, rank) {
    if (code === outlined) return;
    outlined = code;
    if (!code) {
      overlay.clearLayers();
      return;
    }
    try {
      const { features } = await api.cells({ rank, code });
      if (code !== outlined) return;
      overlay.clearLayers();
      overlay.addLayer(L.geoJSON(features, {
        pane: "chosen", interactive: false, renderer: pen,
        style: { color: look.chosen, weight: Math.max(2, 1.4 * u), fill: false },
      }));
    } catch {
      outlined = "";
      overlay.clearLayers();
    }
  }

  map.on("moveend", () => {
    drawNames();
    onMoved();
  });
  map.on("click", (event) => onPick({ lng: event.latlng.lng, lat: event.latlng.lat }));

  return {
    map,
    /** Draw a cell's children (or, at the end, its own level) with the counts of what they hold. */
    show(next, { rank, counts, breaks }) {
      shown = { children: next.children, cases: next.cases, counts, breaks };
      const sign = `${rank}|${breaks}|${[...counts].flat()}`;
      if (sign !== drawn) drawTiles(rank);
      drawn = sign;
      outline(next.cell?.code, next.cell?.rank);
      drawNames();
    },
    fit({ west, south, east, north }) {
      const pad = [20 * u, 20 * u];
      map.fitBounds([[south, west], [north, east]], {
        paddingTopLeft: pad, paddingBottomRight: [20 * u, 70 * u], animate: false,
      });
    },
    setView: ({ zoom, lat, lng }) => map.setView([lat, lng], zoom, { animate: false }),
    view: () => ({ zoom: map.getZoom(), lat: map.getCenter().lat, lng: map.getCenter().lng }),
    pan: (x, y) => map.panBy([x * 120, y * 120], { animate: false }),
    zoom: (delta) => map.setZoom(map.getZoom() + delta, { animate: false }),
    resize: () => map.invalidateSize({ animate: false }),
  };
}
