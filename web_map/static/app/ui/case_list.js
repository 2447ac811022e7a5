// The table twin of the map: the same cases under the same filter, for keyboard, phone and paper.
import { isClosed, isQueued } from "../data/cases.js";
import { download, toCsv } from "../data/csv.js";
import { formatDay, formatMoment, named, t, term, todayOn } from "../i18n/index.js";
import { symbolIcon } from "../render/symbols.js";
import { byId, h, show } from "./dom.js";
import { problemBox } from "./problem.js";

const SHOWN = 300;
const FILTERS = ["all", "open", "closed", "queue"];

/** Draws into #cases; names are looked up in words {kinds, sources} as Maps. */
export function createCaseList({ words, choose, setOnly, printPage, retry, exportFile = null }) {
  const room = byId("cases");
  let items = [];

  const officerOf = (item) => item.lead?.officer?.duty_name ?? "";

  function row(item, chosenCode) {
    const chosen = item.code === chosenCode;
    const who = officerOf(item) || (isQueued(item) ? t("case.inQueue") : "—");
    return h(
      "tr",
      {
        class: `${chosen ? "chosen" : ""} ${isClosed(item) ? "is-closed" : ""}`,
        dataset: { code: item.code },
        onclick: () => choose(item.code),
      },
      h("td", { class: "c-sign" }, symbolIcon(item.kind, { closed: isClosed(item) })),
      h(
        "th",
        { scope: "row", class: "c-main" },
        h("span", { class: "c-kind" }, named(words.kinds.get(item.kind)) || item.kind,
          item.urgent ? h("b", { class: "urgent-mark", title: t("case.urgent") }, "!") : null),
        h("button", { type: "button", class: "code-button", "aria-current": chosen ? "true" : null }, item.code),
      ),
      h("td", { class: "c-where" }, h("span", { dir: "auto" }, item.cell_name ?? t("case.noCell")),
        h("small", { dir: "auto" }, who)),
      h("td", { class: "c-when" }, h("span", {}, formatDay(item.registered_at)), h("small", {}, term("state", item.state))),
    );
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

  function body(state) {
    if (state.problem && items.length === 0) return problemBox(state.problem, retry);
    if (!state.loaded) return h("p", { class: "loading" }, t("list.loading"));
    if (items.length === 0) {
      return h("p", { class: "empty" }, t(state.hiddenAll ? "legend.empty" : "list.empty"));
    }
    return [
      h(
        "table",
        { class: "case-table" },
        h("caption", { class: "unseen" }, t("list.caption")),
        h("thead", {}, h("tr", {},
          h("th", { scope: "col", class: "c-sign" }, h("span", { class: "unseen" }, t("list.sign"))),
          h("th", { scope: "col" }, t("list.case")),
          h("th", { scope: "col" }, t("list.where")),
          h("th", { scope: "col" }, t("list.when")))),
        h("tbody", {}, items.slice(0, SHOWN).map((item) => row(item, state.chosenCode))),
      ),
      items.length > SHOWN ? h("p", { class: "quiet more" }, t("list.more", { n: SHOWN, total: items.length })) : null,
    ];
  }

  return {
    draw(state) {
      const active = document.activeElement;
      const focusedCode = room.contains(active) ? active.closest("tr")?.dataset.code : null;
      const focusedOnly = room.contains(active) ? active.dataset.only : null;
      const scroll = room.querySelector(".scroller")?.scrollTop ?? 0;
      items = [...state.items].sort(byNewest);
      show(
        room,
        h(
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
        ),
        h(
          "div",
          { class: "segments small", role: "group", "aria-label": t("list.filter") },
          FILTERS.map((only) =>
            h("button", {
              type: "button", dataset: { only }, "aria-pressed": String(state.only === only),
              onclick: () => setOnly(only),
            }, term("only", only))),
        ),
        h("div", { class: "scroller" }, body(state)),
      );
      room.querySelector(".scroller").scrollTop = scroll;
      if (focusedCode) room.querySelector(`tr[data-code="${CSS.escape(focusedCode)}"] button`)?.focus();
      if (focusedOnly) room.querySelector(`[data-only="${focusedOnly}"]`)?.focus();
    },
    reveal(code) {
      room.querySelector(`tr[data-code="${CSS.escape(code)}"]`)?.scrollIntoView({ block: "nearest" });
    },
  };
}

const byNewest = (a, b) =>
  a.registered_at === b.registered_at
    ? (a.code < b.code ? 1 : -1)
    : (a.registered_at < b.registered_at ? 1 : -1);
