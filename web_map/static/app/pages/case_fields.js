// One field for each thing a step may need; read() gives its part of the request.
import { named, say, todayOn } from "../i18n/index.js";
import { cellField } from "../ui/cell_field.js";
import { h, show } from "../ui/dom.js";
import { caseApi } from "./case_api.js";
import { w } from "./case_words.js";

const labelled = (label, input) => h("label", { class: "field" }, h("span", {}, label), input);
const select = (name, options, props = {}) =>
  h("select", { name, ...props },
    h("option", { value: "" }, "—"),
    options.map(([value, text]) => h("option", { value }, text)));
const number = (value) => (value === "" ? null : Number(value));
const words = (value) => value.trim() || null;

/** {node, read}: node is the field of what a step needs, read() its {name: value} or {}. */
export function stepField(name, step, page, required) {
  const label = w(`cp.need.${name}`) + (required ? "" : w("cp.optional"));
  const make = FIELDS[name];
  return make({ name, step, page, required, label });
}

function plain(control, label, read) {
  return { node: labelled(label, control), read: () => read(control.value) };
}

const choice = (options, parse = words) => ({ name, required, label, step, page }) => {
  const control = select(name, options(page, step), { required });
  return plain(control, label, (value) => ({ [name]: value === "" ? null : parse(value) }));
};

const stages = (page, procedure) => {
  const found = page.words.procedures.find((one) => one.procedure === procedure);
  return found ? [...found.stages, ...found.results].map((slug) => [slug, w(`cp.stage.${slug}`)]) : [];
};
const procedureName = (page, slug) => say(page.words.procedures.find((one) => one.procedure === slug)) || slug;
const seats = (page) => page.posts.filter((post) => post.officer);

const FIELDS = {
  reason: ({ name, required, label }) =>
    plain(h("textarea", { name, rows: 3, maxlength: 4000, required }), label, (value) => ({ [name]: words(value) })),
  ground: ({ name, required, label }) =>
    plain(h("input", { name, required, pattern: "[a-z0-9_]{1,40}", autocomplete: "off" }), label, (value) => ({ [name]: words(value) })),
  days: ({ name, required, label }) =>
    plain(h("input", { name, type: "number", min: 1, max: 366, required }), label, (value) => ({ [name]: number(value) })),
  way: choice((page, step) =>
    step.step === "begin"
      ? page.words.ways_of_work.map((slug) => [slug, w(`cp.work.${slug}`)])
      : page.steps.ways.map((way) => [way.slug, say(way)])),
  why: choice(() => ["failed", "refused"].map((slug) => [slug, w(`cp.why.${slug}`)])),
  kin: choice(() => ["false", "true"].map((value) => [value, w(`cp.kin.${value}`)]), (value) => value === "true"),
  post_id: postField,
  officer_id: choice((page) =>
    seats(page).map((post) => [post.officer.officer_id, `${post.officer.duty_name} · ${post.cell_name} ${named(post)}`]), Number),
  clock: choice((page) =>
    page.clocks.filter((clock) => clock.light !== "stopped").map((clock) => [clock.rule, say(clock)])),
  document_id: choice((page) =>
    page.papers.documents.filter((paper) => paper.answered_on === null)
      .map((paper) => [paper.case_document_id, `${documentName(page, paper.kind)} ${w("cp.number", { n: paper.number })}`]), Number),
  performance_id: choice((page) =>
    page.papers.performances.filter((one) => one.done_on === null)
      .map((one) => [one.case_performance_id, w("cp.promised", { on: one.due_on, what: one.what })]), Number),
  satisfaction: choice(() =>
    ["satisfied", "partly", "dissatisfied", "unreached"].map((slug) => [slug, w(`cp.satisfaction.${slug}`)])),
  procedure: choice((page, step) =>
    step.step === "start_procedure"
      ? page.steps.startable.map((one) => [one.slug, say(one)])
      : page.steps.procedures.map((slug) => [slug, procedureName(page, slug)])),
  event: ({ name, required, label, page }) => {
    const running = page.steps.procedures.flatMap((procedure) => stages(page, procedure));
    const control = select(name, [...new Map(running)], { required });
    return plain(control, label, (value) => ({ [name]: words(value) }));
  },
  agreement: agreementField,
  document: documentField,
};

