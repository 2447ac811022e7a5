// The dialog of printing: paper, scale and review number; the server makes the sheet.
import { fetchSheet } from "../data/export.js";
import { speaker } from "../i18n/book.js";
import { byId, h, show } from "../ui/dom.js";
import { problemText } from "../ui/problem.js";
import { handOutButtons } from "./hand_out.js";
import { books } from "./print_sheet_words.js";

const w = speaker(books);
const SCALES = [500, 1000, 2000, 5000, 10000, 25000, 50000, 100000, 250000, 500000, 1000000];

/** What the page shows now, in the words of /api/sheets/map. */
export function sheetBody(state, bounds) {
  const { level, layers, hidden, only, lang, due, area, from, to } = state;
  const cases = { hidden: [...hidden], only, state: state.state, due, area, from_on: from, to_on: to };
  return { bounds, level, layers: [...layers], cases, lang };
}

/** Opens the dialog about what the stage shows. */
export function openPrintSheet({ store, stage, session, place }) {
  const dialog = byId("dialog");
  const note = h("p", { role: "status", id: "sheet-note" });

  async function make(event) {
    event.preventDefault();
    const form = new FormData(event.target);
    const [paper, orientation] = form.get("paper").split(" ");
    const scale = form.get("scale");
    note.textContent = w("sheet.making");
    try {
      await fetchSheet({
        ...sheetBody(store.get(), stage.bounds()), paper, orientation, title: form.get("title"),
        review_number: form.get("review"), scale: scale ? Number(scale) : null,
      });
      note.textContent = w("sheet.done");
    } catch (error) {
      note.textContent = problemText(error);
    }
  }

  const papers = ["A4", "A3"].flatMap((name) => ["landscape", "portrait"].map((way) =>
    h("option", { value: `${name} ${way}` }, `${name} ${w(`sheet.${way}`)}`)));
  show(
    dialog,
    h("header", { class: "panel-head" }, h("h2", {}, w("sheet.title")),
      h("button", { type: "button", class: "icon-button close", "aria-label": w("sheet.close"), onclick: () => dialog.close() }, "×")),
    h("form", { id: "sheet-form", class: "sheet-form", onsubmit: make },
      h("p", { class: "quiet" }, w("sheet.about")),
      h("label", {}, h("span", {}, w("sheet.paper")), h("select", { name: "paper" }, papers)),
      h("label", {}, h("span", {}, w("sheet.scale")), h("select", { name: "scale" },
        h("option", { value: "" }, w("sheet.auto")),
        SCALES.map((scale) => h("option", { value: scale }, `1 : ${scale.toLocaleString("en").replaceAll(",", " ")}`)))),
      h("label", {}, h("span", {}, w("sheet.name")), h("input", { name: "title", maxlength: 60, autocomplete: "off" })),
      h("label", {}, h("span", {}, w("sheet.review")), h("input", { name: "review", maxlength: 60, autocomplete: "off" })),
      note,
      h("div", { class: "panel-actions" },
        h("button", { class: "button primary", id: "sheet-make" }, w("sheet.make")),
        h("button", { type: "button", class: "button", onclick: () => { dialog.close(); window.print(); } }, w("sheet.browser")),
        handOutButtons(["hotspots"], { session, levels: place.levels }))),
  );
  dialog.showModal();
}
