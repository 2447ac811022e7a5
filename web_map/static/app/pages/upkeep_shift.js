// 交接班: what one shift tells the next, and who took it over.
import { may } from "../data/rights.js";
import { formatMoment } from "../i18n/index.js";
import { cellField } from "../ui/cell_field.js";
import { h, show } from "../ui/dom.js";
import { problemBox } from "../ui/problem.js";
import { toast } from "../ui/toast.js";
import { upkeepApi } from "./upkeep_api.js";
import { w } from "./upkeep_words.js";

const CASE_CODE = /\d{4}-\d{6}-\d/;

/** Reads what the tab shows. */
export const loadShift = () => upkeepApi.notes();

export function shiftView(session, page, reload) {
  return h("div", { class: "p-cards p-two" },
    may(session, "shift_note", "add") ? writeCard(session, reload) : null,
    notesCard(session, page, reload));
}

function writeCard(session, reload) {
  const cell = cellField({ label: w("up.cell"), hint: session.area_code ? w("up.cellHint") : `${w("up.cellHint")}；${w("up.cellWhole")}`, value: session.area_code ?? "" });
  const text = h("textarea", { name: "note-text", rows: 5, maxlength: 4000, required: true });
  const items = h("textarea", { name: "note-items", rows: 4, maxlength: 15000 });
  const trouble = h("div", {});
  const submit = async (event) => {
    event.preventDefault();
    const open = items.value.split("\n").map((line) => line.trim()).filter(Boolean);
    try {
      await upkeepApi.writeNote({ cell_code: cell.code(), text: text.value.trim(), open_items: open });
      await reload();
      toast(w("up.shiftSent"));
    } catch (error) {
      show(trouble, problemBox(error));
    }
  };
  return h("section", { class: "p-card", id: "write-note" },
    h("h2", {}, w("up.shiftWrite")),
    h("form", { onsubmit: submit },
      h("label", { class: "field" }, h("span", {}, w("up.shiftText")), text, h("small", { class: "quiet" }, w("up.shiftTextHint"))),
      h("label", { class: "field" }, h("span", {}, w("up.shiftItems")), items),
      cell.row, trouble,
      h("button", { class: "button primary" }, w("up.shiftSend"))));
}

function notesCard(session, page, reload) {
  const trouble = h("div", {});
  const take = async (note) => {
    try {
      await upkeepApi.takeNote(note.shift_note_id);
      await reload();
      toast(w("up.shiftTook"));
    } catch (error) {
      show(trouble, problemBox(error));
    }
  };
  const more = async () => {
    try {
      const older = await upkeepApi.notes(page.next);
      page.items.push(...older.items);
      page.next = older.next;
      card.replaceWith(notesCard(session, page, reload));
    } catch (error) {
      show(trouble, problemBox(error));
    }
  };
  const card = h("section", { class: "p-card", id: "notes" },
    h("h2", {}, w("up.shiftNotes"),
      h("button", { type: "button", class: "button small p-aside", onclick: () => print() }, w("up.print"))),
    trouble,
    page.items.length === 0
      ? h("p", { class: "empty" }, w("up.shiftNone"))
      : h("ul", { class: "p-notes" }, page.items.map((note) => noteItem(session, note, take))),
    page.next ? h("p", { class: "more" }, h("button", { type: "button", class: "button", onclick: more }, w("up.shiftMore"))) : null);
  return card;
}

function noteItem(session, note, take) {
  const isOwn = note.written_by === session.login;
  return h("li", { class: note.taken_at ? "p-over" : null },
    h("p", { class: "p-note-head" },
      h("b", {}, note.cell_code ?? w("up.shiftWhole")),
      h("span", { class: "quiet" }, w("up.shiftBy", { who: note.written_by, at: formatMoment(note.written_at) }))),
    h("p", { class: "case-text" }, note.text),
    note.open_items.length ? h("ul", { class: "p-todo" }, note.open_items.map((item) => h("li", {}, linked(item)))) : null,
    note.taken_at
      ? h("p", { class: "quiet" }, "✓ ", w("up.shiftTaken", { who: note.taken_by, at: formatMoment(note.taken_at) }))
      : h("p", { class: "p-note-foot" },
          h("span", { class: "pill pill-leave" }, w("up.shiftOpen")),
          isOwn
            ? h("small", { class: "quiet" }, w("up.shiftOwn"))
            : h("button", { type: "button", class: "button primary small", onclick: () => take(note) }, w("up.shiftTake"))));
}

/** A line with its case code as a link to the case. */
function linked(line) {
  const code = CASE_CODE.exec(line)?.[0];
  if (!code) return line;
  const at = line.indexOf(code);
  return [line.slice(0, at), h("a", { href: `/case#${code}` }, code), line.slice(at + code.length)];
}
