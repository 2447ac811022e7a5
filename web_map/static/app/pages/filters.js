// Filters by state, due, area and day; list, map, table, print and export follow them alike.
import { isFiltered, NO_FILTERS } from "../data/filters.js";
import { speaker } from "../i18n/book.js";
import { term } from "../i18n/index.js";
import { byId, h, show } from "../ui/dom.js";
import { books } from "./filters_words.js";

const w = speaker(books);
const STATES = [
  "registered", "accepted", "guided_elsewhere", "not_accepted", "assigned", "forwarded", "signed_for", "in_hand",
  "agreement", "decision", "referred", "closed", "followed_up", "archived",
];
const CODE = /^[\w.-]{1,40}$/;

/** Draws into #filters; villages() gives {code, name} to choose from. */
export function createFilters({ store, villages }) {
  const room = byId("filters");
  let areas = [];

  const set = (key) => (event) => {
    const value = event.target.value.trim();
    if (key === "area" && value && !CODE.test(value)) return;
    store.set({ [key]: value || null });
  };

  function select(key, words, options) {
    const chosen = store.get()[key] ?? "";
    return h("label", {}, h("span", {}, words),
      h("select", { name: `filter-${key}`, onchange: set(key) },
        options.map(([value, text]) => h("option", { value, selected: value === chosen }, text))));
  }

  const day = (key) => h("label", {}, h("span", {}, w(`filters.${key}`)),
    h("input", { type: "date", name: `filter-${key}`, value: store.get()[key] ?? "", onchange: set(key) }));

  function draw() {
    const state = store.get();
    const used = Object.keys(NO_FILTERS).filter((key) => state[key]).length;
    const open = room.querySelector("details")?.open ?? isFiltered(state);
    const focused = room.contains(document.activeElement) ? document.activeElement.name : null;
    show(room, h("details", { open },
      h("summary", {}, w("filters.title"), " ", used ? h("b", { class: "count" }, w("filters.on", { n: used })) : null),
      h("div", { class: "filter-grid" },
        select("state", w("filters.state"), [["", w("filters.anyState")], ...STATES.map((name) => [name, term("state", name)])]),
        select("due", w("filters.due"), [["", w("filters.anyDue")], ["late", w("filters.late")], ["soon", w("filters.soon")]]),
        h("label", { class: "filter-wide" }, h("span", {}, w("filters.area")),
          h("input", {
            name: "filter-area", list: "filter-areas", maxlength: 40, autocomplete: "off", placeholder: w("filters.areaHint"),
            value: state.area ?? "", onchange: set("area"),
          }),
          h("datalist", { id: "filter-areas" }, areas.map((area) => h("option", { value: area.code }, area.name)))),
        day("from"), day("to"),
        h("button", { type: "button", class: "button", id: "filters-clear", disabled: !used, onclick: () => store.set({ ...NO_FILTERS }) }, w("filters.clear")))));
    if (focused) room.querySelector(`[name="${CSS.escape(focused)}"]`)?.focus();
  }

  store.on([...Object.keys(NO_FILTERS), "lang"], draw);
  draw();
  villages().then((found) => {
    areas = found;
    draw();
  }, () => {});
}
