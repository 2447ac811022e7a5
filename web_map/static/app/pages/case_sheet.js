// 交办单 on one A4 page: no names of parties, room for two signatures.
import { formatPoint } from "../data/coordinates.js";
import { hasPoint } from "../data/cases.js";
import { formatMoment, named, say } from "../i18n/index.js";
import { byId, h, show } from "../ui/dom.js";
import { w } from "./case_words.js";
import { isSynthetic } from "./frame.js";

/** Fill the sheet, print it alone, and empty it again. */
export function printOrder(page) {
  const { detail } = page;
  const lead = detail.lead?.officer;
  const due = page.clocks.filter((clock) => clock.due_on && clock.light !== "stopped").map((clock) => `${say(clock)} ${clock.due_on}`);
  const rows = [
    ["cp.code", h("b", {}, detail.code)],
    ["cp.sheetKind", named(page.kinds.get(detail.kind)) || detail.kind],
    ["cp.sheetPlace", [...(detail.path ?? [])].sort((a, b) => a.rank - b.rank).map((cell) => cell.name).join(" / ")],
    ["cp.sheetPoint", hasPoint(detail) ? formatPoint(detail) : w("cp.placeNone")],
    ["cp.sheetLead", lead ? `${lead.duty_name}（${detail.lead.cell_name} ${named(detail.lead)}）` : w("cp.sheetNone")],
    ["cp.sheetPhone", lead?.duty_phone ?? ""],
    ["cp.sheetDue", due.join("；") || w("cp.sheetNone")],
  ];
  const sheet = byId("print-foot");
  show(sheet, h("div", { class: "cp-sheet" },
    h("h2", {}, w("cp.sheet"), isSynthetic ? h("small", {}, "（合成数据）") : null),
    h("table", {},
      h("tbody", {},
        rows.map(([key, value]) => h("tr", {}, h("th", { scope: "row" }, w(key)), h("td", {}, value))),
        h("tr", { class: "cp-tall" }, h("th", { scope: "row" }, w("cp.sheetText")), h("td", {}, detail.text)),
        h("tr", { class: "cp-tall" }, h("th", { scope: "row" }, w("cp.sheetDemand")), h("td", {})))),
    h("div", { class: "cp-signs" }, ["cp.sheetFrom", "cp.sheetTo"].map((key) =>
      h("p", {}, w(key), "：", h("span", {}), h("br", {}), w("cp.sheetDay")))),
    h("p", { class: "quiet" }, w("cp.sheetNote"), " ", w("cp.sheetAt", { at: formatMoment(Date.now()) }))));
  document.body.classList.add("sheet-only");
  addEventListener("afterprint", () => {
    document.body.classList.remove("sheet-only");
    show(sheet);
  }, { once: true });
  print();
}
