// The roster as a workbook, for a stated purpose: names in the clear leave a row on the trail.
import { exportKinds, exportRows } from "../data/export.js";
import { named } from "../i18n/index.js";
import { h } from "../ui/dom.js";
import { problemBox } from "../ui/problem.js";
import { w } from "./members_words.js";

/** A button that asks for the purpose first. */
export function exportRoster() {
  const room = h("div", { class: "m-export" });
  const begin = h("button", { type: "button", class: "button wide", id: "export-roster", onclick: ask }, w("m.export"));
  room.append(begin);

  async function ask() {
    try {
      choose((await exportKinds()).purposes);
    } catch (error) {
      room.replaceChildren(problemBox(error, ask));
    }
  }

  function choose(purposes) {
    const select = h("select", { id: "export-purpose" },
      purposes.map((one) => h("option", { value: one.slug }, named({ name_zh: one.zh, name_en: one.en }))));
    const go = h("button", { type: "button", class: "button wide", id: "export-go", onclick: () => fetchFile(select.value, go) }, w("m.exportGo"));
    room.replaceChildren(h("label", { for: "export-purpose" }, w("m.exportWhy")), select, go);
    select.focus();
  }

  async function fetchFile(purpose, go) {
    go.disabled = true;
    try {
      await exportRows({ kind: "member", format: "xlsx", purpose });
      room.replaceChildren(begin);
    } catch (error) {
      room.replaceChildren(problemBox(error, ask));
    }
  }

  return room;
}
