// Risk on the wall: one hot spot after the other, counts first, chance beside it, and what nobody can tell.
import { formatMoment, language } from "../i18n/index.js";
import { h, show } from "../ui/dom.js";
import { readChance, readLatest, readMap } from "./risk_api.js";
import { CLASSES, classOf, drawRisk, patch } from "./risk_picture.js";
import { hideCut } from "./wall_rails.js";
import { number, tellCell, tellPower } from "./risk_text.js";
import { w } from "./risk_words.js";
import { createTour } from "./wall_watch.js";

const MOST_SPOTS = 9;
const MOST_CELLS_TOLD = 2;
const GROUP_OF_ALL = "all";

/** Hot spots of a map: significant circles first, the strongest first, then single cells that are probably higher. */
export function listSpots({ cells, figures }) {
  const byCode = new Map(cells.map((cell) => [cell.code, cell]));
  const most = (a, b) => b.observed - a.observed || (a.code < b.code ? -1 : 1);
  const circles = figures.clusters.map((one) => {
    const inside = one.codes.map((code) => byCode.get(code)).filter((cell) => cell?.word === "clearly_higher").sort(most);
    return { kind: "circle", ...one, cells: inside, name: inside[0]?.name ?? byCode.get(one.codes[0])?.name ?? "" };
  });
  const single = cells.filter((cell) => cell.word === "probably_higher").sort(most)
    .map((cell) => ({ kind: "cell", codes: [cell.code], cells: [cell], name: cell.name }));
  return [...circles.filter((one) => one.cells.length), ...single].slice(0, MOST_SPOTS);
}

