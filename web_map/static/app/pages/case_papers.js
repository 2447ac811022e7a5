// Papers, agreements with what was promised, procedures and notes of a case.
import { h } from "../ui/dom.js";
import { documentName, runningNames } from "./case_fields.js";
import { w } from "./case_words.js";

export function papersCard(page) {
  const { documents, agreements, performances, notes } = page.papers;
  const running = runningNames(page);
  const isEmpty = !documents.length && !agreements.length && !notes.length && !running.length;
  return h("section", { class: "p-card", id: "papers" },
    h("h2", {}, w("cp.papers")),
    isEmpty ? h("p", { class: "empty" }, w("cp.papersNone")) : null,
    running.length ? h("p", {}, w("cp.running"), "：", running.join("、")) : null,
    h("ul", { class: "cp-papers" },
      agreements.map((one) => h("li", {},
        h("b", {}, w("cp.agreed", { on: one.agreed_on, form: w(`cp.form.${one.form}`) })),
        words(one.blanked_at, one.terms),
        h("ul", { class: "p-todo" }, performances.filter((each) => each.case_agreement_id === one.case_agreement_id).map(promise)))),
      documents.map((one) => paper(page, one)),
      notes.map((one) => h("li", {}, h("b", {}, w("cp.note", { n: one.seq })), words(one.blanked_at, one.body)))));
}

const words = (blankedAt, text) =>
  h("p", { class: "case-text" }, blankedAt ? h("i", { class: "quiet" }, w("cp.blanked")) : text);

function promise(one) {
  return h("li", {}, w("cp.promised", { on: one.due_on, what: one.blanked_at ? w("cp.blanked") : one.what }), " ",
    one.amount_yuan === null ? null : w("cp.yuan", { n: one.amount_yuan }), " ",
    one.done_on ? h("b", { class: "pill pill-good" }, w("cp.performedOn", { on: one.done_on })) : null);
}

function paper(page, one) {
  const template = page.words.documents.find((each) => each.kind === one.kind);
  return h("li", {},
    h("b", {}, documentName(page, one.kind), " ", w("cp.number", { n: one.number })), " ",
    h("span", { class: "quiet" }, one.issued_on),
    one.due_on && !one.answered_on ? h("b", { class: "pill pill-leave" }, w("cp.answerBy", { on: one.due_on })) : null,
    one.blanked_at
      ? words(one.blanked_at)
      : h("dl", { class: "facts" }, Object.entries(one.fields ?? {}).map(([field, text]) =>
          h("div", {}, h("dt", {}, labelOf(template, field)), h("dd", {}, text)))),
    one.answered_on ? h("p", {}, w("cp.answered", { on: one.answered_on, text: one.answer ?? "" })) : null);
}

const labelOf = (template, field) => {
  const found = template?.fields.find((one) => one.field === field);
  return found ? (document.documentElement.lang === "en" ? found.en : found.zh) : field;
};
