// A household of the case's grid, or of another grid, chosen by its house number: never by a person.
import { h, settle, show } from "../ui/dom.js";
import { problemBox } from "../ui/problem.js";
import { caseApi } from "./case_api.js";
import { w } from "./case_joint_words.js";

// As many as the server gives at once.
const MOST = 500;
const field = (label, input) => h("label", { class: "field" }, h("span", {}, w(label)), input);

/** {row, load, chosen}: load() asks the server once a grid; chosen() is the household's id. */
export function homePicker(code) {
  const grid = h("input", { name: "home-grid", maxlength: 40, autocomplete: "off", spellcheck: "false" });
  const words = h("input", { name: "home-find", type: "search", maxlength: 60, autocomplete: "off" });
  const select = h("select", { name: "home", required: true, size: 6 });
  const note = h("div", {});
  let items = [];
  let asked = null;

  const draw = () => {
    const typed = words.value.trim();
    const fitting = items.filter((one) => `${one.address} ${one.external_code ?? ""}`.includes(typed));
    show(select, fitting.map((one) =>
      h("option", { value: one.household_id, disabled: one.is_party },
        [one.address, one.external_code, one.head_name, one.is_party ? w("cj.homeIsParty") : null].filter(Boolean).join(" · "))));
    show(note, items.length === 0 ? h("p", { class: "empty" }, w("cj.homesNone")) : items.length >= MOST ? h("p", { class: "quiet" }, w("cj.homesMost", { n: MOST })) : null);
  };
  const load = async () => {
    const cell = grid.value.trim() || null;
    if (asked === (cell ?? "")) return;
    asked = cell ?? "";
    try {
      ({ items } = await caseApi.homes(code, cell));
      if (asked === (cell ?? "")) draw();
    } catch (error) {
      asked = null;
      items = [];
      show(select);
      show(note, problemBox(error));
    }
  };
  words.oninput = draw;
  grid.onchange = load;
  grid.oninput = settle(load, 600);
  return {
    row: h("div", { id: "homes" },
      h("div", { class: "field-pair" }, field("cj.homeFind", words), field("cj.homeGrid", grid)),
      field("cj.homes", select), note, h("p", { class: "quiet" }, w("cj.homeWhy"))),
    load,
    chosen: () => Number(select.value),
  };
}
