// The figures of a period: each count beside what it is counted of, in total and by area, kind or source.
import { may } from "../data/rights.js";
import { formatMoment, say, todayOn } from "../i18n/index.js";
import { h, show } from "../ui/dom.js";
import { problemBox } from "../ui/problem.js";
import { toast } from "../ui/toast.js";
import { reportsApi } from "./reports_api.js";
import { areaField, dayBefore, dayStepper, PERIODS, segments } from "./reports_asked.js";
import { w } from "./reports_words.js";

const DIMENSIONS = ["area", "kind", "source"];
const asked = { period: "month", on: todayOn(), dimension: "area", area: null, live: false, group: "" };

const query = () => ({ period: asked.period, on: asked.on, dimension: asked.dimension, area: asked.area, live: asked.live || null });

export const loadFigures = () => reportsApi.figures(query());

export function figuresView(session, page, reload) {
  const report = page.data;
  return h("section", { class: "p-card p-wide rp-card", id: "figures" },
    controls(reload),
    head(report),
    frozenLine(session, report, reload),
    report.rows.length === 0 && report.total.every((figure) => figure.count === 0)
      ? h("p", { class: "empty" }, w("rp.none"))
      : [groupChoice(report, reload), figuresTable(report)],
    h("p", { class: "quiet" }, w("rp.denominators")),
    downloads());
}

function controls(reload) {
  const set = (name) => (value) => {
    asked[name] = value;
    if (name !== "period") asked.group = "";
    reload();
  };
  return h("div", { class: "rp-controls" },
    segments("period", PERIODS, asked.period, (value) => w(`rp.period.${value}`), set("period")),
    dayStepper(asked, reload),
    segments("dimension", DIMENSIONS, asked.dimension, (value) => w(`rp.by.${value}`), set("dimension")),
    areaField(asked, reload));
}

function head({ period, area, place }) {
  return h("h2", { class: "rp-head", id: "figures-head" },
    w("rp.span", { kind: w(`rp.period.${period.kind}`), from: period.from_on, to: dayBefore(period.to_on) }), " ",
    h("small", { class: "quiet" }, area.name ?? say(place)));
}

function frozenLine(session, report, reload) {
  const trouble = h("div", {});
  const isOver = report.period.to_on <= todayOn();
  const toggle = (live) => h("button", { type: "button", class: "button small", id: "toggle-live", onclick: () => { asked.live = live; reload(); } }, w(live ? "rp.showLive" : "rp.showFrozen"));
  const freeze = async () => {
    try {
      await reportsApi.freeze({ period: asked.period, on: asked.on, dimension: asked.dimension, area: asked.area });
      asked.live = false;
      await reload();
      toast(w("rp.frozenNow"));
    } catch (error) {
      show(trouble, problemBox(error));
    }
  };
  if (report.frozen) {
    return h("p", { class: "notice", id: "is-frozen" },
      w("rp.isFrozen", { at: formatMoment(report.frozen.at), hash: report.frozen.sha256.slice(0, 12) }), " ",
      report.frozen.replaces ? h("span", { dir: "auto" }, w("rp.corrects", { id: report.frozen.replaces, reason: report.frozen.reason }), " ") : null,
      toggle(true));
  }
  return [
    h("p", { class: "quiet rp-counted" },
      w("rp.counted", { at: formatMoment(report.counted_at) }), " ",
      asked.live ? toggle(false) : null,
      isOver && !asked.live && may(session, "report", "freeze")
        ? h("button", { type: "button", class: "button small", id: "freeze", onclick: freeze }, w("rp.freeze"))
        : null),
    trouble,
  ];
}

/** On a phone one group is looked at at a time. */
function groupChoice(report, reload) {
  const options = [["", w("rp.total")], ...report.rows.map((row) => [row.key || "-", say(row)])];
  const choice = h("select", { name: "group", id: "group", "aria-label": w("rp.group") }, options.map(([value, text]) => h("option", { value }, text)));
  choice.value = asked.group;
  choice.onchange = () => {
    asked.group = choice.value;
    reload();
  };
  return h("label", { class: "field only-phone" }, h("span", {}, w("rp.group")), choice);
}

export function figureText(figure) {
  return [h("b", {}, figure.count), figure.share === null ? null : h("small", {}, `${(100 * figure.share).toFixed(1)} %`)];
}

/** Figures down, the total and the groups across; the heading says what each is counted of. */
export function figuresTable(report) {
  const names = new Map(report.headings.map((heading) => [heading.key, heading]));
  const columns = [{ key: "", figures: report.total }, ...report.rows];
  const isShown = (column) => (column.key || (column === columns[0] ? "" : "-")) === asked.group;
  return h("div", { class: "rp-scroll", tabindex: "0", role: "region", "aria-label": w("rp.tab.figures") },
    h("table", { class: "rp-table", id: "figures-table" },
      h("thead", {}, h("tr", {},
        h("th", { scope: "col" }, w("rp.figure")),
        columns.map((column, i) => h("th", { scope: "col", class: isShown(column) ? "rp-shown" : null }, i === 0 ? w("rp.total") : say(column))))),
      h("tbody", {}, report.headings.map((heading, row) => h("tr", { dataset: { figure: heading.key } },
        h("th", { scope: "row" }, say(heading), heading.of ? h("small", {}, w("rp.of", { of: say(names.get(heading.of)) })) : null),
        columns.map((column) => h("td", { class: isShown(column) ? "rp-shown" : null }, figureText(column.figures[row]))))))));
}

function downloads() {
  const name = `report-${asked.period}-${asked.on}`;
  return h("p", { class: "p-buttons rp-files" },
    h("a", { class: "button", id: "get-xlsx", href: reportsApi.figuresFile("xlsx", query()), download: `${name}.xlsx` }, "Excel"),
    h("a", { class: "button", id: "get-json", href: reportsApi.figuresFile("json", query()), download: `${name}.json` }, "JSON"),
    h("a", { class: "button", id: "get-html", href: reportsApi.figuresFile("html", query()), target: "_blank", rel: "noopener" }, w("rp.printPage")),
    h("button", { type: "button", class: "button", onclick: () => print() }, w("rp.print")));
}
