// The map wall: one cell is looked at, everything on the screen is about it.
import { api, request, whenSignedOut } from "../data/api.js";
import { listen } from "../data/events.js";
import { keepFresh } from "../data/freshness.js";
import { may } from "../data/rights.js";
import { formatMoment, formatTime, named, setLanguage, todayOn } from "../i18n/index.js";
import { byId, h, settle, show } from "../ui/dom.js";
import { requireSession, signIn } from "../ui/signin.js";
import { w } from "./risk_words.js";
import { formatWallHash, parseWallHash } from "./wall_hash.js";
import { drawLegend, listClasses } from "./wall_legend.js";
import { createWallMap } from "./wall_map.js";
import { createEventRail, drawChosen, drawFigures, drawRanking, rank } from "./wall_rails.js";
import { createWallRisk } from "./wall_risk.js";
import { saveSnapshot } from "./wall_snapshot.js";
import { findBreaks, monthsUntil, pixelsPerArcMinute, readPlace } from "./wall_units.js";
import { createTour, keepReloading, keepShifting } from "./wall_watch.js";
import { words } from "./wall_words.js";

const INTERVAL_MS = 30000;
const MONTHS = 12;

const query = new URLSearchParams(location.search);
const look = JSON.parse(byId("wall-style").textContent);
const synthetic = document.body.dataset.synthetic === "yes";
const u = pixelsPerArcMinute(readPlace(location.search, innerWidth));
document.body.style.setProperty("--u", `${u}px`);

let state = parseWallHash(location.hash);
const say = (key, params = {}) =>
  words[state.lang][key].replace(/\{(\w+)\}/g, (_, name) => String(params[name] ?? ""));

setLanguage(state.lang);
const session = await requireSession({ synthetic });
const visitor = session.role === "visitor" || query.get("visitor") === "true";
document.body.classList.toggle("w-visitor", visitor);
const place = await api.place();
const kinds = new Map(place.case_kinds.map((kind) => [kind.kind, kind]));
const months = monthsUntil(todayOn(), MONTHS);
const names = new Map();
let view = null;
let ranked = [];
let live = false;
let freshness = null;
let turn = 0;

const map = createWallMap(byId("map"), { u, look, onPick: pick, onMoved: remember });
const rail = createEventRail(byId("events"), say);
const refreshSoon = settle(() => refresh(), 1500);
const fresh = keepFresh({ refresh: () => refresh(), intervalMs: INTERVAL_MS, report: (found) => {
  freshness = found;
  drawFreshness();
} });
const tour = createTour({
  stops: () => ranked.map((child) => child.code),
  go: (code) => look_at(code, { keepTour: true }),
  onChange: drawNote,
});

const risk = may(session, "risk", "read") && !visitor && createWallRisk(byId("risk"), {
  area: areaOfRisk,
  isSynthetic: synthetic,
  remember,
  onLeave() {
    byId("frame").classList.remove("w-risk-on");
    map.resize();
    draw();
    remember();
  },
});

const measure = () => (state.month ? "in_month" : "open");

/** Read the figures again; the last good picture stays when that fails. */
async function refresh({ fit = false } = {}) {
  const mine = (turn += 1);
  try {
    const found = await request("GET", "/api/wall", {
      query: { cell: state.cell, month: state.month, visitor: visitor ? "true" : null },
    });
    if (mine !== turn) return;
    view = found;
    fresh.done();
    draw({ fit });
  } catch (error) {
    if (error.status === 404 && state.cell) look_at(null);
  }
}

/** Looks at risk are made of townships and of what lies above: the lowest of those on the path. */
function areaOfRisk() {
  const village = place.levels.find((one) => one.role === "village")?.rank ?? Infinity;
  return (view.path.filter((cell) => cell.rank < village).at(-1) ?? view.path[0])?.code;
}

function openRisk(asked = null) {
  tour.stop();
  byId("frame").classList.add("w-risk-on");
  byId("risk-open").hidden = true;
  return risk.open(asked);
}

