// The map page: one store, the pieces that draw from it, and what each key, click and event does.
import { api, whenSignedOut } from "../data/api.js";
import { createCases } from "../data/cases.js";
import { createCells } from "../data/cells.js";
import { NO_FILTERS } from "../data/filters.js";
import { bindHash, parseHash } from "../data/hash.js";
import { may } from "../data/rights.js";
import { createStore } from "../data/store.js";
import { named, setLanguage, t, translate } from "../i18n/index.js";
import { createCasesLayer } from "../render/cases_layer.js";
import { createMap, pointOf } from "../render/map.js";
import { useStyles } from "../render/symbols.js";
import { byId, h, settle, show } from "../ui/dom.js";
import { openHelp } from "../ui/help.js";
import { bindKeys } from "../ui/keyboard.js";
import { problemBox } from "../ui/problem.js";
import { createSearch } from "../ui/search.js";
import { redrawGate, requireSession, signIn } from "../ui/signin.js";
import { createBar } from "./bar.js";
import { createBasemapSwitch } from "./basemap.js";
import { createFilteredView } from "./filtered_view.js";
import { createFilters } from "./filters.js";
import { createGridView, pickLevel } from "./grid_view.js";
import { createLayerSwitches } from "./layers.js";
import { keepLive } from "./live.js";
import { bindPrint } from "./print.js";
import { openPrintSheet } from "./print_sheet.js";
import { createReach } from "./reach.js";
import { createSelection } from "./selection.js";
import { bindTabs, showTab } from "./tabs.js";
import { createTools } from "./tools.js";

// Roles that handle no disputes have a page of their own.
const OWN_PAGES = { party_leader: "/members", auditor: "/audit" };

/** Start the page: sign-in, the place, the map. */
export async function openMapPage() {
  useStyles(JSON.parse(byId("styles").textContent));
  const store = createStore({
    lang: "zh", view: null, level: null, sel: null, only: "all", hidden: new Set(), layers: new Set(),
    base: null, mode: null, ring: null, ...NO_FILTERS,
    ...parseHash(location.hash),
  });
  const synthetic = document.body.dataset.synthetic === "yes";
  const bar = createBar({ store, onHelp: openHelp });
  speak(store, bar);
  store.on(["lang"], () => {
    speak(store, bar);
    redrawGate();
  });
  const session = await requireSession({ synthetic });
  const own = OWN_PAGES[session.role];
  if (own) location.replace(own);
  else await open(store, bar, session);
}

function speak(store, bar) {
  setLanguage(store.get().lang);
  translate();
  bar.draw();
}

async function open(store, bar, session) {
  let place;
  try {
    place = await api.place();
  } catch (error) {
    show(byId("cases"), problemBox(error, () => open(store, bar, session)));
    return;
  }
  if (!place.levels?.length || !place.bbox) {
    show(byId("cases"), h("p", { class: "empty" }, t("place.empty")));
    return;
  }
  run(store, bar, session, place);
}

