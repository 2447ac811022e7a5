// Cells on the map: which levels to draw for the level chosen, their names, and what a click chose.
import { named, t } from "../i18n/index.js";
import { chooseTints, createCellsLayer } from "../render/cells_layer.js";
import { wholeBox } from "../render/label_point.js";
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

  /** The second of the levels drawn (villages of a town) decides the tint of all below it. */
  function tintBy(levels) {
    const { rank: second, features: units } = levels.at(-2) ?? levels.at(-1);
    const sorted = [...units].sort((a, b) => (String(a.id) < String(b.id) ? -1 : 1));
    const tints = chooseTints(new Map(sorted.map((f) => [String(f.id), wholeBox(f.geometry)])), 6);
    return (feature) => {
      let { rank, parent_code: parent } = feature.properties;
      let code = String(feature.id);
      while (rank > second && parent) {
        code = String(parent);
        rank = previous(rank);
        parent = cells.find(rank, code)?.properties.parent_code;
      }
      return tints.get(code) ?? 0;
    };
  }

  const previous = (rank) => {
    const i = cells.levels.findIndex((level) => level.rank === rank);
    return cells.levels[i - 1]?.rank ?? -Infinity;
  };

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
      alert(
        found[0].denied
          ? problemText(found[0].denied)
          : found[0].tooMany ? t("levels.zoomIn", { level: named(wanted[0]) }) : null,
      );
      put(found.filter((item) => item.features));
    } catch (error) {
      if (mine === turn) alert(problemText(error));
    }
  }

  /** A level that the signed-in role may not see is left out; the others are drawn. */
  async function loadOrDenied(rank, box) {
    try {
      return await cells.load(rank, box);
    } catch (error) {
      if (error.status !== 403) throw error;
      return { denied: error };
    }
  }

  function put(levels) {
    const sign = levels.map((l) => `${l.rank}:${l.complete ? "all" : l.features.map((f) => f.id).join()}`).join("|");
    if (sign === drawn) return;
    drawn = sign;
    const tintOf = tintBy(levels);
    layer.show(levels.map((item) => ({ ...item, tintOf })));
    const withNames = levels.length === 1 ? levels : levels.slice(0, -1).reverse();
    labels.show(withNames.map((item) => ({ features: item.features, style: levelStyle(item.weight) })));
  }

  /** Features of an answer; what is not known yet is fetched with its siblings. */
  async function select(location) {
    const mine = (select.turn = (select.turn ?? 0) + 1);
    if (!location?.cell) return layer.select({});
    const path = [...location.ancestors, location.cell];
    try {
      const chain = await Promise.all(path.map((cell, i) => cells.get(cell.rank, cell.code, path[i - 1]?.code)));
      if (mine !== select.turn) return undefined;
      const second = location.runner_up;
      const runnerUp = second ? cells.find(second.rank ?? location.cell.rank, second.code) : null;
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
