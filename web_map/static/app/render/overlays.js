// Layers over the cells, drawn from vector tiles: zones, villager groups, parcels, service points.
/* global protomapsL */
import { tileSource } from "../data/tiles.js";
import { styles } from "./symbols.js";

const LAST_DATA_ZOOM = 15;
const HATCH_PX = 8;
const SIGN_PX = 15;
const HATCHES = {
  none: [],
  rise: [[0, 8, 8, 0], [-4, 4, 4, -4], [4, 12, 12, 4]],
  fall: [[0, 0, 8, 8], [-4, 4, 4, 12], [4, -4, 12, 4]],
  flat: [[0, 4, 8, 4]],
  upright: [[4, 0, 4, 8]],
};
HATCHES.cross = [...HATCHES.rise, ...HATCHES.fall];

const patterns = new Map();

function hatchOf({ color, hatch }) {
  const key = `${color} ${hatch}`;
  if (!patterns.has(key)) {
    const tile = document.createElement("canvas");
    tile.width = tile.height = HATCH_PX;
    const ctx = tile.getContext("2d");
    ctx.strokeStyle = color;
    ctx.globalAlpha = 0.55;
    for (const [x0, y0, x1, y1] of HATCHES[hatch]) {
      ctx.beginPath();
      ctx.moveTo(x0, y0);
      ctx.lineTo(x1, y1);
      ctx.stroke();
    }
    patterns.set(key, ctx.createPattern(tile, "repeat"));
  }
  return patterns.get(key);
}

function trace(ctx, geom) {
  ctx.beginPath();
  for (const ring of geom) {
    ctx.moveTo(ring[0].x, ring[0].y);
    for (let i = 1; i < ring.length; i += 1) ctx.lineTo(ring[i].x, ring[i].y);
  }
}

function outline(ctx, geom, { color, weight = 1.8, dash = [] }, fill = null) {
  trace(ctx, geom);
  if (fill) {
    ctx.fillStyle = fill;
    ctx.fill("evenodd");
  }
  ctx.setLineDash(dash);
  ctx.strokeStyle = color;
  ctx.lineWidth = weight;
  ctx.stroke();
  ctx.setLineDash([]);
}

const styleOf = ({ kinds, fallback }, kind) => kinds[kind] ?? kinds[fallback];

function drawSign(ctx, { x, y }, text, color) {
  const half = SIGN_PX / 2;
  ctx.fillStyle = color;
  ctx.strokeStyle = "#ffffff";
  ctx.lineWidth = 1;
  ctx.fillRect(x - half, y - half, SIGN_PX, SIGN_PX);
  ctx.strokeRect(x - half, y - half, SIGN_PX, SIGN_PX);
  ctx.fillStyle = "#ffffff";
  ctx.font = `600 11px system-ui, "Noto Sans CJK SC", sans-serif`;
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  ctx.fillText(text, x, y + 0.5);
}

/** draw(ctx, geom, kind, props) of each layer of a tile; what the legend shows is drawn by the same. */
const PAINTERS = {
  zones: {
    zone: (ctx, geom, kind) => {
      const style = styleOf(styles().layers.zones, kind);
      outline(ctx, geom, style, hatchOf(style));
    },
  },
  "villager-groups": {
    villager_group: (ctx, geom) => outline(ctx, geom, styles().layers["villager-groups"]),
  },
  claims: {
    claim: (ctx, geom) => outline(ctx, geom, styles().layers.claims, styles().layers.claims.fill),
    // how many lie in a thirty-second of a tile, told by the size of the dot
    claim_count: (ctx, geom, _kind, { n }) => {
      const { x, y } = geom[0][0];
      ctx.beginPath();
      ctx.arc(x, y, Math.min(7, 1.5 + Math.log2(1 + n)), 0, 2 * Math.PI);
      ctx.fillStyle = styles().layers.claims.color;
      ctx.globalAlpha = 0.5;
      ctx.fill();
      ctx.globalAlpha = 1;
    },
  },
  "service-points": {
    service_point: (ctx, geom, kind) => {
      const look = styles().layers["service-points"];
      for (const point of geom.flat()) drawSign(ctx, point, styleOf(look, kind), look.color);
    },
  },
};

/** Layers in the order they lie over each other. */
export const OVERLAYS = ["claims", "zones", "villager-groups", "service-points"];

/** Kinds that a layer tells apart, in the order of the legend; none for a layer of one kind. */
export const kindsOf = (layer) => Object.keys(styles().layers[layer].kinds ?? {});

/** A small picture of what a layer, or one of its kinds, looks like on the map. */
export function swatch(layer, kind = null) {
  const node = document.createElement("canvas");
  [node.width, node.height] = [24, 17];
  node.setAttribute("aria-hidden", "true");
  node.className = "swatch";
  const [x0, y0, x1, y1] = [2, 2, 22, 15];
  const ring = [[x0, y0], [x1, y0], [x1, y1], [x0, y1], [x0, y0]].map(([x, y]) => ({ x, y }));
  const geom = layer === "service-points" ? [[{ x: 12, y: 8.5 }]] : [ring];
  Object.values(PAINTERS[layer])[0](node.getContext("2d"), geom, kind, {});
  return node;
}

/** show(Set of layers) puts them over the cells of a Leaflet map and takes the others off. */
export function createOverlays(map) {
  map.createPane("overlays").classList.add("pane-quiet");
  const drawn = new Map();

  function make(layer) {
    const paintRules = Object.entries(PAINTERS[layer]).map(([dataLayer, paint]) => ({
      dataSource: layer, dataLayer,
      symbolizer: { draw: (ctx, geom, _zoom, { props }) => paint(ctx, geom, props.kind, props) },
    }));
    return protomapsL.leafletLayer({
      sources: {
        [layer]: {
          url: tileSource((z, x, y) => `/tiles/${layer}/${z}/${x}/${y}.mvt`),
          maxDataZoom: LAST_DATA_ZOOM,
        },
      },
      paintRules, labelRules: [], pane: "overlays", attribution: "", noWrap: true,
      updateWhenZooming: false, keepBuffer: 1, tileDelay: 1, maxZoom: map.getMaxZoom(),
      zIndex: OVERLAYS.indexOf(layer) + 1, className: `overlay-${layer}`,
    });
  }

  return {
    show(wanted) {
      for (const layer of OVERLAYS) {
        if (wanted.has(layer) === drawn.has(layer)) continue;
        if (wanted.has(layer)) drawn.set(layer, make(layer).addTo(map));
        else {
          drawn.get(layer).remove();
          drawn.delete(layer);
        }
      }
    },
  };
}
