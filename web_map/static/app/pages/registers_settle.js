// 网格内化解: a kind, a way, save. Three taps on a phone; the place is where one stands or one's own grid.
import { newIdempotencyKey } from "../data/api.js";
import { formatPoint } from "../data/coordinates.js";
import { may } from "../data/rights.js";
import { formatMetres, named, todayOn } from "../i18n/index.js";
import { cellField } from "../ui/cell_field.js";
import { choiceButtons } from "../ui/choice_buttons.js";
import { h, show } from "../ui/dom.js";
import { findHere, mayAskHere } from "../ui/here.js";
import { problemBox } from "../ui/problem.js";
import { registersApi } from "./registers_api.js";
import { receipt, registerCard, wordOf } from "./registers_list.js";
import { w } from "./registers_words.js";

// what was just written is told once, above the form that is ready for the next
let told = null;

export function settlementsView(session, page, reload) {
  const notice = told && receipt(told.text, registersApi.settlements, told.id, reload);
  told = null;
  if (notice) queueMicrotask(() => notice.focus());
  return h("div", { class: "p-cards p-two" },
    may(session, "grid_settlement", "add") ? settleCard(session, page, reload, notice) : null,
    registerCard({
      title: w("rg.settled"), none: w("rg.settledNone"), found: page.data, register: registersApi.settlements,
      row: (item) => ({
        head: `${kindName(page, item.kind)} · ${wordOf(page.words.ways, item.way)}`,
        lines: [`${item.settled_on} · ${item.cell_name ?? ""} · ${w("rg.heads", { n: item.persons })}`, item.note],
      }),
    }));
}

export const kindName = (page, slug) => named(page.kinds.find((kind) => kind.kind === slug)) || slug || "";

function settleCard(session, page, reload, notice) {
  const key = newIdempotencyKey();
  let here = null;
  const kind = choiceButtons({ label: w("rg.kind"), name: "kind", options: page.kinds.map((one) => [one.kind, named(one)]), changed: () => ready() });
  const way = choiceButtons({ label: w("rg.way"), name: "way", options: page.words.ways.map((one) => [one.slug, wordOf(page.words.ways, one.slug)]), changed: () => ready() });
  const cell = cellField({ label: w("rg.cell"), hint: w("rg.cellHint"), value: session.area_code ?? "" });
  const persons = h("input", { name: "persons", type: "number", min: 1, max: 2000, value: 2, required: true, inputmode: "numeric" });
  const on = h("input", { name: "on", type: "date", max: todayOn(), value: todayOn(), required: true });
  const note = h("textarea", { name: "note", rows: 2, maxlength: 2000 });
  const trouble = h("div", {});
  const where = h("p", { class: "rg-where", id: "where" });
  const save = h("button", { class: "button primary wide", id: "save-settlement", disabled: true }, w("rg.save"));
  const more = h("details", { class: "more-fields", id: "more-settle" },
    h("summary", {}, w("rg.moreFields")),
    cell.row,
    h("div", { class: "field-pair" },
      h("label", { class: "field" }, h("span", {}, w("rg.persons")), persons),
      h("label", { class: "field" }, h("span", {}, w("rg.settledOn")), on)),
    h("label", { class: "field" }, h("span", {}, w("rg.note")), note));

  const drawWhere = () => show(where,
    h("b", {}, w("rg.where")), " ",
    here
      ? w("rg.whereHere", { point: formatPoint(here), accuracy: formatMetres(here.accuracy_m) })
      : cell.code() ? w("rg.whereCell", { code: cell.code() }) : w("rg.whereNone"),
    " ",
    here
      ? h("button", { type: "button", class: "text-button", onclick: () => { here = null; drawWhere(); } }, w("rg.notHere"))
      : h("button", { type: "button", class: "text-button", id: "use-here", onclick: askHere }, w("rg.useHere")));
  const askHere = async () => {
    const found = await findHere();
    if (found) here = found;
    drawWhere();
    if (!found) show(trouble, h("p", { class: "notice" }, w("rg.noHere")));
    ready();
  };
  const ready = () => {
    save.disabled = !(kind.value() && way.value() && (here || cell.code()));
  };
  cell.input.addEventListener("input", () => {
    here = null;
    drawWhere();
    ready();
  });
  const submit = async (event) => {
    event.preventDefault();
    save.disabled = true;
    const place = here ? { lng: here.lng, lat: here.lat } : { cell_code: cell.code() };
    try {
      const made = await registersApi.settlements.enter({
        kind: kind.value(), way: way.value(), place, persons: Number(persons.value),
        settled_on: on.value, note: note.value.trim() || null,
      }, key);
      told = { id: made.id, text: w("rg.savedSettlement", { kind: kindName(page, made.kind), cell: made.cell_name ?? "" }) };
      await reload();
    } catch (error) {
      ready();
      show(trouble, problemBox(error));
    }
  };
  drawWhere();
  if (!session.area_code) more.open = true;
  mayAskHere().then((isGranted) => isGranted && askHere());
  return h("section", { class: "p-card", id: "settle" },
    h("h2", {}, w("rg.settleTitle")), h("p", { class: "quiet" }, w("rg.settleWhy")),
    notice,
    h("form", { onsubmit: submit }, kind.node, way.node, where, more, trouble, save));
}
