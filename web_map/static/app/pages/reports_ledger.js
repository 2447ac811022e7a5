// 台账: one row a case in the customer's columns, persons masked, with the day it was struck off.
import { todayOn } from "../i18n/index.js";
import { h, show } from "../ui/dom.js";
import { problemBox } from "../ui/problem.js";
import { reportsApi } from "./reports_api.js";
import { areaField } from "./reports_asked.js";
import { w } from "./reports_words.js";

const COLUMNS = [
  "number", "code", "registered_on", "source", "kind", "village", "cell", "reporter", "represented", "summary", "official",
  "handler", "state", "due_on", "outcome", "closed_on", "settled_on", "satisfaction",
];
const asked = { from: `${todayOn().slice(0, 7)}-01`, to: todayOn(), area: null };

const query = () => ({ from: asked.from, to: asked.to, area: asked.area });

export const loadLedger = () => reportsApi.ledger({ ...query(), limit: 100 });

export function ledgerView(session, page, reload) {
  let { items, next } = page.data;
  const body = h("tbody", {});
  const foot = h("p", { class: "more" });
  const trouble = h("div", {});
  const more = async () => {
    try {
      const later = await reportsApi.ledger({ ...query(), limit: 100, after: next });
      // the register numbers its pages from one; the paper goes on
      items = [...items, ...later.items.map((row) => ({ ...row, number: row.number + items.length }))];
      ({ next } = later);
      draw();
    } catch (error) {
      show(trouble, problemBox(error));
    }
  };
  const draw = () => {
    show(body, items.map((row) => h("tr", { class: row.closed_on ? "rp-off" : null }, COLUMNS.map((column) =>
      h("td", { "data-label": w(`rp.c.${column}`), class: `rp-c-${column}` },
        column === "code" ? h("a", { href: `/case#${encodeURIComponent(row.code)}` }, row.code) : row[column] ?? "")))));
    show(foot, next ? h("button", { type: "button", class: "button", onclick: more }, w("rp.moreRows")) : null);
  };
  const day = (name) => {
    const input = h("input", { type: "date", name, id: `ledger-${name}`, value: asked[name], min: "2000-01-01", max: "2100-12-30", "aria-label": w(`rp.${name}`) });
    input.onchange = () => {
      if (!input.value || !input.validity.valid) return;
      asked[name] = input.value;
      reload();
    };
    return h("label", { class: "field" }, h("span", {}, w(`rp.${name}`)), input);
  };
  draw();
  return h("section", { class: "p-card p-wide rp-card", id: "ledger" },
    h("h2", {}, w("rp.ledgerTitle")), h("p", { class: "quiet" }, w("rp.ledgerWhy")),
    h("div", { class: "rp-controls" }, day("from"), day("to"), areaField(asked, reload)),
    h("p", { class: "p-buttons rp-files" },
      h("a", { class: "button", id: "ledger-xlsx", href: reportsApi.ledgerFile("xlsx", query()), download: `ledger-${asked.from}.xlsx` }, "Excel"),
      h("a", { class: "button", id: "ledger-html", href: reportsApi.ledgerFile("html", query()), target: "_blank", rel: "noopener" }, w("rp.printPage"))),
    trouble,
    items.length === 0
      ? h("p", { class: "empty" }, w("rp.ledgerNone"))
      : h("div", { class: "rp-scroll", tabindex: "0", role: "region", "aria-label": w("rp.ledgerTitle") },
          h("table", { class: "p-table rp-ledger" },
            h("thead", {}, h("tr", {}, COLUMNS.map((column) => h("th", { scope: "col" }, w(`rp.c.${column}`))))), body)),
    foot);
}
