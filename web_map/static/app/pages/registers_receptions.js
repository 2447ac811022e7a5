// 接访登记: one row is one batch; what became of what they asked, and how a passed-on request ended.
import { newIdempotencyKey } from "../data/api.js";
import { may } from "../data/rights.js";
import { named, todayOn } from "../i18n/index.js";
import { cellField } from "../ui/cell_field.js";
import { h, show } from "../ui/dom.js";
import { problemBox } from "../ui/problem.js";
import { registersApi } from "./registers_api.js";
import { receipt, registerCard, wordOf } from "./registers_list.js";
import { kindName } from "./registers_settle.js";
import { w } from "./registers_words.js";

const OF_A_CASE = ["registered", "repeat"];
let told = null;

export function receptionsView(session, page, reload) {
  const notice = told && receipt(told.text, registersApi.receptions, told.id, reload);
  told = null;
  if (notice) queueMicrotask(() => notice.focus());
  return h("div", { class: "p-cards p-two" },
    may(session, "reception", "add") ? enterCard(page, reload, notice) : null,
    registerCard({
      title: w("rg.receptions"), none: w("rg.receptionsNone"), found: page.data, register: registersApi.receptions,
      row: (item, tools) => ({
        head: `${item.received_on} · ${wordOf(page.words.doors, item.door)} · ${w("rg.heads", { n: item.persons })}`,
        lines: [
          [item.cell_name, kindName(page, item.kind), named(item)].filter(Boolean).join(" · "),
          [wordOf(page.words.outcomes, item.outcome),
            item.passed_to ? ` → ${wordOf(page.words.organs, item.passed_to)}` : "",
            item.case_code ? [" ", h("a", { href: `/case#${encodeURIComponent(item.case_code)}` }, item.case_code)] : ""],
          item.closed_on ? w("rg.closedAs", { on: item.closed_on, how: wordOf(page.words.closings, item.closing) }) : null,
          item.note,
        ],
        more: item.outcome === "passed_on" && !item.closed_on && may(session, "reception", "close") ? closing(page, item, tools) : null,
      }),
    }));
}

function select(name, terms, props = {}) {
  return h("select", { name, ...props }, h("option", { value: "" }, "—"), terms.map(([value, text]) => h("option", { value }, text)));
}

const termsOf = (list) => list.map((one) => [one.slug, wordOf(list, one.slug)]);

function closing(page, item, { put, guarded }) {
  const how = select("closing", termsOf(page.words.closings), { required: true, "aria-label": w("rg.closing") });
  const on = h("input", { name: "closed-on", type: "date", min: item.received_on, max: todayOn(), value: todayOn(), required: true, "aria-label": w("rg.closedOn") });
  const submit = (event) => {
    event.preventDefault();
    return guarded(async () => put(await registersApi.receptions.close(item.id, { rev: item.rev, closing: how.value, closed_on: on.value })));
  };
  return h("form", { class: "rg-closing", onsubmit: submit }, how, on, h("button", { class: "button small" }, w("rg.close")));
}

function enterCard(page, reload, notice) {
  const key = newIdempotencyKey();
  const cell = cellField({ label: w("rg.cell"), hint: w("rg.cellHint"), value: page.home });
  cell.input.required = true;
  const door = select("door", termsOf(page.words.doors), { required: true });
  door.value = "window";
  const persons = h("input", { name: "persons", type: "number", min: 1, max: 2000, value: 1, required: true, inputmode: "numeric" });
  const on = h("input", { name: "on", type: "date", max: todayOn(), value: todayOn(), required: true });
  const kind = select("kind", page.kinds.map((one) => [one.kind, named(one)]));
  const outcome = select("outcome", termsOf(page.words.outcomes), { required: true });
  const passedTo = select("passed-to", termsOf(page.words.organs), { required: true });
  const code = h("input", { name: "case-code", maxlength: 40, required: true, autocomplete: "off" });
  const meeting = select("meeting", page.data.sessions.map((one) => [one.id, `${one.held_on} · ${one.cell_name ?? ""}`]));
  const note = h("textarea", { name: "note", rows: 2, maxlength: 2000 });
  const trouble = h("div", {});
  const field = (label, input) => h("label", { class: "field" }, h("span", {}, w(label)), input);
  const depends = h("div", {});
  const drawDepends = () => {
    kind.required = outcome.value !== "" && outcome.value !== "consulted";
    show(depends,
      outcome.value === "passed_on" ? field("rg.passedTo", passedTo) : null,
      OF_A_CASE.includes(outcome.value)
        ? [field("rg.caseCode", code), h("p", { class: "quiet" }, w("rg.caseFirst"), " ", h("a", { href: "/desk", target: "_blank", rel: "noopener" }, w("rg.toDesk")))]
        : null,
      door.value === "talking_room" ? field("rg.meeting", meeting) : null);
  };
  outcome.onchange = drawDepends;
  door.onchange = drawDepends;
  const submit = async (event) => {
    event.preventDefault();
    try {
      const made = await registersApi.receptions.enter({
        cell_code: cell.code(), door: door.value, persons: Number(persons.value), outcome: outcome.value,
        kind: kind.value || null,
        passed_to: outcome.value === "passed_on" ? passedTo.value : null,
        case_code: OF_A_CASE.includes(outcome.value) ? code.value.trim() : null,
        talking_session_id: door.value === "talking_room" && meeting.value ? Number(meeting.value) : null,
        received_on: on.value, note: note.value.trim() || null,
      }, key);
      told = { id: made.id, text: w("rg.savedReception", { n: made.persons, cell: made.cell_name ?? "" }) };
      await reload();
    } catch (error) {
      show(trouble, problemBox(error));
    }
  };
  drawDepends();
  return h("section", { class: "p-card", id: "receive" },
    h("h2", {}, w("rg.receiveTitle")), h("p", { class: "quiet" }, w("rg.receiveWhy")), notice,
    h("form", { onsubmit: submit },
      h("div", { class: "field-pair" }, field("rg.door", door), field("rg.persons", persons)),
      h("div", { class: "field-pair" }, field("rg.kind", kind), field("rg.outcome", outcome)),
      depends,
      h("div", { class: "field-pair" }, cell.row, field("rg.receivedOn", on)),
      field("rg.note", note),
      trouble,
      h("button", { class: "button primary wide", id: "save-reception" }, w("rg.save"))));
}