const seatText = (post) => `${post.cell_name} ${named(post)} ${post.officer.duty_name}`;

/** The posts over the place of the case, or over another grid that is named. */
function postField({ name, required, label, page }) {
  const options = (posts) => posts.filter((post) => post.officer).map((post) => h("option", { value: post.post_id }, seatText(post)));
  const control = select(name, [], { required });
  const offer = (posts) => show(control, h("option", { value: "" }, "—"), options(posts));
  const other = cellField({ label: w("cp.otherCell") + w("cp.optional"), hint: "", name: "other-cell" });
  other.input.onchange = async () => {
    const found = await caseApi.receivers(page.detail.code, other.code()).catch(() => ({ items: [] }));
    offer(found.items);
  };
  offer(page.posts);
  return {
    node: h("div", {}, labelled(label, control), other.row),
    read: () => ({ [name]: number(control.value) }),
  };
}

export const documentName = (page, kind) => say(page.words.documents.find((one) => one.kind === kind)) || kind;
export const runningNames = (page) => page.steps.procedures.map((slug) => procedureName(page, slug));

function agreementField({ label, required }) {
  const form = select("form", ["written", "oral"].map((slug) => [slug, w(`cp.form.${slug}`)]), { required });
  const terms = h("textarea", { name: "terms", rows: 5, maxlength: 8000, required });
  const effective = h("input", { name: "effective", type: "date" });
  const promises = [0, 1].map(() => ({
    due: h("input", { type: "date", "aria-label": w("cp.promiseDue") }),
    what: h("input", { maxlength: 500, "aria-label": w("cp.promiseWhat"), placeholder: w("cp.promiseWhat") }),
    yuan: h("input", { type: "number", min: 0, step: "0.01", "aria-label": w("cp.promiseYuan"), placeholder: w("cp.promiseYuan") }),
  }));
  return {
    node: h("div", {},
      labelled(label, form),
      labelled(w("cp.terms"), terms),
      labelled(w("cp.effective") + w("cp.optional"), effective),
      h("fieldset", { class: "cp-promises" }, h("legend", {}, w("cp.promise")),
        promises.map((one) => h("div", { class: "field cp-promise" }, one.due, one.what, one.yuan)))),
    read: () => ({
      agreement: {
        form: form.value,
        terms: terms.value.trim(),
        effective_on: effective.value || null,
        performances: promises.filter((one) => one.due.value && one.what.value.trim()).map((one) => ({
          due_on: one.due.value, what: one.what.value.trim(), amount_yuan: one.yuan.value || null,
        })),
      },
    }),
  };
}

function documentField({ label, required, step, page }) {
  const kinds = page.words.documents.filter((one) => one.steps.includes(step.step));
  const kind = select("document-kind", kinds.map((one) => [one.kind, say(one)]), { required });
  const room = h("div", {});
  let inputs = [];
  let due = null;
  let addressee = null;
  kind.onchange = () => {
    const found = kinds.find((one) => one.kind === kind.value);
    inputs = (found?.fields ?? []).map((one) => [one.field, h("textarea", { name: one.field, rows: 2, maxlength: 4000, required: true }), say(one)]);
    due = found?.answered ? h("input", { name: "document-due", type: "date", min: todayOn() }) : null;
    addressee = found?.answered
      ? select("addressee", seats(page).map((post) => [post.officer.officer_id, `${post.officer.duty_name} · ${post.cell_name} ${named(post)}`]))
      : null;
    show(room,
      inputs.map(([, input, text]) => labelled(text, input)),
      due ? labelled(w("cp.due") + w("cp.optional"), due) : null,
      addressee ? labelled(w("cp.addressee"), addressee) : null);
  };
  return {
    node: h("div", {}, labelled(label, kind), room),
    read: () => ({
      document: {
        kind: kind.value,
        fields: Object.fromEntries(inputs.map(([field, input]) => [field, input.value.trim()])),
        due_on: due?.value || null,
        addressee_officer_id: number(addressee?.value ?? ""),
      },
    }),
  };
}
