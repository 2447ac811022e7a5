// Members by micro grid, with what is missing said first.
import { named } from "../i18n/index.js";
import { h } from "../ui/dom.js";
import { w } from "./members_words.js";

/** One member: a tap on the name opens, a tap on the telephone calls. */
export function memberRow(item, words, open, { place = true } = {}) {
  return h("li", { class: "m-person", dataset: { member: item.member_id } },
    h("button", { type: "button", class: "m-who", onclick: () => open(item.member_id) },
      h("span", { class: "m-name" }, item.name,
        item.duty === "member" ? null : h("b", { class: "tag m-duty" }, named(words.duties.get(item.duty)))),
      h("small", {}, [
        place ? (item.lives_elsewhere ? w("m.elsewhere") : item.cell?.name) : null,
        item.home_branch,
        ...item.skills.map((skill) => named(words.skills.get(skill))),
      ].filter(Boolean).join(" · "))),
    item.phone
      ? h("a", { class: "m-call", href: `tel:${item.phone}`, "aria-label": w("m.callWho", { name: item.name }) }, w("m.call"))
      : h("span", { class: "m-call off" }, w("m.noPhone")));
}

const section = (title, count, people, extra = "") =>
  h("section", { class: `m-section ${extra}` },
    h("h3", {}, h("span", {}, title), h("small", {}, count)),
    people.length ? h("ul", { class: "m-people" }, people) : null);

/** Every group with its micro grids in order; those without a member stand in their place. */
export function memberList(page, open) {
  const row = (item) => memberRow(item, page.words, open, { place: false });
  const rest = page.total - page.members.length;
  return [
    page.groups.map((group) => {
      const own = page.members.filter((item) => item.group.party_group_id === group.party_group_id);
      const codes = new Set(group.cells.map((cell) => cell.code));
      const away = own.filter((item) => item.lives_elsewhere);
      const outside = own.filter((item) => !item.lives_elsewhere && !codes.has(item.cell?.code));
      return h("section", { class: "m-group" },
        heading(group),
        group.cells.map((cell) => {
          const here = own.filter((item) => item.cell?.code === cell.code);
          return section(cell.name, cell.members ? w("m.people", { n: cell.members }) : w("m.emptyGrid"), here.map(row), cell.members ? "" : "m-bare");
        }),
        outside.length ? section(w("m.outside"), w("m.people", { n: outside.length }), outside.map((item) => memberRow(item, page.words, open))) : null,
        away.length ? section(w("m.elsewhere"), w("m.people", { n: away.length }), away.map(row)) : null);
    }),
    rest > 0 ? h("p", { class: "m-note" }, w("m.more", { n: rest })) : null,
  ];
}

function heading(group) {
  const bare = group.cells.filter((cell) => cell.members === 0).length;
  return h("header", { class: "m-group-head" },
    h("h2", {}, group.name),
    h("p", {}, [
      w("m.members", { n: group.members }),
      bare ? w("m.emptyGrids", { n: bare }) : w("m.noEmptyGrid"),
      group.without_place ? w("m.withoutPlace", { n: group.without_place }) : null,
      group.volunteers ? w("m.volunteers", { n: group.volunteers }) : null,
    ].filter(Boolean).join(" · ")));
}

/** Numbers per micro grid, those without a member first; no person is named. */
export function gridList(page) {
  return page.groups.map((group) =>
    h("section", { class: "m-group" },
      heading(group),
      h("ul", { class: "m-grids" },
        [...group.cells].sort((a, b) => a.members - b.members || (a.code < b.code ? -1 : 1)).map((cell) =>
          h("li", { class: cell.members ? "" : "m-bare" },
            h("span", {}, cell.name, h("small", {}, cell.code)),
            h("b", {}, cell.members ? w("m.people", { n: cell.members }) : w("m.emptyGrid")))))));
}
