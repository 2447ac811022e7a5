// The list for the weekly meeting: open cases with every reason why they are on it, the one due first on top.
import { named, term } from "../i18n/index.js";
import { h } from "../ui/dom.js";
import { reportsApi } from "./reports_api.js";
import { areaField } from "./reports_asked.js";
import { w } from "./reports_words.js";

const asked = { area: null };
const PRESSING = new Set(["late", "unassigned"]);

export const loadWeekly = () => reportsApi.weekly(asked.area);

export function weeklyView(session, page, reload) {
  const { items } = page.data;
  const kinds = new Map(page.place.case_kinds.map((kind) => [kind.kind, kind]));
  const headings = ["code", "kind", "cell", "state", "handler", "registered_on", "moved_on", "due_on", "why", "decided"];
  const cells = (item) => [
    h("a", { href: `/case#${encodeURIComponent(item.code)}` }, item.code),
    [named(kinds.get(item.kind)) || item.kind, item.urgent ? h("b", { class: "pill pill-urgent" }, w("rp.urgent")) : null],
    item.cell_name ?? "", term("state", item.state), item.handler ?? "", item.registered_on, item.moved_on, item.due_on ?? "",
    item.reasons.map((reason) => h("b", { class: `pill ${PRESSING.has(reason) ? "pill-urgent" : "pill-leave"}` }, w(`rp.why.${reason}`))),
    "",
  ];
  return h("section", { class: "p-card p-wide rp-card", id: "weekly" },
    h("h2", {}, w("rp.weeklyTitle"), " ", h("small", { class: "quiet" }, w("rp.weeklyCount", { n: items.length }))),
    h("p", { class: "quiet" }, w("rp.weeklyWhy")),
    h("div", { class: "rp-controls" }, areaField(asked, reload),
      h("button", { type: "button", class: "button", onclick: () => print() }, w("rp.print"))),
    items.length === 0
      ? h("p", { class: "empty" }, w("rp.weeklyNone"))
      : h("div", { class: "rp-scroll", tabindex: "0", role: "region", "aria-label": w("rp.weeklyTitle") },
          h("table", { class: "p-table rp-weekly" },
            h("thead", {}, h("tr", {}, headings.map((key) => h("th", { scope: "col" }, w(`rp.w.${key}`))))),
            h("tbody", {}, items.map((item) => h("tr", {}, cells(item).map((cell, i) => h("td", { "data-label": w(`rp.w.${headings[i]}`), class: headings[i] === "decided" ? "rp-room" : null }, cell))))))));
}
