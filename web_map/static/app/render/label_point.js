// Where to write a cell's name: deep inside its largest part. Pure geometry in degrees.

/** [lng, lat] inside the polygon, far from its border: best point of a grid, refined three times. */
export function labelPoint(geometry) {
  const polygons = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
  const rings = polygons.reduce((a, b) => (ringArea(b[0]) > ringArea(a[0]) ? b : a));
  const [w, s, e, n] = ringBox(rings[0]);
  const squeeze = Math.cos((((s + n) / 2) * Math.PI) / 180);
  let best = { lng: (w + e) / 2, lat: (s + n) / 2, depth: -Infinity };
  let [width, height] = [e - w, n - s];
  for (let round = 0; round < 3; round += 1) {
    const { lng, lat } = best;
    for (let i = 0; i < 9; i += 1) {
      for (let j = 0; j < 9; j += 1) {
        const point = [lng + ((i - 4) / 9) * width, lat + ((j - 4) / 9) * height];
        const depth = signedDepth(point, rings, squeeze);
        if (depth > best.depth) best = { lng: point[0], lat: point[1], depth };
      }
    }
    width /= 4;
    height /= 4;
  }
  return [best.lng, best.lat];
}

/** True when a point lies inside a polygon or one part of a multipolygon. */
export function contains(geometry, point) {
  const polygons = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
  return polygons.some((rings) => signedDepth(point, rings, 1) > 0);
}

/** [w, s, e, n] of the largest part of a geometry. */
export function largestBox(geometry) {
  const polygons = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
  return ringBox(polygons.reduce((a, b) => (ringArea(b[0]) > ringArea(a[0]) ? b : a))[0]);
}

/** [w, s, e, n] of every part. */
export function wholeBox(geometry) {
  const polygons = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
  return polygons
    .map((rings) => ringBox(rings[0]))
    .reduce((a, b) => [
      Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.max(a[2], b[2]), Math.max(a[3], b[3]),
    ]);
}

function ringBox(ring) {
  let [w, s, e, n] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [lng, lat] of ring) {
    if (lng < w) w = lng;
    if (lng > e) e = lng;
    if (lat < s) s = lat;
    if (lat > n) n = lat;
  }
  return [w, s, e, n];
}

function ringArea(ring) {
  let twice = 0;
  for (let i = 1; i < ring.length; i += 1) {
    twice += ring[i - 1][0] * ring[i][1] - ring[i][0] * ring[i - 1][1];
  }
  return Math.abs(twice) / 2;
}

function signedDepth([x, y], rings, squeeze) {
  let inside = false;
  let nearest = Infinity;
  for (const ring of rings) {
    for (let i = 1; i < ring.length; i += 1) {
      const [ax, ay] = ring[i - 1];
      const [bx, by] = ring[i];
      if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
      const dx = (bx - ax) * squeeze;
      const dy = by - ay;
      const px = (x - ax) * squeeze;
      const py = y - ay;
      const along = Math.max(0, Math.min(1, (px * dx + py * dy) / (dx * dx + dy * dy || 1)));
      const distance = (px - along * dx) ** 2 + (py - along * dy) ** 2;
      if (distance < nearest) nearest = distance;
    }
  }
  return inside ? nearest : -nearest;
}
