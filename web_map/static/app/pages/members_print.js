// The list on A4 paper: one table per group, printed by the browser.
import { formatDay, named } from "../i18n/index.js";
import { byId, h, show } from "../ui/dom.js";
import { w } from "./members_words.js";

/** Fill the sheet and open the print dialog; afterwards no name stays in the sheet. */
export function printRoster(page) {
  const sheet = byId("print-foot");
  show(sheet, page.groups.map((group) => groupTable(group, page)),
    h("p", { class: "m-print-note" }, w("m.printNote"), " ", w("m.printedOn", { day: formatDay(Date.now()) }),
      document.body.dataset.synthetic === "yes" ? ` · ${w("m.synthetic")}` : ""));
  addEventListener("afterprint", () => show(sheet), { once: true });
  print();
}

function groupTable(group, page) {
  const own = page.members.filter((item) => item.group.party_group_id === group.party_group_id);
  const columns = ["m.number", "m.name", "m.duty", "m.grid", "m.phone", "m.skills"];
  return h("table", { class: "m-print-table" },
    h("caption", {}, `${group.name} · ${w("m.members", { n: group.members })}`),
    h("thead", {}, h("tr", {}, columns.map((key) => h("th", {}, w(key))))),
    h("tbody", {}, own.map((item, at) => h("tr", {},
      h("td", {}, at + 1), h("td", {}, item.name), h("td", {}, named(page.words.duties.get(item.duty))),
      h("td", {}, item.lives_elsewhere ? w("m.elsewhere") : (item.cell?.name ?? "")),
      h("td", {}, item.phone ?? ""),
      h("td", {}, item.skills.map((skill) => named(page.words.skills.get(skill))).join("、"))))));
}