function draw({ fit = false } = {}) {
  for (const cell of [...view.path, ...view.children]) names.set(cell.code, cell.name);
  const counts = new Map(view.children.map((child) => [child.id, child[measure()]]));
  const breaks = findBreaks([...counts.values()].filter((count) => count !== null));
  const leaf = view.children.length === 0;
  const level = place.levels.find((one) => one.rank === (leaf ? view.cell?.rank : view.children[0].rank));
  if (fit && view.extent) map.fit(view.extent);
  map.show(view, { rank: level?.rank ?? 1, counts, breaks });
  ranked = rank(view.children, measure());
  drawFigures(byId("figures"), view.figures, say);
  byId("ranking-title").textContent = state.month ? say("rankingMonth", { month: state.month }) : say("ranking");
  drawRanking(byId("ranking"), ranked, measure(), say, look_at);
  byId("chosen-title").textContent = leaf && view.cases.length ? say("casesHere") : say("chosen");
  drawChosen(byId("chosen"), view, kinds, say);
  byId("events-title").textContent = say("events");
  rail.begin(view.events, { anew: !live });
  rail.draw((code) => names.get(code));
  drawPath();
  byId("legend").hidden = leaf;
  drawLegend(byId("legend"), legend(counts, breaks, level));
  drawMonths();
  drawNote();
  drawRiskButton();
  document.body.dataset.ready = "yes";
}

function legend(counts, breaks, level) {
  const hasHidden = [...counts.values()].includes(null);
  return {
    title: state.month ? say("legendMonth", { month: state.month }) : say("legendOpen"),
    classes: listClasses(breaks, look, { hasHidden, say }),
    source: say("legendSource", { n: counts.size, level: named(level), time: formatMoment(view.at) }),
  };
}

function drawPath() {
  show(byId("path"), view.path.map((cell) =>
    h("button", {
      type: "button", "aria-current": cell.code === view.cell?.code && "page",
      onclick: () => look_at(cell.code),
    }, cell.name)));
}

function drawMonths() {
  const at = state.month ? months.indexOf(state.month) : months.length;
  const node = byId("months");
  const input = node.querySelector("input") ?? h("input", { type: "range", min: 0, max: months.length });
  input.setAttribute("aria-label", say("month"));
  input.value = String(at < 0 ? months.length : at);
  input.oninput = () => setMonth(months[Number(input.value)] ?? null);
  show(node, h("span", {}, state.month ?? say("now")), input);
}

function drawRiskButton() {
  const node = byId("risk-open");
  node.hidden = !risk || risk.isOn();
  node.textContent = w("risk.wall.open");
}

function drawNote(isTour = tour.isOn()) {
  const parts = [say("note"), synthetic && say("synthetic"), isTour && say("tour")];
  byId("note").textContent = parts.filter(Boolean).join(" · ");
}

function drawFreshness() {
  const node = byId("stale");
  const { at, state: age } = freshness;
  const time = formatTime(at);
  node.className = `w-stale ${age === "fresh" ? "" : age}`;
  node.textContent = age === "offline" ? say("offline", { time })
    : age === "late" ? say("stale", { time })
      : `${say("data", { time })}${live ? ` · ${say("live")}` : ""}`;
}

function remember() {
  if (view) history.replaceState(null, "", `${location.pathname}${location.search}${formatWallHash({ ...state, risk: risk ? risk.state() : null, view: map.view() })}`);
}

/** Look at a cell: everything is read for it and the map goes there. */
function look_at(code, { keepTour = false } = {}) {
  if (!keepTour) tour.stop();
  state = { ...state, cell: code, view: null };
  return refresh({ fit: true });
}

function back() {
  const above = view?.path.at(-2);
  if (view?.cell) look_at(above ? above.code : null);
}

function setMonth(month) {
  state = { ...state, month };
  refresh();
}

/** Which of the cells below holds the point: the server knows; else the nearest name. */
async function pick(point) {
  tour.stop();
  if (!view?.children.length) return;
  const below = new Map(view.children.map((child) => [child.code, child]));
  let found = null;
  try {
    const answer = await request("GET", "/api/locate", { query: point });
    found = [...(answer.ancestors ?? []), answer.cell].find((cell) => cell && below.has(cell.code));
  } catch (error) {
    if (error.status !== 403) return;
    const around = view.children.filter((c) =>
      c.west <= point.lng && point.lng <= c.east && c.south <= point.lat && point.lat <= c.north);
    const far = (c) => Math.hypot(c.lng - point.lng, c.lat - point.lat);
    [found] = around.sort((a, b) => far(a) - far(b));
  }
  if (found) look_at(found.code);
}

