// Layers over the cells, drawn from vector tiles: zones, villager groups, parcels, findings, service points.
import { PAINTERS } from "./painters.js";
import { styles } from "./symbols.js";
import { createTileLayer } from "./tile_layer.js";

/** Painter of each layer of a tile; what the legend shows is drawn by the same. */
const PAINTED = {
  zones: ["zone"],
  "villager-groups": ["villager_group"],
  claims: ["claim", "claim_count"],
  "land-findings": ["land_finding_spot", "land_finding"],
  "service-points": ["service_point"],
};

/** Layers in the order they lie over each other. */
export const OVERLAYS = ["claims", "zones", "villager-groups", "land-findings", "service-points"];
const OF_SIGNS = new Set(["land-findings", "service-points"]);

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
  const geom = OF_SIGNS.has(layer) ? [[{ x: 12, y: 8.5 }]] : [ring];
  PAINTERS[PAINTED[layer][0]](styles().layers[layer])(node.getContext("2d"), geom, { props: { kind } });
  return node;
}

/** show(Set of layers) puts them over the cells of a Leaflet map and takes the others off. */
export function createOverlays(map) {
  map.createPane("overlays").classList.add("pane-quiet");
  const drawn = new Map();

  function make(layer) {
    const look = styles().layers[layer];
    const rules = PAINTED[layer].map((name) => ({ source: layer, layer: name, painter: name, look }));
    const sources = { [layer]: { path: `/tiles/${layer}/{z}/{x}/{y}.mvt` } };
    return createTileLayer({ sources, rules }, {
      pane: "overlays", maxZoom: map.getMaxZoom(), zIndex: OVERLAYS.indexOf(layer) + 1, className: `overlay-${layer}`,
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
