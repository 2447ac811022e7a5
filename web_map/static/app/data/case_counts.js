// How many cases lie where, counted by the server for small scales, when there are too many to hold.
import { readTile, tilesOf } from "./tiles.js";

const TILE_PX = 512;
const LAST_COUNT_ZOOM = 12;
const ONLY = { all: () => true, open: (bin) => !bin.closed, closed: (bin) => bin.closed };

/** From this zoom on the server shows cases themselves. */
export const CASES_FROM_ZOOM = 13;

/** [{lng, lat, kind, closed, n}] in bounds [w, s, e, n]; kind is a class, n how many. */
export async function loadCaseCounts(bounds, zoom) {
  const z = Math.max(0, Math.min(LAST_COUNT_ZOOM, Math.round(zoom) - 1));
  const tiles = tilesOf(bounds, z);
  const found = await Promise.all(
    tiles.map((tile) => readTile((...at) => `/tiles/cases/${at.join("/")}.mvt`, tile)),
  );
  return found.flatMap((layers, i) =>
    (layers.get("case_count") ?? []).map(({ geom, props }) => ({
      ...pointOf(tiles[i], geom[0][0]),
      kind: props.kind, closed: props.closed, n: props.n,
    })));
}

function pointOf({ z, x, y }, at) {
  const side = 2 ** z;
  const down = (y + at.y / TILE_PX) / side;
  return {
    lng: ((x + at.x / TILE_PX) / side) * 360 - 180,
    lat: (Math.atan(Math.sinh(Math.PI * (1 - 2 * down))) * 180) / Math.PI,
  };
}

/** Bins that the filters let through; pure. */
export const filterCounts = (bins, { hidden, only }) =>
  bins.filter((bin) => !hidden.has(bin.kind) && ONLY[only](bin));
