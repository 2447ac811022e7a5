// Service points with their opening days, and how many households live too far off: counts by village.
import { api } from "../data/api.js";
import { speaker } from "../i18n/book.js";
import { h } from "../ui/dom.js";
import { problemText } from "../ui/problem.js";
import { books } from "./reach_words.js";

const w = speaker(books);

/** open() shows it in the panel; goTo(point) looks at a service point. */
export function createReach({ openSide, goTo }) {
  let km = 5;
  let found = null;
  let problem = null;

  const part = { title: () => w("reach.title"), content };

  function table({ villages }) {
    const sum = (key) => villages.reduce((total, village) => total + village[key], 0);
    const row = (name, households, beyond) => h("tr", {}, h("th", { scope: "row", dir: "auto" }, name), h("td", {}, households),
      h("td", {}, beyond, households ? ` (${((100 * beyond) / households).toFixed(1)} %)` : ""));
    return h("table", { class: "facts", id: "reach-table" },
      h("thead", {}, h("tr", {}, h("th", { scope: "col" }, w("reach.village")), h("th", { scope: "col" }, w("reach.households")),
        h("th", { scope: "col" }, w("reach.beyond", { km: found.beyond_m / 1000 })))),
      h("tbody", {}, row(w("reach.total"), sum("households"), sum("beyond")),
        villages.map((village) => row(village.name, village.households, village.beyond))));
  }

  const points = () => [
    h("h3", {}, w("reach.points")),
    found.points.length ? null : h("p", { class: "empty" }, w("reach.none")),
    h("ul", { class: "reach-points" }, found.points.map((point) =>
      h("li", {}, h("button", { type: "button", class: "link", dir: "auto", onclick: () => goTo(point) }, point.name),
        h("small", { dir: "auto" }, point.opening)))),
  ];

  function content() {
    return [
      h("p", { class: "quiet" }, w("reach.about")),
      h("form", { class: "reach-form", onsubmit: count },
        h("label", {}, w("reach.km"), " ", h("input", { id: "reach-km", type: "number", min: 0.1, max: 200, step: 0.1, value: km })),
        h("button", { class: "button" }, w("reach.count"))),
      problem ? h("p", { class: "problem-text" }, problem) : null,
      found ? [table(found), points()] : null,
    ];
  }

  async function load() {
    try {
      found = await api.reach({ beyond_m: km * 1000 });
      problem = null;
    } catch (error) {
      problem = problemText(error);
    }
    openSide(part);
  }

  function count(event) {
    event.preventDefault();
    km = Number(event.target.querySelector("input").value);
    load();
  }

  return {
    words: () => w("reach.open"),
    open() {
      openSide(part, { focus: true });
      load();
    },
  };
}
