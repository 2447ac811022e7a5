// Cells of each level, fetched once when few, by view when many, never more than can be read.
import { api } from "./api.js";

const ALL_AT_ONCE = 800;
const MOST_IN_VIEW = 600;
const MOST_KEPT = 4000;

/** Loader over the place's levels; load(rank, bounds) resolves {features, complete} or {tooMany}. */
export function createCells(place) {
  const levels = [...place.levels].sort((a, b) => a.rank - b.rank);
  const countOf = new Map(levels.map((level) => [level.rank, level.count]));
  const byRank = new Map(levels.map((level) => [level.rank, new Map()]));
  const whole = new Map();

  function remember(rank, collection) {
    const known = byRank.get(rank);
    if (known.size > MOST_KEPT) known.clear();
    for (const feature of collection.features) known.set(String(feature.id), feature);
    return collection.features;
  }

  async function load(rank, bounds) {
    const count = countOf.get(rank) ?? 0;
    if (count <= ALL_AT_ONCE) {
      if (!whole.has(rank)) {
        const answer = api.cells({ rank }).then((collection) => remember(rank, collection));
        answer.catch(() => whole.delete(rank));
        whole.set(rank, answer);
      }
      return { features: await whole.get(rank), complete: true };
    }
    if (expectedInView(count, bounds, place.bbox) > MOST_IN_VIEW) return { tooMany: true };
    const bbox = bounds.map((value) => value.toFixed(6)).join(",");
    return { features: remember(rank, await api.cells({ rank, bbox })), complete: false };
  }

  return {
    levels,
    load,
    find: (rank, code) => byRank.get(rank)?.get(String(code)) ?? null,
    /** One cell and its siblings, for drawing what a click chose. */
    async get(rank, code, parentCode) {
      const known = this.find(rank, code);
      if (known || !parentCode) return known;
      remember(rank, await api.cells({ rank, parent: parentCode }));
      return this.find(rank, code);
    },
    forget() {
      whole.clear();
      for (const known of byRank.values()) known.clear();
    },
  };
}

/** About how many of count cells, spread evenly over the place, touch the view. */
export function expectedInView(count, [w, s, e, n], [pw, ps, pe, pn]) {
  const width = Math.max(0, Math.min(e, pe) - Math.max(w, pw)) / (pe - pw || 1);
  const height = Math.max(0, Math.min(n, pn) - Math.max(s, ps)) / (pn - ps || 1);
  return count * width * height;
}
