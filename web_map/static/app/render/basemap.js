// What lies under the cells: pictures of the ground, or lines and areas of a vector file.
/* global L, protomapsL */
import { tileSource } from "../data/tiles.js";
import { styles } from "./symbols.js";

/** Colours of a layer by words in its name; quiet, so that the grid stays on top. */
function lookOf(name) {
  const { looks, fallback } = styles().basemap;
  return looks.find(({ words }) => words.some((word) => name.includes(word))) ?? fallback;
}

const painter = (name) => ({
  draw(ctx, geom, _zoom, { geomType }) {
    if (geomType === 1) return;
    const look = lookOf(name);
    ctx.beginPath();
    for (const part of geom) {
      ctx.moveTo(part[0].x, part[0].y);
      for (let i = 1; i < part.length; i += 1) ctx.lineTo(part[i].x, part[i].y);
    }
    if (geomType === 3 && look.fill) {
      ctx.fillStyle = look.fill;
      ctx.fill("evenodd");
    }
    ctx.strokeStyle = look.line;
    ctx.lineWidth = look.weight;
    ctx.stroke();
  },
});

function make(item, map) {
  const path = `/basemaps/${item.id}`;
  const shared = {
    pane: "basemap", attribution: "", noWrap: true, updateWhenZooming: false, keepBuffer: 1,
    maxZoom: map.getMaxZoom(), className: `basemap-${item.kind}`,
  };
  if (item.drawn === "raster") {
    const bounds = item.bounds && [[item.bounds[1], item.bounds[0]], [item.bounds[3], item.bounds[2]]];
    return L.tileLayer(`${path}/{z}/{x}/{y}`, {
      ...shared, bounds: bounds || undefined, minNativeZoom: item.min_zoom, maxNativeZoom: item.max_zoom,
      errorTileUrl: "",
    });
  }
  return protomapsL.leafletLayer({
    sources: {
      base: { url: tileSource((z, x, y) => `${path}/${z}/${x}/${y}`), maxDataZoom: item.max_zoom },
    },
    paintRules: item.layers.map((name) => ({ dataSource: "base", dataLayer: name, symbolizer: painter(name) })),
    labelRules: [], tileDelay: 1, ...shared,
  });
}

/** show(item) puts a basemap under the cells of a Leaflet map, show(null) takes it away. */
export function createBasemap(map) {
  map.createPane("basemap").classList.add("pane-basemap");
  let drawn = null;
  return {
    show(item) {
      drawn?.remove();
      drawn = item ? make(item, map).addTo(map) : null;
      map.getContainer().classList.toggle("has-basemap", Boolean(item));
    },
  };
}
