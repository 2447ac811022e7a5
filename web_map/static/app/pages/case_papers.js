// Papers, agreements with what was promised, procedures and notes of a case.
import { todayOn } from "../i18n/index.js";
import { h } from "../ui/dom.js";
import { documentName, runningNames } from "./case_fields.js";
import { printPaper } from "./case_sheet.js";
import { w } from "./case_words.js";

export function papersCard(page) {
  const { documents, agreements, performances, notes } = page.papers;
  const running = runningNames(page);
  const isEmpty = !documents.length && !agreements.length && !notes.length && !running.length;
  return h("section", { class: "p-card", id: "papers" },
    h("h2", {}, w("cp.papers")),
    isEmpty ? h("p", { class: "empty" }, w("cp.papersNone")) : null,
    quickPapers(page),
    running.length ? h("p", {}, w("cp.running"), "：", running.join("、")) : null,
    h("ul", { class: "cp-papers" },
      agreements.map((one) => h("li", {},
        h("b", {}, w("cp.agreed", { on: one.agreed_on, form: w(`cp.form.${one.form}`) })),
        words(one.blanked_at, one.terms),
        h("ul", { class: "p-todo" }, performances.filter((each) => each.case_agreement_id === one.case_agreement_id).map((each) => promise(page, each))))),
      documents.map((one) => paper(page, one)),
      notes.map((one) => h("li", {}, h("b", {}, w("cp.note", { n: one.seq })), words(one.blanked_at, one.body)))));
}

const words = (blankedAt, text) =>
  h("p", { class: "case-text" }, blankedAt ? h("i", { class: "quiet" }, w("cp.blanked")) : text);

// 代办（签字的代办单）、会诊、三单两函: by name, so that nobody looks for them among the steps
const QUICK = [
  ["issue", "proxy_order"], ["issue", "consultation"], ["issue", "assignment_order"], ["issue", "reminder_order"],
  ["supervise", "supervision_order"], ["issue", "notice_letter"], ["issue", "proposal_letter"], ["issue", "follow_up_record"],
];

function quickPapers(page) {
  const found = QUICK.map(([step, kind]) => [kind, page.opener(step, { "document-kind": kind })])
    .filter(([kind, open]) => open && page.words.documents.some((one) => one.kind === kind));
  if (!found.length) return null;
  return h("details", { class: "more-fields", id: "quick-papers" }, h("summary", {}, w("cp.quick")),
    h("p", { class: "cj-buttons" }, found.map(([kind, open]) =>
      h("button", { type: "button", class: "button small", dataset: { quick: kind }, onclick: open }, documentName(page, kind)))));
}

const overdue = (on) => (on < todayOn() ? h("b", { class: "pill pill-urgent" }, w("cp.overdue")) : null);

const opening = (open, key, data) =>
  open ? h("button", { type: "button", class: "button small", dataset: data, onclick: open }, w(key)) : null;

function promise(page, one) {
  return h("li", {}, w("cp.promised", { on: one.due_on, what: one.blanked_at ? w("cp.blanked") : one.what }), " ",
    one.amount_yuan === null ? null : w("cp.yuan", { n: one.amount_yuan }), " ",
    one.done_on
      ? h("b", { class: "pill pill-good" }, w("cp.performedOn", { on: one.done_on }))
      : [overdue(one.due_on), " ", opening(page.opener("performed", { performance_id: one.case_performance_id }), "cp.keptIt", { kept: one.case_performance_id })]);
}

function paper(page, one) {
  const template = page.words.documents.find((each) => each.kind === one.kind);
  return h("li", {},
    h("b", {}, documentName(page, one.kind), " ", w("cp.number", { n: one.number })), " ",
    h("span", { class: "quiet" }, one.issued_on, one.issued_by ? ` · ${w("cp.signedBy", { who: one.issued_by })}` : "", one.addressee ? ` · ${w("cp.goesTo", { who: one.addressee })}` : ""), " ",
    one.due_on && !one.answered_on ? [h("b", { class: "pill pill-leave" }, w("cp.answerBy", { on: one.due_on })), " ", overdue(one.due_on)] : null,
    one.blanked_at
      ? words(one.blanked_at)
      : h("dl", { class: "facts" }, Object.entries(one.fields ?? {}).map(([field, text]) =>
          h("div", {}, h("dt", {}, labelOf(template, field)), h("dd", {}, text)))),
    one.answered_on
      ? h("p", {}, w("cp.answered", { on: one.answered_on, text: one.answer ?? "" }))
      : template?.answered ? h("p", {}, opening(page.opener("answer", { document_id: one.case_document_id }), "cp.answerIt", { answer: one.case_document_id })) : null,
    one.blanked_at ? null
      : h("button", { type: "button", class: "button small", dataset: { print: one.case_document_id }, onclick: () => printPaper(page, one, template) }, w("cp.printIt")));
}

const labelOf = (template, field) => {
  const found = template?.fields.find((one) => one.field === field);
  return found ? (document.documentElement.lang === "en" ? found.en : found.zh) : field;
};