function run(store, bar, session, place) {
  const words = {
    kinds: new Map(place.case_kinds.map((kind) => [kind.kind, kind])),
    sources: new Map(place.sources.map((source) => [source.source, source])),
  };
  const cells = createCells(place);
  if (!cells.levels.some((level) => level.rank === store.get().level)) {
    store.set({ level: pickLevel(cells.levels) });
  }
  const stage = createMap(byId("map"), place.bbox, store.get().view);
  const { map } = stage;
  const cases = createCases();
  const casesLayer = createCasesLayer(map, {
    // while a tool is on, a sign is a point like any other
    choose: (code) => takenByTool(cases.find(code)) || selection.chooseCase(code),
    chooseMany: (items) => takenByTool(items[0]) || selection.chooseMany(items),
    labelOf: (items) =>
      items.length === 1 && items[0].code
        ? `${named(words.kinds.get(items[0].kind))} · ${items[0].code}`
        : t("map.cluster", { n: items.reduce((sum, item) => sum + (item.n ?? 1), 0) }),
  });
  const takenByTool = (item) => Boolean(item) && tools.takes(item);
  const grid = createGridView({ store, stage, cells, obstacles: casesLayer.boxes });
  const selection = createSelection({
    store, stage, place, session, words, cases, casesLayer, grid,
    expect: (code) => live.expect(code),
  });
  const goTo = (point) => map.setView([point.lat, point.lng], Math.max(map.getZoom(), 14));
  const reach = may(session, "service_point", "coverage") ? createReach({ openSide: selection.openSide, goTo }) : null;
  createLayerSwitches({ store, map, session, reach });
  createBasemapSwitch({ store, map });
  const tools = createTools({ store, stage, cases, openSide: selection.openSide, closeSide: selection.clear });
  createFilters({ store, villages: cells.villages });
  const printPage = () => (may(session, "sheet", "print") ? openPrintSheet({ store, stage, session, place }) : window.print());
  const view = createFilteredView({
    store, stage, place, session, words, cases, casesLayer, grid, selection, printPage,
  });
  const live = keepLive({
    words, cases, bar,
    refresh,
    onGrid: grid.reload,
    onInbox: selection.inbox.refresh,
    openCase: (code) => selection.chooseCase(code, { focus: true }),
    onCase: selection.reloadCase,
  });

  async function refresh() {
    try {
      await cases.load(stage.bounds(), store.get());
      view.fail(null);
      live.done();
    } catch (error) {
      if (error.name !== "AbortError") view.fail(error);
    }
  }
  view.onRetry(refresh);

  const search = createSearch({
    place,
    findCase: cases.find,
    go(item) {
      if (item.kind === "case") return selection.chooseCase(item.code, { focus: true });
      map.setView([item.lat, item.lng], Math.max(map.getZoom(), item.kind === "cell" ? 12 : 14));
      return selection.askAt({ lng: item.lng, lat: item.lat }, { focus: true });
    },
  });
  const moved = settle(() => {
    store.set({ view: stage.view() });
    grid.load();
    if (cases.byView()) refresh();
    else view.draw();
  }, 120);
  map.on("moveend", moved);
  map.on("click", (event) => {
    const point = pointOf(event.latlng);
    if (!tools.takes(point)) selection.clickAt(point);
  });
  store.on(["only"], () => cases.byView() && refresh());
  store.on(Object.keys(NO_FILTERS), refresh);
  cases.on(() => store.get().ring && tools.redrawIfOpen());
  store.on(["lang"], () => {
    view.draw();
    grid.draw();
    search.draw();
    bar.sayPlace(place, session);
    selection.redraw();
  });
  bindKeys(map.getContainer(), {
    search: search.focus,
    fit: stage.fit,
    legend: () => {
      showTab("legend");
      view.focusLegend();
    },
    print: printPage,
    tool: tools.toggle,
    help: openHelp,
    undo: () => tools.undo() || selection.undo(),
    finish: tools.close,
    ask: () => tools.takes(stage.center()) || selection.askAt(stage.center(), { focus: true }),
    zoom: (delta) => map.setZoom(map.getZoom() + delta),
    pan: (x, y) => map.panBy([x * 80, y * 80]),
    level: (n) => cells.levels[n - 1] && store.set({ level: cells.levels[n - 1].rank }),
    escape: selection.escape,
  });
  byId("zoom-in").onclick = () => map.zoomIn();
  byId("zoom-out").onclick = () => map.zoomOut();
  byId("fit").onclick = stage.fit;
  byId("ask-center").onclick = () => tools.takes(stage.center()) || selection.clickAt(stage.center());
  byId("inbox-open").onclick = selection.openInbox;
  const resize = () => map.invalidateSize({ animate: false });
  new ResizeObserver(resize).observe(byId("map"));
  bindTabs(resize);
  bindPrint({ place, cases, stage });
  bindHash(store, (found) => {
    const { sel } = store.get();
    const { mode, ring, ...rest } = found;
    store.set({ hidden: new Set(), layers: new Set(), only: "all", base: null, ...NO_FILTERS, ...rest });
    if (mode) tools.restore({ mode, ring });
    if (found.view) map.setView([found.view.lat, found.view.lng], found.view.zoom);
    if ((found.sel ?? null) !== sel) selection.restore(found.sel);
  });
  whenSignedOut(async () => {
    await signIn({ synthetic: place.synthetic });
    refresh();
    grid.reload();
    live.restart();
  });

  bar.sayPlace(place, session);
  search.draw();
  store.set({ view: stage.view() });
  view.draw();
  grid.load();
  refresh();
  selection.inbox.refresh();
  live.start();
  if (store.get().sel) selection.restore(store.get().sel);
  else tools.restore(store.get());
}
