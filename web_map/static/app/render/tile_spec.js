// What is drawn of vector tiles, as plain data that a worker can be told, and as the library wants it.
import { tileSource } from "../data/tiles.js";
import { PAINTERS } from "./painters.js";

const LAST_DATA_ZOOM = 15;

/** Address of a tile of "/tiles/…/{z}/{x}/{y}…". */
const addressIn = (path) => (z, x, y) => path.replace("{z}", z).replace("{x}", x).replace("{y}", y);

/**
 * spec = {sources: {name: {path, last}}, rules: [{source, layer, painter, look}]} with a name of
 * PAINTERS and what it is to look like → sources and paintRules of protomaps-leaflet.
 */
export function readSpec({ sources, rules }) {
  return {
    sources: Object.fromEntries(Object.entries(sources).map(([name, { path, last = LAST_DATA_ZOOM }]) =>
      [name, { url: tileSource(addressIn(path)), maxDataZoom: last }])),
    paintRules: rules.map(({ source, layer, painter, look }) => {
      const paint = PAINTERS[painter](look);
      const draw = (ctx, geom, _zoom, feature) => paint(ctx, geom, feature);
      return { dataSource: source, dataLayer: layer, symbolizer: { draw } };
    }),
  };
}
