// Where somebody stands against a strip, told without a network by the rule of the service: the whole
// circle of accuracy on one side of the edge, or it cannot be told. Plane of metres round the position.

const AXIS_M = 6378137;
const FLATTENING = 1 / 298.257222101;
const E2 = FLATTENING * (2 - FLATTENING);

/** {verdict, edge_m, accuracy_m} of a position [lng, lat in EPSG:4490] against a (Multi)Polygon. */
export function tellStanding(geometry, { lng, lat, accuracy_m: accuracy }) {
  const [mx, my] = metresPerDegree(lat);
  const polygons = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
  const rings = polygons.flat().map((ring) => ring.map(([x, y]) => [(x - lng) * mx, (y - lat) * my]));
  const edge = Math.min(...rings.flatMap((ring) => ring.slice(1).map((end, k) => distance(ring[k], end))));
  // a hole's ring turns the parity back
  const inside = rings.filter((ring) => winds(ring)).length % 2 === 1;
  const verdict = edge <= accuracy ? "cannot_tell" : inside ? "inside" : "outside";
  return { verdict, edge_m: edge, accuracy_m: accuracy };
}

function metresPerDegree(lat) {
  const phi = (lat * Math.PI) / 180;
  const w2 = 1 - E2 * Math.sin(phi) ** 2;
  const w = Math.sqrt(w2);
  return [(AXIS_M / w) * Math.cos(phi) * (Math.PI / 180), ((AXIS_M * (1 - E2)) / (w2 * w)) * (Math.PI / 180)];
}

/** From the origin to the side a–b. */
function distance([ax, ay], [bx, by]) {
  const [dx, dy] = [bx - ax, by - ay];
  const length2 = dx * dx + dy * dy;
  const at = length2 === 0 ? 0 : Math.min(1, Math.max(0, -(ax * dx + ay * dy) / length2));
  return Math.hypot(ax + at * dx, ay + at * dy);
}

/** Whether the origin lies in a closed ring, by crossings of the ray to the east. */
function winds(ring) {
  let odd = false;
  for (let k = 1; k < ring.length; k += 1) {
    const [[ax, ay], [bx, by]] = [ring[k - 1], ring[k]];
    if (ay > 0 !== by > 0 && ax + ((bx - ax) * -ay) / (by - ay) > 0) odd = !odd;
  }
  return odd;
}
