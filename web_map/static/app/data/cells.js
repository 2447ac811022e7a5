// Cells: where their names stand, level by level, and the shape of the few that are chosen.
import { api } from "./api.js";

const ALL_AT_ONCE = 800;
const MOST_IN_VIEW = 400;
const MOST_KEPT = 500;

/** Reader over the place's levels; labels(rank, bounds) resolves {items, complete}. */
export function createCells(place) {
  const levels = [...place.levels].sort((a, b) => a.rank - b.rank);
  const countOf = new Map(levels.map((level) => [level.rank, level.count]));
  const whole = new Map();
  const shapes = new Map();

  async function labels(rank, bounds) {
    if ((countOf.get(rank) ?? 0) > ALL_AT_ONCE) {
      const bbox = bounds.map((value) => value.toFixed(6)).join(",");
      const { items } = await api.cellLabels({ rank, bbox, limit: MOST_IN_VIEW });
      return { items, complete: false };
    }
    if (!whole.has(rank)) {
      const answer = api.cellLabels({ rank });
      answer.catch(() => whole.delete(rank));
      whole.set(rank, answer);
    }
    return { items: (await whole.get(rank)).items, complete: true };
  }

  return {
    levels,
    /** Code and name of the villages, or of the finest level that is small enough to choose from. */
    async villages() {
      const level = levels.find((one) => one.role === "village") ?? levels.filter((one) => one.count <= ALL_AT_ONCE).at(-1);
      if (!level || level.count > ALL_AT_ONCE) return [];
      const { items } = await labels(level.rank, null);
      return [...items].sort((a, b) => (a.code < b.code ? -1 : 1));
    },
    labels,
    /** The shape of one cell as a GeoJSON feature, or null. */
    get(rank, code) {
      const key = `${rank}:${code}`;
      if (!shapes.has(key)) {
        if (shapes.size > MOST_KEPT) shapes.clear();
        const answer = api.cells({ rank, code }).then(({ features }) => features[0] ?? null);
        answer.catch(() => shapes.delete(key));
        shapes.set(key, answer);
      }
      return shapes.get(key);
    },
    forget() {
      whole.clear();
      shapes.clear();
    },
  };
}
