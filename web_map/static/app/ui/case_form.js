// One form, one idempotency key: pressing twice or sending again after a cut never files two cases.
import { api, newIdempotencyKey } from "../data/api.js";
import { named, t, todayOn } from "../i18n/index.js";
import { h } from "./dom.js";
import { problemBox } from "./problem.js";

const ACCURACIES = [null, 10, 50, 200, 1000];
const INPUT_OF = { kind: "case-kind", text: "case-text", source: "case-source", happened_on: "case-date" };

/** A form bound to a draft that outlives redraws; view(answer) gives its elements. */
export function createCaseForm({ place, kind, point, changeKind, changeAccuracy, done, redraw }) {
  const key = newIdempotencyKey();
  const draft = {
    kind,
    text: "",
    source: place.sources[0]?.source,
    urgent: false,
    happened_on: todayOn(),
    accuracy_m: null,
    respondent: "",
    respondent_ref: "",
    reporter_name: "",
    reporter_phone: "",
  };
  let sending = false;
  let problem = null;

  const bind = (name, read = (input) => input.value) => ({
    oninput: (event) => {
      draft[name] = read(event.target);
    },
  });

  const row = (label, control, hint = null) =>
    h("label", { class: "field" }, h("span", {}, label), control, hint ? h("small", { class: "quiet" }, hint) : null);

  function options(list, value, id) {
    return list.map((item) => h("option", { value: item[id], selected: item[id] === value }, named(item)));
  }

  /** Some respondents need to be pointed at: a committee by its cell, a post-holder by the post. */
  function respondentRef(answer) {
    if (draft.respondent === "village_committee") {
      const cells = answer ? [...answer.location.ancestors, answer.location.cell].filter(Boolean) : [];
      const wanted = cells.filter((cell) => cell.rank > 1);
      draft.respondent_ref ||= wanted[0]?.code ?? "";
      return row(t("form.respondentCell"), h("select", { id: "case-respondent-ref", ...bind("respondent_ref") },
        wanted.map((cell) => h("option", { value: cell.code, selected: cell.code === draft.respondent_ref }, cell.name))));
    }
    if (draft.respondent === "post_holder") {
      const held = (answer?.posts ?? []).filter((post) => post.officer);
      draft.respondent_ref ||= String(held[0]?.officer.officer_id ?? "");
      return row(t("form.respondentOfficer"), h("select", { id: "case-respondent-ref", ...bind("respondent_ref") },
        held.map((post) => h("option",
          { value: post.officer.officer_id, selected: String(post.officer.officer_id) === draft.respondent_ref },
          `${post.officer.duty_name} · ${named(post)}`))));
    }
    return null;
  }

  function respondent() {
    if (!draft.respondent) return undefined;
    const found = { kind: draft.respondent };
    if (draft.respondent === "village_committee" && draft.respondent_ref) found.cell_code = draft.respondent_ref;
    if (draft.respondent === "post_holder" && draft.respondent_ref) found.officer_id = Number(draft.respondent_ref);
    return found;
  }

  function body() {
    const reporter = draft.reporter_name || draft.reporter_phone
      ? { name: draft.reporter_name, phone: draft.reporter_phone }
      : undefined;
    return {
      kind: draft.kind,
      text: draft.text.trim(),
      source: draft.source,
      urgent: draft.urgent,
      happened_on: draft.happened_on,
      accuracy_m: draft.accuracy_m ?? undefined,
      place: point(),
      respondent: respondent(),
      reporter,
    };
  }

  async function send(event) {
    event.preventDefault();
    if (sending) return;
    sending = true;
    problem = null;
    redraw();
    try {
      const filed = await api.fileCase(body(), key);
      done(filed);
    } catch (error) {
      sending = false;
      problem = error;
      redraw();
      const field = document.getElementById(INPUT_OF[error.where?.field] ?? "");
      (field ?? document.getElementById("file-case"))?.focus();
    }
  }

  function view(answer) {
    return h(
      "form",
      { class: "case-form", onsubmit: send },
      row(t("form.kind"), h("select", {
        id: "case-kind",
        onchange: (event) => changeKind(event.target.value),
      }, options(place.case_kinds, draft.kind, "kind"))),
      row(t("form.text"), h("textarea", {
        id: "case-text", rows: 4, maxlength: 4000, required: true, value: draft.text, ...bind("text"),
      }), t("form.textHint")),
      h("div", { class: "field-pair" },
        row(t("form.source"), h("select", { id: "case-source", ...bind("source") }, options(place.sources, draft.source, "source"))),
        row(t("form.happenedOn"), h("input", { id: "case-date", type: "date", max: todayOn(), required: true, value: draft.happened_on, ...bind("happened_on") }))),
      h("label", { class: "check" },
        h("input", { id: "case-urgent", type: "checkbox", checked: draft.urgent, ...bind("urgent", (input) => input.checked) }),
        h("span", {}, t("form.urgent"))),
      row(t("form.accuracy"), h("select", {
        id: "case-accuracy",
        onchange: (event) => {
          draft.accuracy_m = Number(event.target.value) || null;
          changeAccuracy();
        },
      }, ACCURACIES.map((m) =>
        h("option", { value: m ?? "", selected: m === draft.accuracy_m }, m ? t("form.accuracyM", { n: m }) : t("form.accuracyExact"))))),
      row(t("form.respondent"), h("select", {
        id: "case-respondent",
        onchange: (event) => {
          draft.respondent = event.target.value;
          draft.respondent_ref = "";
          redraw();
        },
      }, h("option", { value: "" }, t("form.respondentNone")), options(place.respondent_kinds ?? [], draft.respondent, "kind"))),
      respondentRef(answer),
      h("details", { class: "more-fields", open: Boolean(draft.reporter_name || draft.reporter_phone) },
        h("summary", {}, t("form.reporter")),
        row(t("form.reporterName"), h("input", { type: "text", maxlength: 60, autocomplete: "off", value: draft.reporter_name, ...bind("reporter_name") })),
        row(t("form.reporterPhone"), h("input", { type: "tel", maxlength: 40, autocomplete: "off", value: draft.reporter_phone, ...bind("reporter_phone") })),
        h("p", { class: "quiet" }, t("form.reporterPrivacy"))),
      problem ? problemBox(problem) : null,
      h("div", { class: "panel-actions" },
        h("button", { class: "button primary wide", id: "file-case", disabled: sending }, t(sending ? "form.sending" : "form.send"))),
    );
  }

  return { view, draft };
}
