// Risk of places and kinds: a map in four plain classes, and everything one must know to read it.
import { may } from "../data/rights.js";
import { language } from "../i18n/index.js";
import { byId, h, show } from "../ui/dom.js";
import { problemBox } from "../ui/problem.js";
import { cancelJob, handOuts, readAlarms, readJob, readLatest, readLook, readMap, startLook } from "./risk_api.js";
import { openFrame } from "./frame.js";
import { alarmPanel, biasPanel, densityPanel, repeatPanel, scorePanel, shufflePanel, whyPanel } from "./risk_panels.js";
import { CLASSES, classOf, drawRisk, patch } from "./risk_picture.js";
import { number, tellCell, tellPower } from "./risk_text.js";
import { w } from "./risk_words.js";

const POLL_MS = 1500;
const page = { look: null, alarms: null, map: null, group: "all", scale: "base", months: 12, code: null, isPublic: false };
let turn = 0;

if (new URLSearchParams(location.search).get("mode") === "wall") document.body.classList.add("rk-wall");

async function load(session) {
  page.alarms = await readAlarms();
  page.look = await readLatest();
  if (page.look) await loadMap();
  return session;
}

async function loadMap() {
  const { maps } = page.look;
  const fits = (one) => one.kind_group === page.group && one.scale === page.scale && one.months === page.months;
  const chosen = maps.find(fits) ?? maps[0];
  if (!chosen) return;
  Object.assign(page, { group: chosen.kind_group, scale: chosen.scale, months: chosen.months, code: null });
  const mine = (turn += 1);
  const found = await readMap(key(), page.isPublic);
  if (mine === turn) page.map = found;
}

const key = () => ({ run: page.look.risk_run_id, group: page.group, scale: page.scale, months: page.months });
const groupsOf = (look) => [...new Map(look.maps.map((one) => [one.kind_group, one.figures.group])).values()];
const valuesOf = (look, name) => [...new Set(look.maps.map((one) => one[name]))];

function draw(session) {
  if (!page.look) {
    show(byId("view"),
      h("section", { class: "p-card" }, h("h2", {}, w("risk.title")), h("p", { class: "empty", id: "no-look" }, w("risk.noLook"))),
      askPanel(session), alarms(session, []));
    return;
  }
  const { figures } = page.look;
  show(byId("view"),
    asOf(), choices(session),
    h("div", { class: "rk-main" }, h("section", { class: "p-card rk-map", id: "map-card" }), h("aside", { class: "rk-side", id: "side" })),
    shufflePanel(key(), page.map), alarms(session, groupsOf(page.look)),
    h("div", { class: "p-cards" }, biasPanel(page.map.figures), scorePanel(figures.score), whyPanel(figures.why?.[page.group]), trendPanel(),
      page.isPublic ? null : [repeatPanel(figures.repeat?.[page.group]), densityPanel(figures.density?.[page.group], page.map.shapes)], tablePanel()),
    askPanel(session), madeFrom());
  drawMap();
}

function asOf() {
  const { figures } = page.map;
  const years = [...new Set(Object.values(figures.denominator_years))].join("、");
  return h("p", { class: "rk-asof", id: "as-of" },
    h("b", {}, w("risk.asOf", { day: page.look.as_of })), " ",
    w("risk.asOfMore", { from: figures.from_on, to: figures.to_on, unit: figures.denominator ? w(`risk.unit.${figures.denominator}`) : w("risk.unit.none"), years: years || "–" }),
    " ", h("span", { class: "quiet" }, w("risk.indicative")));
}

function choices(session) {
  const pick = (name, values, word) => h("div", { class: "p-tabs", role: "group", "aria-label": w(`risk.by.${name}`) }, values.map((value) =>
    h("button", { type: "button", "data-pick": `${name}-${value}`, "aria-pressed": String(page[name] === value),
      onclick: () => change(session, { [name]: value }) }, word(value))));
  const groups = groupsOf(page.look);
  return h("div", { class: "rk-choices" },
    pick("group", groups.map((one) => one.slug), (slug) => groups.find((one) => one.slug === slug)[language()]),
    pick("scale", valuesOf(page.look, "scale"), (value) => w(`risk.scale.${value}`)),
    pick("months", valuesOf(page.look, "months"), (value) => w("risk.lastMonths", { n: value })),
    h("label", { class: "rk-public" }, h("input", { type: "checkbox", id: "public", ...(page.isPublic ? { checked: true } : {}),
      onchange: (event) => change(session, { isPublic: event.target.checked }) }), w("risk.public")));
}

