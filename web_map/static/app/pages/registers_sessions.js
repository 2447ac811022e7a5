// 村说事室: one meeting, counted in people and matters.
import { newIdempotencyKey } from "../data/api.js";
import { may } from "../data/rights.js";
import { todayOn } from "../i18n/index.js";
import { cellField } from "../ui/cell_field.js";
import { h, show } from "../ui/dom.js";
import { problemBox } from "../ui/problem.js";
import { registersApi } from "./registers_api.js";
import { receipt, registerCard } from "./registers_list.js";
import { w } from "./registers_words.js";

let told = null;

export function sessionsView(session, page, reload) {
  const notice = told && receipt(told.text, registersApi.sessions, told.id, reload);
  told = null;
  if (notice) queueMicrotask(() => notice.focus());
  return h("div", { class: "p-cards p-two" },
    may(session, "talking_session", "add") ? enterCard(page, reload, notice) : null,
    registerCard({
      title: w("rg.sessions"), none: w("rg.sessionsNone"), found: page.data, register: registersApi.sessions,
      row: (item) => ({
        head: `${item.held_on} · ${item.cell_name ?? ""}`,
        lines: [w("rg.sessionLine", { persons: item.persons, matters: item.matters, settled: item.settled }), item.note],
      }),
    }));
}

function enterCard(page, reload, notice) {
  const key = newIdempotencyKey();
  const number = (name, min, max, value) => h("input", { name, type: "number", min, max, value, required: true, inputmode: "numeric" });
  const cell = cellField({ label: w("rg.room"), hint: w("rg.cellHint"), value: page.home });
  cell.input.required = true;
  const [persons, matters, settled] = [number("persons", 1, 2000, ""), number("matters", 0, 500, ""), number("settled", 0, 500, "")];
  const on = h("input", { name: "on", type: "date", max: todayOn(), value: todayOn(), required: true });
  const note = h("textarea", { name: "note", rows: 3, maxlength: 2000 });
  const trouble = h("div", {});
  const field = (label, input) => h("label", { class: "field" }, h("span", {}, w(label)), input);
  const submit = async (event) => {
    event.preventDefault();
    try {
      const made = await registersApi.sessions.enter({
        cell_code: cell.code(), persons: Number(persons.value), matters: Number(matters.value),
        settled: Number(settled.value), held_on: on.value, note: note.value.trim() || null,
      }, key);
      told = { id: made.id, text: w("rg.savedSession", { cell: made.cell_name ?? "", n: made.persons }) };
      await reload();
    } catch (error) {
      show(trouble, problemBox(error));
    }
  };
  return h("section", { class: "p-card", id: "talk" },
    h("h2", {}, w("rg.talkTitle")), notice,
    h("form", { onsubmit: submit },
      h("div", { class: "field-pair" }, cell.row, field("rg.heldOn", on)),
      h("div", { class: "rg-three" }, field("rg.sessionPersons", persons), field("rg.matters", matters), field("rg.settledThere", settled)),
      field("rg.note", note),
      trouble,
      h("button", { class: "button primary wide", id: "save-session" }, w("rg.save"))));
}
