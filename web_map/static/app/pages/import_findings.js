// What the check found, row by row and as a picture; accepting it with a reason, and writing.
import { say } from "../i18n/index.js";
import { h, show } from "../ui/dom.js";
import { problemBox } from "../ui/problem.js";
import { importApi } from "./import_api.js";
import { drawPicture } from "./import_map.js";
import { w } from "./import_words.js";

const MARKS = { error: "✗", warning: "!", note: "·" };

/** The cards of a checked file; deed(promise, node) does and draws again. */
export function findingsSection(run, page, deed) {
  return [findingsCard(run, page), commitCard(run, deed)];
}

function findingsCard(run, page) {
  const rows = h("div", { id: "finding-rows" });
  const see = async (code) => {
    try {
      const found = await importApi.findings(run.import_id, code);
      show(rows, h("ul", { class: "p-list p-tall" }, found.items.map((one) => h("li", {},
        h("div", { class: "p-row-main" },
          h("b", {}, one.cell ? w("imp.cell", { cell: one.cell }) : w("imp.line", { row: one.row ?? "—" })),
          one.column ? ` ${one.column}` : null,
          h("small", {}, say(one.detail)))))));
    } catch (error) {
      show(rows, problemBox(error));
    }
  };
  const shapes = (page.shapes?.features ?? []).map((feature) => ({
    geometry: feature.geometry,
    class: feature.properties.fault ? "i-row i-fault" : "i-row",
    title: w("imp.line", { row: feature.properties.row }),
  }));
  return h("section", { class: "p-card p-wide", id: "findings" },
    h("h2", {}, w("imp.findings")),
    run.findings.length
      ? h("div", { class: "i-two" },
        h("div", {},
          h("table", { class: "p-table" },
            h("thead", {}, h("tr", {}, ["imp.finding", "imp.count", "imp.see"].map((key) => h("th", { scope: "col" }, w(key))))),
            h("tbody", {}, run.findings.map((found) => h("tr", { class: `i-${found.severity}` },
              h("td", { "data-label": w("imp.finding") }, h("b", { "aria-hidden": "true" }, MARKS[found.severity]), " ",
                h("span", { class: "pill" }, w(`imp.severity.${found.severity}`)), " ", say(found.detail),
                found.fix ? h("small", { class: "i-fix" }, say(found.fix)) : null),
              h("td", { "data-label": w("imp.count") }, found.rows),
              h("td", {}, h("button", { type: "button", class: "button small", onclick: () => see(found.code) }, w("imp.see"))))))),
          h("p", {}, h("a", { class: "button", href: importApi.workbook(run.import_id), id: "workbook" }, w("imp.workbook"))),
          rows),
        shapes.length ? drawPicture(page.outline, shapes, w("imp.picture")) : null)
      : [h("p", { class: "notice good" }, w("imp.clean")), shapes.length ? drawPicture(page.outline, shapes, w("imp.picture")) : null]);
}

function commitCard(run, deed) {
  const told = h("div", { role: "status" });
  const boxes = run.refused.map((code) => ({ code, box: h("input", { type: "checkbox", name: `accept-${code}` }) }));
  const reason = h("input", { name: "reason", maxlength: 500, autocomplete: "off" });
  const words = Object.fromEntries(run.findings.map((found) => [found.code, found]));
  const write = (event) => {
    event.preventDefault();
    const accepted = boxes.filter(({ box }) => box.checked).map(({ code }) => code);
    deed(importApi.commit(run.import_id, accepted, reason.value.trim()), told);
  };
  return h("section", { class: "p-card p-wide", id: "commit" },
    h("h2", {}, w("imp.commit")),
    h("form", { onsubmit: write },
      boxes.map(({ code, box }) => h("label", { class: "i-check" }, box, `${w("imp.accept")} · ${say(words[code].detail)}`)),
      boxes.length ? h("label", { class: "field" }, h("span", {}, w("imp.reason")), reason) : null,
      told,
      h("button", { class: "button primary", id: "write" }, w("imp.commitNow"))));
}
