// What moves when the plan takes effect: from where to where, whose load changes, party groups.
import { h } from "../ui/dom.js";
import { w } from "./redraw_words.js";

const table = (id, heads, rows) => h("table", { class: "p-table", id },
  h("thead", {}, h("tr", {}, heads.map((key) => h("th", { scope: "col" }, w(key))))),
  h("tbody", {}, rows.map((row) => h("tr", {}, row.map((cell, i) => h("td", { "data-label": w(heads[i]) }, cell))))));

/** The card; case codes open the case. */
export function movesCard(moves) {
  return h("section", { class: "p-card p-wide", id: "moves" },
    h("h2", {}, w("rd.movesTitle")),
    h("p", { id: "moves-sum" }, w("rd.movesSum", { households: moves.households, cases: moves.cases, members: moves.members, without: moves.without_place })),
    moves.flows.length ? table("flows", ["rd.before", "rd.after", "rd.households", "rd.cases"], moves.flows.map((flow) => [
      flow.before || "—", flow.after, flow.households,
      flow.cases.map((code) => [h("a", { href: `/case#${encodeURIComponent(code)}` }, code), " "]),
    ])) : null,
    moves.officers.length ? [h("h3", {}, w("rd.officers")), table("officers", ["rd.officer", "rd.grid", "rd.households", "rd.cases"], moves.officers.map((load) => [
      load.duty_name, [load.code, load.ends ? ` · ${w("rd.ends")}` : ""],
      `${load.households_before} → ${load.households_after}`, `${load.cases_before} → ${load.cases_after}`,
    ]))] : null,
    moves.groups.length ? [h("h3", {}, w("rd.groupsTitle")), h("ul", { class: "p-list" }, moves.groups.map((group) => h("li", {},
      h("b", {}, group.name), " ", h("span", { class: "pill" }, w(group.carried ? "rd.carried" : "rd.decide")),
      h("small", {}, `${group.before.join("、")} → ${group.after.join("、")}`))))] : null);
}
