// The table twin of the map: the same cases under the same filter, for keyboard, phone and paper.
import { isClosed, isQueued } from "../data/cases.js";
import { download, toCsv } from "../data/csv.js";
import { formatDay, formatMoment, language, named, t, term, todayOn } from "../i18n/index.js";
import { symbolIcon } from "../render/symbols.js";
import { byId, h, show } from "./dom.js";
import { problemBox } from "./problem.js";
import { createSlices } from "./slices.js";

const SHOWN = 300;
// rows that stand at once; the others follow once the map is still, or the list is turned to
const FIRST = 30;
const LEAST_ROW_PX = 36;
const FILTERS = ["all", "open", "closed", "queue"];

/** Draws into #cases; names are looked up in words {kinds, sources} as Maps. */
export function createCaseList({ words, choose, setOnly, printPage, retry, exportFile = null }) {
  const room = byId("cases");
  const slices = createSlices();
  // rows by code, each with what it was drawn from: an unchanged case keeps its row
  let rows = new Map();
  let items = [];
  let chosenCode = null;
  // parts of the room and what each was drawn from: asking how far it is scrolled would cost a layout
  let parts = null;
  const drawn = { top: "", body: "", list: "" };
  let scrolled = 0;

  const officerOf = (item) => item.lead?.officer?.duty_name ?? "";

  function makeRow(item) {
    const who = officerOf(item) || (isQueued(item) ? t("case.inQueue") : "—");
    return h(
      "tr",
      {
        class: isClosed(item) ? "is-closed" : null,
        dataset: { code: item.code },
        onclick: () => choose(item.code),
      },
      h("td", { class: "c-sign" }, symbolIcon(item.kind, { closed: isClosed(item) })),
      h(
        "th",
        { scope: "row", class: "c-main" },
        h("span", { class: "c-kind" }, named(words.kinds.get(item.kind)) || item.kind,
          item.urgent ? h("b", { class: "urgent-mark", title: t("case.urgent") }, "!") : null),
        h("button", { type: "button", class: "code-button" }, item.code),
      ),
      h("td", { class: "c-where" }, h("span", { dir: "auto" }, item.cell_name ?? t("case.noCell")),
        h("small", { dir: "auto" }, who)),
      h("td", { class: "c-when" }, h("span", {}, formatDay(item.registered_at)), h("small", {}, term("state", item.state))),
    );
  }

  /** The row of a case, made anew only where what it says has changed. */
  function rowOf(item) {
    const says = saysOf(item);
    let found = rows.get(item.code);
    if (found?.says !== says) {
      const node = makeRow(item);
      found?.node.replaceWith(node);
      found = { says, node };
      rows.set(item.code, found);
    }
    mark(found.node, item.code === chosenCode);
    return found.node;
  }

  const saysOf = (item) =>
    [
      language(), item.kind, item.state, item.urgent, isClosed(item), item.cell_name, officerOf(item),
      isQueued(item), item.registered_at,
    ].join("|");

  function mark(node, chosen) {
    if (node.classList.contains("chosen") === chosen) return;
    node.classList.toggle("chosen", chosen);
    const button = node.querySelector(".code-button");
    if (chosen) button.setAttribute("aria-current", "true");
    else button.removeAttribute("aria-current");
  }

  function exportCsv() {
    const head = ["code", "kind", "state", "source", "urgent", "happenedOn", "registeredAt", "cellCode", "cell", "officer", "lng", "lat"];
    const rows = items.map((item) => [
      item.code, named(words.kinds.get(item.kind)) || item.kind, term("state", item.state),
      named(words.sources.get(item.source)) || item.source, item.urgent ? t("answer.yes") : t("answer.no"),
      item.happened_on, formatMoment(item.registered_at), item.cell_code, item.cell_name,
      officerOf(item), item.lng, item.lat,
    ]);
    download(`wangge-${todayOn()}.csv`, toCsv([head.map((key) => term("csv", key)), ...rows]));
  }

  function head(state) {
    return h(
      "div",
      { class: "section-head" },
      h("h2", {}, t(state.only === "queue" ? "list.titleQueue" : "list.title")),
      h("strong", { class: "count", id: "case-count" }, items.length),
      h("span", { class: "quiet" }, t("list.ofTotal", { total: state.total })),
      h("span", { class: "grow" }),
      h("button", { type: "button", class: "link", id: "export", disabled: !items.length, onclick: exportCsv }, t("list.export")),
      exportFile
        ? h("button", { type: "button", class: "link only-desk", id: "export-xlsx", disabled: !items.length, onclick: exportFile }, t("list.exportXlsx"))
        : null,
      h("button", { type: "button", class: "link only-desk", onclick: printPage }, t("list.print")),
    );
  }

  function segments(state) {
    return h(
      "div",
      { class: "segments small", role: "group", "aria-label": t("list.filter") },
      FILTERS.map((only) =>
        h("button", {
          type: "button", dataset: { only }, "aria-pressed": String(state.only === only),
          onclick: () => setOnly(only),
        }, term("only", only))),
    );
  }

  function table() {
    return h(
      "table",
      { class: "case-table" },
      h("caption", { class: "unseen" }, t("list.caption")),
      h("thead", {}, h("tr", {},
        h("th", { scope: "col", class: "c-sign" }, h("span", { class: "unseen" }, t("list.sign"))),
        h("th", { scope: "col" }, t("list.case")),
        h("th", { scope: "col" }, t("list.where")),
        h("th", { scope: "col" }, t("list.when")))),
      h("tbody", {}),
    );
  }

  /** Which of its bodies the list has: a problem, waiting, nothing, or the table. */
  function bodyOf(state) {
    if (state.problem && items.length === 0) return "problem";
    if (!state.loaded) return "loading";
    if (items.length === 0) return state.hiddenAll ? "hidden" : "empty";
    return "table";
  }

  const bodies = {
    problem: (state) => problemBox(state.problem, retry),
    loading: () => h("p", { class: "loading" }, t("list.loading")),
    hidden: () => h("p", { class: "empty" }, t("legend.empty")),
    empty: () => h("p", { class: "empty" }, t("list.empty")),
    table: () => [table(), h("p", { class: "quiet more" })],
  };

  function makeParts(state) {
    const scroller = h("div", { class: "scroller" });
    const seen = () => {
      scrolled = scroller.scrollTop;
      slices.finish();
    };
    scroller.addEventListener("scroll", seen, { passive: true });
    for (const turn of ["pointerenter", "focusin"]) scroller.addEventListener(turn, slices.finish);
    parts = { head: head(state), segments: segments(state), scroller };
    show(room, parts.head, parts.segments, scroller);
  }

  function drawTop(state) {
    const top = [language(), state.only, state.total, items.length].join("|");
    if (top === drawn.top) return;
    drawn.top = top;
    for (const [name, make] of [["head", head], ["segments", segments]]) {
      const node = make(state);
      parts[name].replaceWith(node);
      parts[name] = node;
    }
  }

  function drawBody(state) {
    const kind = bodyOf(state);
    const body = `${language()}|${kind}`;
    if (body !== drawn.body || kind === "problem") {
      drawn.body = body;
      drawn.list = "";
      slices.stop();
      rows.clear();
      show(parts.scroller, bodies[kind](state));
    }
    if (kind !== "table") return;
    const more = parts.scroller.querySelector(".more");
    more.hidden = items.length <= SHOWN;
    more.textContent = more.hidden ? "" : t("list.more", { n: SHOWN, total: items.length });
    const wanted = items.slice(0, SHOWN);
    const list = wanted.map((item) => `${item.code}|${saysOf(item)}`).join("\n");
    if (list === drawn.list) for (const [code, { node }] of rows) mark(node, code === chosenCode);
    else fillRows(wanted);
    drawn.list = list;
  }

  /** Rows that are gone go, the first ones come at once, the others in slices between frames. */
  function fillRows(wanted) {
    const tbody = parts.scroller.querySelector("tbody");
    const codes = new Set(wanted.map((item) => item.code));
    for (const [code, { node }] of rows) {
      if (codes.has(code)) mark(node, code === chosenCode);
      else {
        node.remove();
        rows.delete(code);
      }
    }
    tbody.parentNode.setAttribute("aria-rowcount", wanted.length + 1);
    slices.run(wanted.length, FIRST + Math.ceil(scrolled / LEAST_ROW_PX), (i) => {
      const node = rowOf(wanted[i]);
      const there = tbody.children[i] ?? null;
      if (there !== node) tbody.insertBefore(node, there);
    });
  }

  return {
    draw(state) {
      items = [...state.items].sort(byNewest);
      chosenCode = state.chosenCode;
      const active = document.activeElement;
      const focusedCode = room.contains(active) ? active.closest("tr")?.dataset.code : null;
      const focusedOnly = room.contains(active) ? active.dataset.only : null;
      if (!parts?.scroller.isConnected) makeParts(state);
      drawTop(state);
      drawBody(state);
      if (focusedCode) {
        slices.finish();
        room.querySelector(`tr[data-code="${CSS.escape(focusedCode)}"] button`)?.focus();
      }
      if (focusedOnly) room.querySelector(`[data-only="${focusedOnly}"]`)?.focus();
    },
    /** Every row stands now: paper does not wait. */
    complete: slices.finish,
  };
}

const byNewest = (a, b) =>
  a.registered_at === b.registered_at
    ? (a.code < b.code ? 1 : -1)
    : (a.registered_at < b.registered_at ? 1 : -1);
