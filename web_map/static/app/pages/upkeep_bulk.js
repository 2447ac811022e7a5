// Many accounts from one table: check the file, then make all of them or none.
import { say } from "../i18n/index.js";
import { h, show } from "../ui/dom.js";
import { problemBox } from "../ui/problem.js";
import { upkeepApi } from "./upkeep_api.js";
import { w } from "./upkeep_words.js";

/** The card; the links of accounts that were made stay until the page is left. */
export function bulkCard() {
  const told = h("div", { role: "status", id: "bulk-told" });
  const input = h("input", { type: "file", name: "accounts-file", accept: ".xlsx,.csv", onchange: check });

  async function check() {
    const [file] = input.files;
    if (!file) return;
    show(told, h("p", { class: "loading" }, w("up.bulkChecking")));
    try {
      draw(file, await upkeepApi.checkFile(file));
    } catch (error) {
      show(told, problemBox(error));
    }
    input.value = "";
  }

  function draw(file, found) {
    if (found.faults.length) show(told, faults(found.faults));
    else if (found.count === 0) show(told, h("p", { class: "empty" }, w("up.bulkEmpty")));
    else {
      show(told, h("div", { class: "notice good" },
        h("p", {}, w("up.bulkReady", { n: found.count })),
        h("button", { type: "button", class: "button primary", id: "bulk-do", onclick: () => make(file, found.digest) }, w("up.bulkDo", { n: found.count }))));
    }
  }

  async function make(file, digest) {
    try {
      const done = await upkeepApi.confirmFile(file, digest);
      if (done.faults.length) show(told, faults(done.faults));
      else show(told, links(done.made));
    } catch (error) {
      show(told, problemBox(error));
    }
  }

  return h("section", { class: "p-card", id: "bulk" },
    h("h2", {}, w("up.bulk")),
    h("p", { class: "quiet" }, w("up.bulkHint")),
    h("label", { class: "field" }, h("span", {}, w("up.bulkFile")), input),
    told);
}

function faults(rows) {
  return [
    h("p", { class: "problem", role: "alert" }, w("up.bulkFaults", { n: rows.length })),
    h("table", { class: "p-table" },
      h("thead", {}, h("tr", {}, ["up.bulkRow", "up.bulkColumn", "up.bulkProblem"].map((key) => h("th", { scope: "col" }, w(key))))),
      h("tbody", {}, rows.map((one) => h("tr", {},
        h("td", { "data-label": w("up.bulkRow") }, one.row),
        h("td", { "data-label": w("up.bulkColumn") }, h("code", {}, one.column)),
        h("td", { "data-label": w("up.bulkProblem") }, say(one.detail)))))),
  ];
}

/** One strip of paper for each, to cut apart. */
function links(made) {
  return [
    h("div", { class: "notice good p-print-keep" },
      h("p", {}, w("up.bulkMade", { n: made.length })),
      h("button", { type: "button", class: "button", onclick: () => print() }, w("up.print"))),
    h("ul", { class: "p-strips", id: "bulk-links" }, made.map((one) =>
      h("li", {}, h("b", {}, one.login), h("code", {}, `${location.origin}${one.link}`)))),
  ];
}