async function snapshot() {
  const counts = new Map(view.children.map((child) => [child.id, child[measure()]]));
  const breaks = findBreaks([...counts.values()].filter((count) => count !== null));
  const level = place.levels.find((one) => one.rank === view.children[0]?.rank);
  const { title, classes, source } = legend(counts, breaks, level);
  await saveSnapshot({
    stage: byId("stage"),
    title: [named(place), view.cell?.name, title].filter(Boolean).join(" · "),
    classes,
    lines: [source, [say("note"), synthetic && say("synthetic")].filter(Boolean).join(" · ")],
    name: `wall-${view.cell?.code ?? "all"}-${todayOn()}.png`,
  });
}

const KEYS = {
  Escape: back, Backspace: back, 0: () => look_at(null), Home: () => look_at(null),
  t: () => tour.start(), s: snapshot,
  "+": () => map.zoom(0.5), "=": () => map.zoom(0.5), "-": () => map.zoom(-0.5),
  ArrowLeft: () => map.pan(-1, 0), ArrowRight: () => map.pan(1, 0),
  ArrowUp: () => map.pan(0, -1), ArrowDown: () => map.pan(0, 1),
  "[": () => step(-1), "]": () => step(1),
  e: () => setLang(state.lang === "zh" ? "en" : "zh"),
  r: () => risk && openRisk(),
};

function step(by) {
  const at = state.month ? months.indexOf(state.month) : months.length;
  setMonth(months[Math.max(0, Math.min(months.length, at + by))] ?? null);
}

function setLang(lang) {
  state = { ...state, lang };
  setLanguage(lang);
  draw();
  if (risk) risk.draw();
  drawFreshness();
  remember();
}

addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || !view || !byId("gate").hidden) return;
  if (event.target.matches("input") && event.key.startsWith("Arrow")) return;
  if (risk && risk.isOn() && event.key !== "e") {
    if (risk.press(event.key)) event.preventDefault();
    return;
  }
  const wasTour = tour.isOn();
  tour.stop();
  const chosen = /^[1-9]$/.test(event.key) ? ranked[Number(event.key) - 1] : null;
  const act = KEYS[event.key];
  if (chosen) look_at(chosen.code);
  else if (act && !(wasTour && event.key === "t")) act();
  else return;
  event.preventDefault();
});
for (const kind of ["pointerdown", "wheel"]) {
  addEventListener(kind, () => {
    tour.stop();
    if (risk) risk.stopTour();
  }, { passive: true });
}
byId("risk-open").onclick = () => openRisk();
addEventListener("hashchange", () => {
  state = parseWallHash(location.hash);
  setLanguage(state.lang);
  refresh({ fit: !state.view }).then(() => {
    if (state.view) map.setView(state.view);
    if (risk && state.risk) openRisk(state.risk);
  });
});
new ResizeObserver(() => map.resize()).observe(byId("stage"));
setInterval(() => {
  byId("clock").textContent = formatMoment(Date.now());
}, 1000);

function startFeed() {
  if (visitor || session.role === "visitor") return;
  listen({
    onEvent(event) {
      rail.add(event);
      rail.draw((code) => names.get(code));
      refreshSoon();
    },
    onGap() {
      rail.add({ isGap: true, at: new Date().toISOString() });
      refresh();
    },
    onState(found) {
      const wasLive = live;
      live = found === "live";
      if (live && !wasLive) refresh();
      if (freshness) drawFreshness();
    },
  });
}

whenSignedOut(async () => {
  await signIn({ synthetic });
  location.reload();
});
const start = state.view;
if (place.bbox) map.fit({ west: place.bbox[0], south: place.bbox[1], east: place.bbox[2], north: place.bbox[3] });
await refresh({ fit: !start });
if (start) map.setView(start);
if (risk && state.risk) await openRisk(state.risk);
startFeed();
keepShifting(byId("frame"));
keepReloading();