async function change(session, what) {
  Object.assign(page, what);
  const focus = document.activeElement?.dataset?.pick;
  try {
    await loadMap();
    draw(session);
    if (focus) document.querySelector(`[data-pick="${focus}"]`)?.focus();
  } catch (error) {
    if (error.status !== 401) show(byId("map-card"), problemBox(error, () => change(session, what)));
  }
}

function pickCell(code) {
  page.code = code;
  drawMap();
  byId("told")?.focus();
}

function drawMap() {
  const { cells, shapes, figures } = page.map;
  const picture = drawRisk(shapes, cells, { label: w("risk.mapLabel"), onPick: pickCell, chosen: page.code });
  show(byId("map-card"),
    h("h2", {}, w("risk.mapTitle", { group: figures.group[language()], scale: w(`risk.scale.${page.scale}`), months: page.months })),
    shapes.length < cells.length ? h("p", { class: "quiet" }, w("risk.drawnOnly", { n: shapes.length, of: cells.length })) : null,
    picture, legend(figures), takeAway());
  const cell = cells.find((one) => one.code === page.code);
  show(byId("side"), cell ? toldOf(cell, figures) : overview(cells, figures));
}

const takeAway = () => h("p", { class: "rk-take" }, w("risk.take"), handOuts(key(), page.isPublic).map(({ form, href }) =>
  h("a", { class: "button cp-link", id: `take-${form}`, href, download: "" }, w(`risk.take.${form}`))));

const legend = (figures) => h("ul", { class: "rk-legend", "aria-label": w("risk.legend") }, CLASSES.map((word) =>
  h("li", { class: `rk-key-${word}` }, patch(word), h("span", {}, w(`risk.word.${word}`)),
    h("b", {}, w("risk.cellCount", { n: word === "too_small" ? figures.too_small : countOf(word) })))),
h("li", {}, patch("edge"), w("risk.edgeKey")));

const countOf = (word) => page.map.cells.filter((cell) => classOf(cell) === word).length;

function overview(cells, figures) {
  const high = cells.filter((cell) => ["clearly_higher", "probably_higher"].includes(cell.word));
  return h("section", { class: "p-card", id: "told", tabindex: -1 },
    h("h2", {}, w("risk.overview", { n: figures.cases ?? "–" })),
    h("p", { class: "rk-cannot" }, patch("cannot_tell"), h("b", {}, w("risk.cannotTell", { n: countOf("cannot_tell"), of: cells.length }))),
    h("p", { id: "power" }, tellPower(figures)),
    h("p", { class: "quiet" }, w("risk.budget", { alpha: Math.round(page.look.figures.budget.alpha * 100), maps: page.look.figures.budget.maps })),
    h("h3", {}, w("risk.highest")),
    high.length
      ? h("ul", { class: "p-list" }, high.map((cell) => h("li", {},
        h("button", { type: "button", class: "text-button", "data-cell": cell.code, onclick: () => pickCell(cell.code) }, `${cell.name} · ${w(`risk.word.${cell.word}`)}`),
        h("small", {}, cell.hidden ? w("risk.hiddenCell") : w("risk.short", { n: cell.observed, expected: number(cell.expected) })))))
      : h("p", { class: "empty" }, w("risk.noneHigh")));
}

function toldOf(cell, figures) {
  const trend = page.look.figures.trends?.[page.group];
  const word = page.scale === "base" && trend?.words ? trend.words[cell.code] : null;
  return h("section", { class: "p-card", id: "told", tabindex: -1 },
    h("h2", {}, cell.name),
    h("p", { class: "rk-verdict" }, patch(classOf(cell)), h("b", {}, w(`risk.word.${classOf(cell)}`))),
    tellCell(cell, figures).map((sentence) => h("p", {}, sentence)),
    word ? h("p", {}, w("risk.trend", { word: w(`risk.trend.${word}`) })) : null,
    h("p", { class: "quiet" }, w("risk.asOf", { day: page.look.as_of })),
    h("button", { type: "button", class: "button", id: "back", onclick: () => { page.code = null; drawMap(); byId("told").focus(); } }, w("risk.back")));
}

