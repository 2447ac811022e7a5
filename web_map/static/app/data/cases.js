// The cases the page holds: all of them while few, those in view when many.
import { caseQuery } from "./filters.js";
import { isInside } from "./geometry.js";
import { api } from "./api.js";

const PAGE = 500;
const MOST = 2000;
const MOST_IN_VIEW = 1000;

export const isClosed = (item) => Boolean(item.closed_on);
export const isQueued = (item) => !item.lead && !isClosed(item);
export const hasPoint = (item) => Number.isFinite(item.lng) && Number.isFinite(item.lat);

/** Holds items by code; listeners hear of every change. */
export function createCases() {
  const items = new Map();
  const listeners = new Set();
  let everything = true;
  let total = 0;
  let loaded = false;
  let current = null;
  let asked = "";

  const tell = () => listeners.forEach((fn) => fn());

  /** Pages of a query until there are no more or enough; the newest come first. */
  async function read(query, most, signal) {
    const found = [];
    let page = null;
    do {
      page = await api.cases({ ...query, limit: PAGE, after: page?.next }, signal);
      found.push(...page.items);
      if (everything && page.total > MOST) break;
    } while (page.next && found.length < most);
    return { found, count: page.total ?? found.length };
  }

  return {
    /** Read again by the filters of a state; bounds matter where the page cannot hold all of them. */
    async load(bounds, state) {
      const { only } = state;
      const filters = caseQuery(state);
      if (asked !== JSON.stringify(filters)) {
        asked = JSON.stringify(filters);
        everything = true;
      }
      current?.abort();
      current = new AbortController();
      const { signal } = current;
      const part =
        only === "queue" ? { queue: true } : { bbox: bounds.map((value) => value.toFixed(6)).join(",") };
      let { found, count } = await read(everything ? filters : { ...filters, ...part }, everything ? MOST : MOST_IN_VIEW, signal);
      if (everything && count > MOST) {
        everything = false;
        ({ found, count } = await read({ ...filters, ...part }, MOST_IN_VIEW, signal));
      }
      items.clear();
      for (const item of found) items.set(item.code, item);
      total = count;
      loaded = true;
      tell();
    },
    /** True when panning must ask the server again. */
    byView: () => !everything,
    put(item) {
      if (!items.has(item.code)) total += 1;
      items.set(item.code, item);
      tell();
    },
    drop(code) {
      if (items.delete(code)) {
        total -= 1;
        tell();
      }
    },
    find: (code) => items.get(code) ?? null,
    list: () => [...items.values()],
    total: () => total,
    isLoaded: () => loaded,
    /** True when the server has more in view than the page holds: then these are the latest. */
    isPartial: () => total > items.size,
    on(fn) {
      listeners.add(fn);
    },
  };
}

const WANTED = {
  all: () => true,
  open: (item) => !isClosed(item),
  closed: isClosed,
  queue: isQueued,
};

/** Items that the filters let through; without a point an item is in view only in the queue. */
export function filterCases(list, { hidden, only, bounds, ring = null }) {
  const [w, s, e, n] = bounds ?? [-180, -90, 180, 90];
  const inView = (item) =>
    hasPoint(item)
      ? item.lng >= w && item.lng <= e && item.lat >= s && item.lat <= n
      : only === "queue" || !bounds;
  const chosen = (item) => !ring || (hasPoint(item) && isInside(item, ring));
  return list.filter((item) => !hidden.has(item.kind) && WANTED[only](item) && inView(item) && chosen(item));
}

/** Number of items of each kind after state and view, before the kind filter. */
export function countKinds(list, filters) {
  const counts = new Map();
  for (const item of filterCases(list, { ...filters, hidden: new Set() })) {
    counts.set(item.kind, (counts.get(item.kind) ?? 0) + 1);
  }
  return counts;
}
