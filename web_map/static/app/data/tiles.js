// Vector tiles of this service: fetched as the signed-in person may see them, decoded by the library.
/* global protomapsL */

/** A source for protomaps-leaflet; pathOf(z, x, y) is the address of a tile. */
export function tileSource(pathOf) {
  return {
    async getZxy(z, x, y, signal) {
      const answer = await fetch(pathOf(z, x, y), { signal, credentials: "same-origin" });
      // nothing there, or not to be seen: the page says so elsewhere
      if (answer.status !== 200) return undefined;
      return { data: await answer.arrayBuffer() };
    },
  };
}

/** Features of one tile by layer; geom in pixels of a tile of 512. */
export function readTile(pathOf, { z, x, y }) {
  return new protomapsL.PmtilesSource(tileSource(pathOf), false).get({ z, x, y }, 512);
}

/** Tiles of a zoom that touch bounds [w, s, e, n] in degrees. */
export function tilesOf([w, s, e, n], z) {
  const side = 2 ** z;
  const column = (lng) => Math.min(side - 1, Math.max(0, Math.floor(((lng + 180) / 360) * side)));
  const row = (lat) => {
    const up = Math.asinh(Math.tan((Math.max(-85, Math.min(85, lat)) * Math.PI) / 180)) / Math.PI;
    return Math.min(side - 1, Math.max(0, Math.floor(((1 - up) / 2) * side)));
  };
  const found = [];
  for (let x = column(w); x <= column(e); x += 1) {
    for (let y = row(n); y <= row(s); y += 1) found.push({ z, x, y });
  }
  return found;
}
