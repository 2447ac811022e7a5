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
  printAlone(w("cp.sheet"),
    [...rows.map(([key, value]) => [w(key), value]), [w("cp.sheetText"), detail.text, "cp-tall"], [w("cp.sheetDemand"), "", "cp-tall"]],
    ["cp.sheetFrom", "cp.sheetTo"], w("cp.sheetNote"));
}

/** One paper of the case with its number and room for who issues and who takes it. */
export function printPaper(page, paper, template) {
  const rows = [
    [w("cp.code"), h("b", {}, page.detail.code)],
    [w("cp.sheetNumber"), `${w("cp.number", { n: paper.number })} · ${paper.issued_on}`],
    ...(paper.addressee ? [[w("cp.sheetGoesTo"), paper.addressee]] : []),
    ...(paper.due_on ? [[w("cp.due"), paper.due_on]] : []),
    ...(template?.fields ?? []).map((field) => [say(field), paper.fields?.[field.field] ?? "", "cp-mid"]),
    ...(template?.answered ? [[w("cp.sheetAnswer"), paper.answer ?? "", "cp-mid"]] : []),
  ];
  printAlone(say(template) || paper.kind, rows, ["cp.sheetIssued", "cp.sheetTo"], w("cp.indicative"));
}

/** A table of [heading, content, class of the row?] with places to sign; nothing else of the page is printed. */
function printAlone(title, rows, signs, note) {
  const sheet = byId("print-foot");
  show(sheet, h("div", { class: "cp-sheet" },
    h("h2", {}, title, isSynthetic ? h("small", {}, "（合成数据）") : null),
    h("table", {},
      h("tbody", {}, rows.map(([heading, content, rowClass]) =>
        h("tr", { class: rowClass ?? null }, h("th", { scope: "row" }, heading), h("td", {}, content))))),
    h("div", { class: "cp-signs" }, signs.map((key) =>
      h("p", {}, w(key), "：", h("span", {}), h("br", {}), w("cp.sheetDay")))),
    h("p", { class: "quiet" }, note, " ", w("cp.sheetAt", { at: formatMoment(Date.now()) }))));
  document.body.classList.add("sheet-only");
  addEventListener("afterprint", () => {
    document.body.classList.remove("sheet-only");
    show(sheet);
  }, { once: true });
  print();
}