/** The view in node; area() is the code of the area that is looked at, onLeave() when it closes. */
export function createWallRisk(node, { area, onLeave, remember, isSynthetic }) {
  let look = null;
  let map = null;
  let wanted = { group: GROUP_OF_ALL, months: 12 };
  let at = null;
  let chance = null;
  let seed = 0;
  let turn = 0;

  const isOn = () => !node.hidden;
  const spots = () => (map ? listSpots(map) : []);
  const key = () => ({ run: look.risk_run_id, group: map.figures.group.slug, scale: map.scale, months: map.figures.months });
  const tour = createTour({
    stops: () => (map ? [...spots().keys(), "chance", null] : []),
    go: (stop) => (stop === "chance" ? shuffle() : choose(stop)),
    onChange: tellFoot,
  });

  async function open(asked = null) {
    if (asked) wanted = asked;
    node.hidden = false;
    show(node, h("p", { class: "w-risk-none" }, w("risk.wall.reading")));
    await read();
  }

  function close() {
    tour.stop();
    node.hidden = true;
    onLeave();
  }

  async function read() {
    const mine = (turn += 1);
    try {
      const found = await readLatest(area());
      const chosen = found && pickMap(found.maps);
      const cells = chosen && await readMap({ run: found.risk_run_id, group: chosen.kind_group, scale: "base", months: chosen.months }, false);
      if (mine !== turn || !isOn()) return;
      [look, map, at, chance] = [found, cells, null, null];
      draw();
      remember();
    } catch (error) {
      if (mine === turn && error.status !== 401) show(node, h("p", { class: "w-risk-none" }, w("risk.wall.failed")), help());
    }
  }

  function pickMap(maps) {
    const base = maps.filter((one) => one.scale === "base");
    return base.find((one) => one.kind_group === wanted.group && one.months === wanted.months) ?? base[0] ?? null;
  }

  /** The next of the values that a map has, in their order. */
  function change(name, valueOf) {
    if (!look) return;
    const values = [...new Set(look.maps.filter((one) => one.scale === "base").map(valueOf))];
    wanted = { ...wanted, [name]: values[(values.indexOf(wanted[name]) + 1) % values.length] };
    read();
  }

  function choose(what) {
    at = what;
    chance = null;
    draw();
  }

  async function shuffle() {
    if (!map) return;
    const mine = (turn += 1);
    seed += 1;
    const found = await readChance(key(), 1, seed).catch(() => null);
    if (mine !== turn || !isOn() || !found) return;
    [at, chance] = [null, { ...found, number: seed }];
    draw();
  }

  function draw() {
    if (!isOn()) return;
    if (!map) {
      show(node, h("p", { class: "w-risk-none", id: "wall-no-look" }, w("risk.noLook")), help());
      return;
    }
    show(node, left(), stage(), right());
    for (const list of node.querySelectorAll(".w-ranking, .w-told")) hideCut(list);
  }

  function left() {
    const count = (word) => map.cells.filter((cell) => classOf(cell) === word).length;
    const figure = (word) => h("div", { class: `w-figure rk-count-${word}`, dataset: { risk: word } },
      h("span", { class: "w-name" }, patch(word), w(`risk.word.${word}`)), h("span", { class: "w-number" }, count(word)),
      h("span", { class: "w-of" }, w("risk.wall.of", { n: map.cells.length })));
    return h("section", { class: "w-rail" },
      h("div", { class: "w-figures" }, ["clearly_higher", "probably_higher", "cannot_tell", "no_sign"].map(figure)),
      h("h2", {}, w("risk.wall.spots")),
      h("ol", { class: "w-ranking" }, spots().length
        ? spots().map((spot, i) => h("li", { "aria-current": i === at ? "true" : null },
          h("span", { class: "w-key" }, i + 1),
          h("button", { type: "button", dataset: { spot: i }, onclick: () => choose(i) }, spot.name)))
        : h("li", {}, w("risk.noneHigh"))));
  }

  function stage() {
    const { group } = map.figures;
    const title = w("risk.mapTitle", { group: group[language()], scale: w("risk.scale.base"), months: map.figures.months });
    const spot = at === null ? null : spots()[at];
    const codes = chance ? chance.maps[0]?.red ?? [] : null;
    return h("section", { class: "w-stage" },
      drawRisk(map.shapes, map.cells, {
        label: chance ? w("risk.chanceMap", { n: chance.number }) : w("risk.mapLabel"), red: codes,
        chosen: spot?.codes ?? null, focus: spot?.codes ?? null,
        onPick: (code) => pick(code),
      }),
      h("div", { class: "w-legend", id: "risk-legend" },
        h("strong", { id: "risk-title" }, chance ? `${w("risk.chanceMap", { n: chance.number })} · ${title}` : title),
        h("div", { class: "w-classes" }, CLASSES.map((word) => h("span", { class: "w-class" }, patch(word), w(`risk.word.${word}`)))),
        h("small", { id: "risk-as-of" }, foot())));
  }

  const foot = () => [w("risk.asOf", { day: look.as_of }), w("risk.indicative"), isSynthetic && w("risk.wall.synthetic"),
    tour.isOn() && w("risk.wall.tour")].filter(Boolean).join(" ");

  /** Nothing else is drawn anew: the press that stops a tour is also meant for what lies under it. */
  function tellFoot() {
    const line = node.querySelector("#risk-as-of");
    if (line) line.textContent = foot();
  }

  /** A cell on the map: the hot spot it lies in, else nothing more than its own counts. */
  function pick(code) {
    tour.stop();
    const found = spots().findIndex((spot) => spot.codes.includes(code));
    choose(found < 0 ? code : found);
  }

  function right() {
    const told = chance ? toldOfChance() : at === null ? overview() : typeof at === "number" ? toldOfSpot(spots()[at]) : toldOfCell(at);
    return h("section", { class: "w-rail" }, h("div", { class: "w-told", id: "risk-told", "aria-live": "polite" }, told), help());
  }

  function overview() {
    const unknown = map.cells.filter((cell) => cell.word === "cannot_tell").length;
    const { budget } = look.figures;
    return [
      h("h2", {}, w("risk.overview", { n: map.figures.cases })),
      h("p", { class: "w-cannot" }, w("risk.cannotTell", { n: unknown, of: map.cells.length })),
      h("p", {}, tellPower(map.figures)),
      h("p", { class: "w-quiet" }, w("risk.budget", { alpha: Math.round(budget.alpha * 100), maps: budget.maps })),
      h("p", { class: "w-quiet" }, w("risk.wall.source", { at: formatMoment(look.made_at) })),
    ];
  }

  function toldOfSpot(spot) {
    const { figures } = map;
    const cells = spot.cells.slice(0, MOST_CELLS_TOLD).map((cell) => ofCell(cell));
    if (spot.kind === "cell") return cells;
    const byChance = h("p", {}, w("risk.wall.chance", { maps: look.figures.chance_maps, n: perMaps(spot.p_value, look.figures.chance_maps) }));
    if (spot.codes.length === 1) return [cells, byChance];
    return [
      h("h2", {}, w("risk.wall.circle", { name: spot.name, n: spot.codes.length })),
      h("p", { class: "w-verdict" }, w("risk.wall.counts", { months: figures.months, n: spot.observed,
        unit: w(`risk.unit.${figures.denominator ?? "none"}`), expected: number(spot.expected) })),
      byChance, cells,
    ];
  }

  const toldOfCell = (code) => ofCell(map.cells.find((cell) => cell.code === code));

  const ofCell = (cell) => [
    h("h2", {}, cell.name), h("p", { class: "w-class" }, patch(classOf(cell)), w(`risk.word.${classOf(cell)}`)),
    tellCell(cell, map.figures).map((sentence) => h("p", {}, sentence)),
  ];

  function toldOfChance() {
    const red = chance.maps[0]?.red.length ?? 0;
    const real = map.cells.filter((cell) => cell.word === "clearly_higher").length;
    return [
      h("h2", {}, w("risk.shuffleTitle")),
      h("p", { class: "w-verdict" }, w("risk.wall.beside", { red, real })),
      h("p", {}, chance.red_by_chance === null ? w("risk.shuffleNone") : w("risk.shuffleTold", { red: chance.red_by_chance, maps: chance.chance_maps })),
      h("p", { class: "w-quiet" }, w("risk.shuffleWhy")),
    ];
  }

  const help = () => h("p", { class: "w-keys" }, h("button", { type: "button", id: "risk-close", onclick: close }, w("risk.wall.close")), ` ${w("risk.wall.keys")}`);

  const KEYS = {
    r: close, Escape: () => (at === null && !chance ? close() : choose(null)), Backspace: () => choose(null), 0: () => choose(null),
    x: shuffle, t: () => tour.start(),
    g: () => change("group", (one) => one.kind_group), m: () => change("months", (one) => one.months),
  };

  return {
    isOn, open, close, draw,
    stopTour: () => tour.stop(),
    /** What the address keeps; null when the view is closed. */
    state: () => (isOn() && map ? { group: map.figures.group.slug, months: map.figures.months } : null),
    /** Whether the key meant something here. */
    press(pressed) {
      const wasTour = tour.isOn();
      tour.stop();
      if (/^[1-9]$/.test(pressed)) {
        if (Number(pressed) <= spots().length) choose(Number(pressed) - 1);
        return true;
      }
      if (!KEYS[pressed]) return false;
      if (!(wasTour && pressed === "t")) KEYS[pressed]();
      return true;
    },
  };
}

const perMaps = (p, maps) => (p * maps < 1 ? w("risk.wall.underOne") : String(Math.round(p * maps)));
