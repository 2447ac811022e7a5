// Groups points that would cover each other on the screen. Pure: pixels in, groups out.

/**
 * Greedy, in the order given: a point joins the nearest group whose seed is within reach_px, else
 * it seeds one. Every point is in exactly one group; the same input gives the same groups.
 */
export function groupPoints(points, reachPx) {
  const buckets = new Map();
  const groups = [];
  for (const point of points) {
    const col = Math.floor(point.x / reachPx);
    const row = Math.floor(point.y / reachPx);
    let best = null;
    let bestDistance = reachPx;
    for (let dx = -1; dx <= 1; dx += 1) {
      for (let dy = -1; dy <= 1; dy += 1) {
        for (const group of buckets.get(`${col + dx}:${row + dy}`) ?? []) {
          const distance = Math.hypot(group.x - point.x, group.y - point.y);
          if (distance < bestDistance) [best, bestDistance] = [group, distance];
        }
      }
    }
    if (best) {
      best.members.push(point);
      continue;
    }
    const group = { x: point.x, y: point.y, members: [point] };
    const key = `${col}:${row}`;
    if (!buckets.has(key)) buckets.set(key, []);
    buckets.get(key).push(group);
    groups.push(group);
  }
  return groups;
}