function trendPanel() {
  const trend = page.look.figures.trends?.[page.group];
  if (!trend) return null;
  const words = Object.entries(trend.words ?? {});
  return h("section", { class: "p-card" }, h("h2", {}, w("risk.trends")),
    trend.words === null ? h("p", { class: "empty" }, w("risk.trendShort", { n: trend.quarters }))
      : words.length ? h("ul", { class: "p-list" }, words.map(([code, word]) => h("li", {}, code, h("b", {}, w(`risk.trend.${word}`)))))
        : h("p", { class: "empty" }, w("risk.trendNone", { n: trend.quarters })));
}

function tablePanel() {
  const cells = [...page.map.cells].sort((a, b) => (b.observed ?? -1) - (a.observed ?? -1)).slice(0, 200);
  return h("details", { class: "p-card p-wide" }, h("summary", {}, w("risk.table")),
    h("div", { class: "p-tall" }, h("table", { class: "p-table" },
      h("thead", {}, h("tr", {}, ["risk.cell", "risk.class", "risk.count", "risk.expected", "risk.range"].map((k) => h("th", { scope: "col" }, w(k))))),
      h("tbody", {}, cells.map((cell) => h("tr", {}, h("th", { scope: "row" }, h("button", { type: "button", class: "text-button", "data-row": cell.code, onclick: () => pickCell(cell.code) }, cell.name)),
        h("td", {}, w(`risk.word.${classOf(cell)}`)),
        h("td", {}, cell.observed ?? (cell.hidden ? w("risk.underFive") : "–")), h("td", {}, number(cell.expected)),
        h("td", {}, cell.low === null ? "–" : `${number(cell.low)}–${number(cell.high)}`)))))));
}

const alarms = (session, groups) =>
  alarmPanel(page.alarms, groups, may(session, "risk", "decide"), async () => {
    page.alarms = await readAlarms();
    draw(session);
  });

/** Draw for a filter: a job with progress and a way to stop it. */
function askPanel(session) {
  if (!may(session, "risk", "run")) return null;
  const told = h("p", { id: "job", role: "status" });
  const go = h("button", { type: "button", class: "button", id: "look-now" }, w("risk.lookNow"));
  const reported = h("input", { type: "checkbox", id: "reported" });
  go.onclick = async () => {
    go.disabled = true;
    try {
      const { job_id: id } = await startLook({ groups: [page.group], scales: [], months: [page.months], reported_only: reported.checked });
      const result = await follow(id, told);
      if (result) {
        page.look = { ...(await readLook(result.risk_run_id)) };
        await loadMap();
        draw(session);
      }
    } catch (error) {
      if (error.status !== 401) show(told, problemBox(error));
    }
    go.disabled = false;
  };
  return h("section", { class: "p-card p-wide" }, h("h2", {}, w("risk.ask")),
    h("p", { class: "quiet" }, w("risk.askWhy")), h("label", { class: "rk-public" }, reported, w("risk.reportedOnly")), h("div", { class: "p-buttons" }, go), told);
}

async function follow(id, told) {
  const stop = h("button", { type: "button", class: "text-button", onclick: () => cancelJob(id) }, w("risk.stop"));
  for (;;) {
    const job = await readJob(id);
    if (job.outcome ?? ["succeeded", "failed", "cancelled"].includes(job.state)) {
      show(told, w(`risk.job.${job.state}`));
      return job.state === "succeeded" ? job.result : null;
    }
    show(told, w("risk.job.going", { done: job.done, total: job.total ?? "?" }), " ", stop);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

const madeFrom = () => h("p", { class: "quiet rk-made", id: "made-from" }, w("risk.madeFrom", {
  run: page.look.risk_run_id, seed: page.look.seed, version: page.look.code_version,
  at: page.look.made_at.slice(0, 16).replace("T", " "), sha: page.look.inputs_sha256.slice(0, 12), grid: page.look.grid_version_id,
  maps: page.look.figures.chance_maps }));

openFrame({ title: () => w("risk.title"), load, draw });
