// The map page: one store, the pieces that draw from it, and what each key, click and event does.
import { api, whenSignedOut } from "../data/api.js";
import { createCases, countKinds, filterCases } from "../data/cases.js";
import { createCells } from "../data/cells.js";
import { bindHash, parseHash, selectedCase, selectedPoint } from "../data/hash.js";
import { createStore } from "../data/store.js";
import { named, setLanguage, t, translate } from "../i18n/index.js";
import { createCasesLayer } from "../render/cases_layer.js";
import { createDragPin, createMap, createPin } from "../render/map.js";
import { useStyles } from "../render/symbols.js";
import { createCaseList } from "../ui/case_list.js";
import { createCasePanel } from "../ui/case_panel.js";
import { byId, h, settle, show } from "../ui/dom.js";
import { openHelp } from "../ui/help.js";
import { createInbox } from "../ui/inbox.js";
import { bindKeys } from "../ui/keyboard.js";
import { createLegend } from "../ui/legend.js";
import { createPanel } from "../ui/panel.js";
import { createPlacePanel } from "../ui/place_panel.js";
import { problemBox } from "../ui/problem.js";
import { createSearch } from "../ui/search.js";
import { redrawGate, requireSession, signIn } from "../ui/signin.js";
import { createBar } from "./bar.js";
import { createGridView, pickLevel } from "./grid_view.js";
import { keepLive } from "./live.js";
import { bindPrint } from "./print.js";

