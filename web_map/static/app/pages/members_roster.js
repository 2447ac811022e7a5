// The organisation department's workbook beside our list: compare, look, confirm.
import { named, say } from "../i18n/index.js";
import { h, show } from "../ui/dom.js";
import { problemBox } from "../ui/problem.js";
import { membersApi } from "./members_api.js";
import { w } from "./members_words.js";

/** confirmed() runs after the list was changed. */
export function rosterView(page, confirmed) {
  const told = h("div", { id: "roster-diff", role: "status" });
  const input = h("input", { type: "file", id: "roster-file", class: "unseen", accept: ".xlsx", onchange: compare });

  async function compare() {
    const [file] = input.files;
    if (!file) return;
    show(told, h("p", { class: "loading" }, w("m.loading")));
    try {
      draw(file, await membersApi.compareRoster(file));
    } catch (error) {
      show(told, problemBox(error));
    } finally {
      input.value = "";
    }
  }

  async function confirm(file, digest) {
    try {
      await membersApi.confirmRoster(file, digest);
      show(told, h("p", { class: "notice good" }, w("m.rosterDone")));
      await confirmed();
    } catch (error) {
      show(told, problemBox(error));
    }
  }

  const shown = (field, value) => {
    if (value === null || value === "") return w("m.empty");
    return field === "duty" ? named(page.words.duties.get(value)) : value;
  };

  const part = (title, rows) =>
    rows.length ? [h("h3", {}, title), h("ul", { class: "m-diff" }, rows.map((row) => h("li", {}, row)))] : null;

  function draw(file, diff) {
    const same = !diff.added.length && !diff.removed.length && !diff.changed.length && !diff.faults.length;
    show(told,
      h("p", { class: "m-note" }, w("m.rosterKept", { n: diff.unchanged })),
      same ? h("p", { class: "notice good" }, w("m.rosterSame")) : null,
      part(w("m.rosterFaults", { n: diff.faults.length }), diff.faults.map((fault) => say(fault.detail))),
      part(w("m.rosterAdded", { n: diff.added.length }), diff.added.map((row) => [h("b", {}, `＋ ${row.name}`), ` ${row.group}`])),
      part(w("m.rosterRemoved", { n: diff.removed.length }), diff.removed.map((row) => [h("b", {}, `－ ${row.name}`), ` ${row.group}`])),
      part(w("m.rosterChanged", { n: diff.changed.length }), diff.changed.map((row) => [
        h("b", {}, row.name), ` ${w(`m.field.${row.field}`)}：`,
        h("s", {}, shown(row.field, row.before)), " → ", shown(row.field, row.after)])),
      diff.foreign_rows ? h("p", { class: "m-note" }, w("m.rosterForeign", { n: diff.foreign_rows })) : null,
      diff.can_confirm
        ? [h("p", { class: "m-note" }, w("m.nothingYet")),
           h("button", { type: "button", class: "button primary wide", id: "roster-confirm", onclick: () => confirm(file, diff.digest) }, w("m.rosterConfirm"))]
        : null);
  }

  return h("section", { class: "m-group" },
    h("p", {}, w("m.rosterIntro")),
    h("label", { class: "button wide m-file" }, w("m.rosterFile"), input), told);
}
