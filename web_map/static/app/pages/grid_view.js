// Cells on the map: which levels to draw for the level chosen, their names, and what a click chose.
import { named, t } from "../i18n/index.js";
import { chooseTints, createCellsLayer } from "../render/cells_layer.js";
import { createLabels } from "../render/labels.js";
import { levelStyle } from "../render/symbols.js";
import { byId, h, show } from "../ui/dom.js";
import { problemText } from "../ui/problem.js";

const CALM_COUNT = 150;
const MOST_LEVELS = 4;

/** The finest level that is not too busy to start with. */
export function pickLevel(levels) {
  const calm = levels.filter((level) => level.count <= CALM_COUNT);
  return (calm.at(-1) ?? levels[0]).rank;
}

/** Level switch, cells, labels and selection, kept in step with the store. */
export function createGridView({ store, stage, cells, obstacles }) {
  const layer = createCellsLayer(stage.map);
  const labels = createLabels(stage.map, obstacles);
  const fromLeaf = (rank) => cells.levels.length - 1 - cells.levels.findIndex((l) => l.rank === rank);
  let turn = 0;
  let drawn = "";

  function switcher() {
    const { level } = store.get();
    show(
      byId("levels"),
      h("div", { class: "segments", role: "group", "aria-label": t("levels.title") },
        cells.levels.map((item, i) =>
          h("button", {
            type: "button", "aria-pressed": String(item.rank === level), dataset: { level: item.rank },
            title: `${named(item)} · ${item.count} · ${i + 1}`,
            onclick: () => store.set({ level: item.rank }),
          }, named(item), h("small", {}, item.count)))),
    );
  }

  function alert(text) {
    const node = byId("map-alert");
    node.hidden = !text;
    node.textContent = text ?? "";
  }

  /** Neighbouring villages get different tints where all of them are known, else by their id. */
  function tintBy(levels) {
    const units = new Map();
    for (const { items, complete } of levels) {
      if (!complete) continue;
      for (const item of items) {
        if (item.id === item.unit) units.set(item.unit, [item.west, item.south, item.east, item.north]);
      }
    }
    const sorted = new Map([...units].sort((a, b) => a[0] - b[0]));
    return chooseTints(sorted, 6);
  }

  async function load() {
    const mine = (turn += 1);
    const { level } = store.get();
    const wanted = cells.levels.filter((item) => item.rank <= level).slice(-MOST_LEVELS).reverse();
    const box = padded(stage.bounds());
    try {
      const answers = await Promise.all(wanted.map((item) => loadOrDenied(item.rank, box)));
      if (mine !== turn) return;
      const found = wanted.map((item, i) => ({
        rank: item.rank,
        // a high level that is shown alone gets thin lines too
        weight: Math.min(fromLeaf(item.rank), i + 1),
        ...answers[i],
      }));
      alert(found[0].denied ? problemText(found[0].denied) : null);
      put(found.filter((item) => item.items));
    } catch (error) {
      if (mine === turn) alert(problemText(error));
    }
  }

  /** A level that the signed-in role may not see is left out; the others are drawn. */
  async function loadOrDenied(rank, box) {
    try {
      return await cells.labels(rank, box);
    } catch (error) {
      if (error.status !== 403) throw error;
      return { denied: error };
    }
  }

  function put(levels) {
    const sign = levels.map((l) => l.rank).join("|");
    if (sign !== drawn) {
      drawn = sign;
      layer.show(levels, tintBy(levels));
    }
    const withNames = levels.length === 1 ? levels : levels.slice(0, -1).reverse();
    labels.show(withNames.map((item) => ({ items: item.items, style: levelStyle(item.weight) })));
  }

  /** Draw the shapes of an answer over the map. */
  async function select(location) {
    const mine = (select.turn = (select.turn ?? 0) + 1);
    if (!location?.cell) return layer.select({});
    const path = [...location.ancestors, location.cell];
    const second = location.runner_up;
    try {
      const [runnerUp, ...chain] = await Promise.all([
        second ? cells.get(second.rank ?? location.cell.rank, second.code) : null,
        ...path.map((cell) => cells.get(cell.rank, cell.code)),
      ]);
      if (mine !== select.turn) return undefined;
      layer.select({ cell: chain.at(-1), chain: chain.slice(1, -1), runnerUp });
    } catch {
      layer.select({});
    }
    return undefined;
  }

  store.on(["level"], () => {
    switcher();
    load();
  });

  switcher();
  return {
    load,
    draw: switcher,
    drawLabels: labels.draw,
    select,
    reload() {
      cells.forget();
      drawn = "";
      return load();
    },
  };
}

function padded([w, s, e, n]) {
  const [dx, dy] = [(e - w) * 0.2, (n - s) * 0.2];
  return [w - dx, s - dy, e + dx, n + dy];
}