/** Start the page: sign-in, the place, the map. */
export async function openMapPage() {
  useStyles(JSON.parse(byId("styles").textContent));
  const store = createStore({
    lang: "zh", view: null, level: null, sel: null, only: "all", hidden: new Set(),
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
  await open(store, bar, session);
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
  const pin = createPin(map);
  const cases = createCases();
  let listProblem = null;
  let dragPin = null;
  let restoring = false;

  const casesLayer = createCasesLayer(map, {
    choose: (code) => chooseCase(code),
    chooseMany: (items) => openMany(items),
    labelOf: (items) =>
      items.length === 1
        ? `${named(words.kinds.get(items[0].kind))} · ${items[0].code}`
        : t("map.cluster", { n: items.length }),
  });

  const grid = createGridView({ store, stage, cells, obstacles: casesLayer.boxes });

  // -- what the panel shows --------------------------------------------------------------
  const panel = createPanel({ onClose: () => store.set({ sel: null }) || leave() });
  const placePanel = createPlacePanel({
    panel,
    place,
    onAnswer: (location) => grid.select(location),
    onFiled(filed) {
      placePanel.close();
      pin.moveTo(null);
      live.expect(filed.code);
      cases.put(filed);
      store.set({ sel: `case:${filed.code}` });
      showTab("panel");
      casePanel.open(filed.code, { filed, focus: true });
    },
  });
  const casePanel = createCasePanel({
    panel,
    place,
    words,
    onShow(detail) {
      cases.put(detail);
      grid.select({ cell: detail.path?.at(-1) ?? null, ancestors: detail.path?.slice(0, -1) ?? [] });
      if (!restoring) pinCase(detail);
    },
    onChange: (detail) => live.expect(detail.code),
    onGone: (code) => cases.drop(code),
    startMove: Object.assign(
      (detail, onDrop) => {
        const start = Number.isFinite(detail.lng) ? detail : stage.center();
        dragPin?.remove();
        dragPin = createDragPin(map, start, { title: t("moving.pin"), onDrop });
        startMoveState.onDrop = onDrop;
        showTab("map");
        map.getContainer().focus();
      },
      { useCenter: () => startMoveState.onDrop?.(stage.center()) },
    ),
    endMove() {
      dragPin?.remove();
      dragPin = null;
      startMoveState.onDrop = null;
    },
  });
  const startMoveState = { onDrop: null };
  const inbox = createInbox({ panel, choose: (code) => chooseCase(code, { focus: true }) });

  function leave() {
    placePanel.close();
    casePanel.close();
    inbox.close();
    panel.close();
    grid.select(null);
    casesLayer.mark(null);
    pin.moveTo(null);
    showTab("list", "map");
  }

  function pinCase(detail) {
    if (Number.isFinite(detail.lng)) map.panInside([detail.lat, detail.lng], { padding: [70, 70] });
  }

  function askAt(point, options = {}) {
    if (casePanel.isOpen()) casePanel.close();
    inbox.close();
    casesLayer.mark(null);
    store.set({ sel: `at:${point.lng},${point.lat}` });
    pin.moveTo(point);
    showTab("panel");
    return placePanel.open(point, options);
  }

  function chooseCase(code, options = {}) {
    placePanel.close();
    inbox.close();
    pin.moveTo(null);
    store.set({ sel: `case:${code}` });
    casesLayer.mark(code);
    showTab("panel");
    return casePanel.open(code, options);
  }

  function openMany(items) {
    leave();
    panel.show(t("map.samePlace"), h("ul", { class: "inbox" }, items.map((item) =>
      h("li", {}, h("button", { type: "button", onclick: () => chooseCase(item.code, { focus: true }) },
        h("b", {}, named(words.kinds.get(item.kind))), h("code", {}, item.code))))), { focus: true });
    showTab("panel");
  }

  /** Open what the URL selects without moving the view that it gives. */
  async function restore(sel) {
    const point = selectedPoint(sel);
    const code = selectedCase(sel);
    restoring = true;
    if (point) await askAt(point);
    else if (code) await chooseCase(code);
    else leave();
    restoring = false;
  }

  // -- list, legend and map, all from the same filter ---------------------------------------
  const legend = createLegend({
    kinds: place.case_kinds,
    setHidden: (hidden) => store.set({ hidden }),
  });
  const list = createCaseList({
    words,
    choose: (code) => chooseCase(code, { focus: document.activeElement?.matches(".code-button") }),
    setOnly: (only) => store.set({ only }),
    printPage: () => window.print(),
    retry: () => refresh(),
  });

  function draw() {
    const { hidden, only, sel } = store.get();
    const all = cases.list();
    const filters = { hidden, only, bounds: stage.bounds() };
    const chosenCode = selectedCase(sel);
    legend.draw({
      hidden, counts: countKinds(all, filters), total: cases.total(), partial: cases.isPartial(),
    });
    list.draw({
      items: filterCases(all, filters),
      total: cases.total(),
      only,
      chosenCode,
      loaded: cases.isLoaded(),
      problem: listProblem,
      hiddenAll: hidden.size >= place.case_kinds.length,
    });
    casesLayer.mark(chosenCode);
    bar.note(place);
  }

  function drawSigns() {
    const { hidden, only } = store.get();
    casesLayer.show(filterCases(cases.list(), { hidden, only, bounds: null }));
    grid.drawLabels();
  }

  async function refresh() {
    try {
      await cases.load(stage.bounds());
      listProblem = null;
      live.done();
    } catch (error) {
      if (error.name === "AbortError") return;
      listProblem = error;
      draw();
    }
  }

  const live = keepLive({
    place, words, cases, bar, refresh,
    onGrid: () => grid.reload(),
    onInbox: () => inbox.refresh(),
    openCase: (code) => chooseCase(code, { focus: true }),
    onCase: (code) => casePanel.shows(code) && casePanel.reload(),
  });

  cases.on(() => {
    draw();
    drawSigns();
  });
  store.on(["hidden", "only"], () => {
    draw();
    drawSigns();
  });
  store.on(["sel"], draw);
  store.on(["lang"], () => {
    draw();
    grid.draw();
    search.draw();
    inbox.badge();
    bar.sayPlace(place, session);
    if (placePanel.isOpen()) placePanel.redraw();
    else if (casePanel.isOpen()) casePanel.redraw();
    else if (inbox.isOpen()) inbox.redraw();
  });
  const moved = settle(() => {
    store.set({ view: stage.view() });
    grid.load();
    if (cases.byView()) refresh();
    else draw();
  }, 120);
  map.on("moveend", moved);
  map.on("click", (event) => askAt({ lng: round6(event.latlng.lng), lat: round6(event.latlng.lat) }));

  // -- search, keys, buttons ----------------------------------------------------------------
  const search = createSearch({
    place,
    findCase: (code) => cases.find(code),
    go(item) {
      if (item.kind === "case") return chooseCase(item.code, { focus: true });
      const zoom = item.kind === "cell" ? Math.max(map.getZoom(), 12) : Math.max(map.getZoom(), 14);
      map.setView([item.lat, item.lng], zoom);
      return askAt({ lng: item.lng, lat: item.lat }, { focus: true });
    },
  });
  bindKeys(map.getContainer(), {
    search: search.focus,
    fit: stage.fit,
    legend: () => { showTab("legend"); legend.focus(); },
    print: () => window.print(),
    help: openHelp,
    undo: () => casePanel.isOpen() && (casePanel.takeBack(), true),
    ask: () => askAt(stage.center(), { focus: true }),
    zoom: (delta) => map.setZoom(map.getZoom() + delta),
    pan: (x, y) => map.panBy([x * 80, y * 80]),
    level: (n) => cells.levels[n - 1] && store.set({ level: cells.levels[n - 1].rank }),
    escape() {
      if (casePanel.isMoving()) casePanel.cancelMove();
      else if (placePanel.isFiling()) placePanel.cancel();
      else if (panel.isOpen()) store.set({ sel: null }) || leave();
      else return false;
      return true;
    },
  });
  byId("zoom-in").onclick = () => map.zoomIn();
  byId("zoom-out").onclick = () => map.zoomOut();
  byId("fit").onclick = stage.fit;
  byId("ask-center").onclick = () => askAt(stage.center());
  byId("inbox-open").onclick = () => {
    leave();
    showTab("panel");
    inbox.open();
  };
  bindTabs(map);
  bindPrint({ place, cases, stage });
  bindHash(store, (found) => {
    const { sel } = store.get();
    store.set({ hidden: new Set(), only: "all", sel: null, ...found });
    if (found.view) map.setView([found.view.lat, found.view.lng], found.view.zoom);
    if ((found.sel ?? null) !== sel) restore(found.sel);
  });
  whenSignedOut(async () => {
    await signIn({ synthetic: place.synthetic });
    refresh();
    live.restart();
  });

  bar.sayPlace(place, session);
  search.draw();
  store.set({ view: stage.view() });
  draw();
  grid.load();
  refresh();
  inbox.refresh();
  live.start();
  if (store.get().sel) restore(store.get().sel);
}

const round6 = (value) => Math.round(value * 1e6) / 1e6;

/** Phone: one tab at a time. showTab("list", "map") keeps the map where it was open before. */
function showTab(tab, unless = null) {
  const { body } = document;
  if (unless && body.dataset.base === unless) body.dataset.tab = unless;
  else body.dataset.tab = tab;
  if (["list", "map", "legend"].includes(tab) && !unless) body.dataset.base = tab;
  for (const button of document.querySelectorAll("[data-tab-to]")) {
    button.setAttribute("aria-current", String(button.dataset.tabTo === body.dataset.tab));
  }
}

function bindTabs(map) {
  for (const button of document.querySelectorAll("[data-tab-to]")) {
    button.onclick = () => {
      showTab(button.dataset.tabTo);
      map.invalidateSize();
    };
  }
  new ResizeObserver(() => map.invalidateSize({ animate: false })).observe(byId("map"));
  showTab("list");
}
