// Groups points that would cover each other on the screen. Pure: pixels in, groups out.

/**
 * Greedy, in the order given: a point joins the nearest group within reachPx, else it starts one.
 * Every point is in exactly one group {x, y, members}; the same input gives the same groups.
 */
export function groupPoints(points, reachPx) {
  let groups = gather(points.map((point) => ({ ...point, members: [point] })), reachPx);
  // a group sits at its middle, which may have come too near to another's
  for (let round = 0; round < 4; round += 1) {
    const merged = gather(groups.map(middle), reachPx);
    if (merged.length === groups.length) break;
    groups = merged;
  }
  return groups.map(middle);
}

function middle({ members }) {
  const mean = (axis) => members.reduce((sum, point) => sum + point[axis], 0) / members.length;
  return { x: mean("x"), y: mean("y"), members };
}

function gather(seeds, reachPx) {
  const buckets = new Map();
  const groups = [];
  for (const point of seeds) {
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
      best.members.push(...point.members);
      continue;
    }
    const group = { x: point.x, y: point.y, members: [...point.members] };
    const key = `${col}:${row}`;
    if (!buckets.has(key)) buckets.set(key, []);
    buckets.get(key).push(group);
    groups.push(group);
  }
  return groups;
}
