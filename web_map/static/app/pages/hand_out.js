// Sheets to print or hand out: a button for each kind that one may have, and the dialog that asks how.
import { fetchHandOut } from "../data/export.js";
import { may } from "../data/rights.js";
import { speaker } from "../i18n/book.js";
import { formatMoment, language, named } from "../i18n/index.js";
import { byId, h, show } from "../ui/dom.js";
import { problemText } from "../ui/problem.js";
import { books } from "./hand_out_words.js";

const w = speaker(books);
const PAPERS = ["A4", "A3"].flatMap((name) => ["landscape", "portrait"].map((way) => [name, way]));
const FORMS = ["html", "pdf", "png"];

/** What each kind asks beside its form; usual paper; whether it can be text to paste. */
const KINDS = {
  hotspots: { fields: ["rank", "from_on", "to_on", "public", "review_number"] },
  grid: { fields: ["review_number"] },
  noticeboard: { fields: ["note", "public", "review_number"], paper: "A3", text: true },
  case: { fields: ["review_number"] },
  members: { fields: ["with_list", "days"] },
};

const line = (name, label, more = {}) =>
  h("label", {}, h("span", {}, label), h("input", { name, autocomplete: "off", ...more }));
const check = (name, label) =>
  h("label", { class: "check" }, h("input", { type: "checkbox", name }), " ", h("span", {}, label));

/** How a field is asked and how it is read from the form; null: left out. */
const FIELDS = {
  rank: {
    ask: (_kind, { levels = [] }) => h("label", {}, h("span", {}, w("ho.rank")), h("select", { name: "rank" },
      h("option", { value: "" }, w("ho.villages")), levels.map((level) => h("option", { value: level.rank }, named(level))))),
    read: (form) => Number(form.get("rank")) || null,
  },
  from_on: { ask: () => line("from_on", w("ho.from"), { type: "date" }), read: (form) => form.get("from_on") || null },
  to_on: { ask: () => line("to_on", w("ho.to"), { type: "date" }), read: (form) => form.get("to_on") || null },
  note: { ask: () => line("note", w("ho.note"), { maxlength: 200 }), read: (form) => form.get("note") },
  public: {
    ask: (kind, { session }) => (may(session, "sheet", "publish") ? check("public", w(`ho.public.${kind}`)) : null),
    read: (form) => form.has("public"),
  },
  review_number: { ask: () => line("review_number", w("ho.review"), { maxlength: 60 }), read: (form) => form.get("review_number") },
  with_list: { ask: () => check("with_list", w("ho.list")), read: (form) => form.has("with_list") },
  days: {
    ask: () => line("days", w("ho.days"), { type: "number", min: 1, max: 30, value: 7 }),
    read: (form) => Number(form.get("days")) || 7,
  },
};

/** What the form says, in the words of /api/sheets/KIND. */
function bodyOf(kind, form, code) {
  const [paper, orientation] = form.get("paper").split(" ");
  const body = { form: form.get("form"), paper, orientation, lang: language() };
  if (code) body.code = code;
  for (const name of KINDS[kind].fields) body[name] = FIELDS[name].read(form);
  return body;
}

/** Opens the dialog of a kind; about = {session, code, levels}. */
export function openHandOut(kind, about) {
  const dialog = byId("dialog");
  const note = h("div", { role: "status", id: "hand-out-note" });
  const { fields, paper = "A4", text = false } = KINDS[kind];

  async function make(event) {
    event.preventDefault();
    show(note, h("p", {}, w("ho.making")));
    try {
      const { phrase, until } = await fetchHandOut(kind, bodyOf(kind, new FormData(event.target), about.code));
      show(note, h("p", {}, w("ho.done")), phrase
        ? h("p", { class: "notice" }, w("ho.phrase"), " ", h("code", { id: "hand-out-phrase" }, phrase), " · ", w("ho.until", { at: formatMoment(until) }))
        : null);
    } catch (error) {
      show(note, h("p", { class: "problem-text" }, problemText(error)));
    }
  }

  show(
    dialog,
    h("header", { class: "panel-head" }, h("h2", {}, w(`ho.${kind}`)),
      h("button", { type: "button", class: "icon-button close", "aria-label": w("ho.close"), onclick: () => dialog.close() }, "×")),
    h("form", { id: "hand-out-form", class: "sheet-form", onsubmit: make },
      h("p", { class: "quiet" }, w(`ho.about.${kind}`), about.code ? [" ", h("code", {}, about.code)] : null),
      h("label", {}, h("span", {}, w("ho.form")), h("select", { name: "form" },
        [...FORMS, ...(text ? ["txt"] : [])].map((form) => h("option", { value: form }, w(`ho.form.${form}`))))),
      fields.map((name) => FIELDS[name].ask(kind, about)),
      h("label", {}, h("span", {}, w("ho.paper")), h("select", { name: "paper" },
        PAPERS.map(([name, way]) => h("option", { value: `${name} ${way}`, selected: name === paper && way === "landscape" }, `${name} ${w(`ho.${way}`)}`)))),
      note,
      h("div", { class: "panel-actions" }, h("button", { class: "button primary", id: "hand-out-make" }, w("ho.make")))),
  );
  // no phrase stays behind
  dialog.addEventListener("close", () => show(dialog), { once: true });
  if (!dialog.open) dialog.showModal();
}

/** Buttons of the kinds that the session's role may have. */
export const handOutButtons = (kinds, about) =>
  kinds.filter((kind) => may(about.session, "sheet", kind)).map((kind) =>
    h("button", { type: "button", class: "button", dataset: { handOut: kind }, onclick: () => openHandOut(kind, about) }, w(`ho.${kind}`)));
