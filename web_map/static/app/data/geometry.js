// Small plane geometry on degrees, for what is chosen on the page; numbers that people read come from the server.

/** Whether {lng, lat} lies inside a ring of [lng, lat]; a point on its edge counts as inside. */
export function isInside({ lng, lat }, ring) {
  let inside = false;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i, i += 1) {
    const [x1, y1] = ring[i];
    const [x2, y2] = ring[j];
    const cross = (x2 - x1) * (lat - y1) - (y2 - y1) * (lng - x1);
    if (cross === 0 && Math.min(x1, x2) <= lng && lng <= Math.max(x1, x2) && Math.min(y1, y2) <= lat && lat <= Math.max(y1, y2)) {
      return true;
    }
    if (y1 > lat !== y2 > lat && lng < ((x2 - x1) * (lat - y1)) / (y2 - y1) + x1) inside = !inside;
  }
  return inside;
}

const POINT = /^-?\d{1,3}(\.\d{1,6})?,-?\d{1,2}(\.\d{1,6})?$/;

/** "lng,lat;lng,lat;lng,lat" → ring, or null; at most 100 points. */
export function parseRing(text) {
  const parts = (text ?? "").split(";");
  if (parts.length < 3 || parts.length > 100 || !parts.every((part) => POINT.test(part))) return null;
  return parts.map((part) => part.split(",").map(Number));
}

/** The same ring as text, to a metre. */
export const formatRing = (ring) => ring.map(([lng, lat]) => `${lng.toFixed(5)},${lat.toFixed(5)}`).join(";");
