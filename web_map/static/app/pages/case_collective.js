// One case for many: up to five representatives on a mandate, who signed, and whom an agreement binds.
import { may } from "../data/rights.js";
import { todayOn } from "../i18n/index.js";
import { h, show } from "../ui/dom.js";
import { problemBox } from "../ui/problem.js";
import { caseApi } from "./case_api.js";
import { w } from "./case_joint_words.js";

const MANDATES = ["written", "meeting", "none"];
const BINDS = ["representatives", "signers", "mandators", "everybody"];
const MOST = 5;
const field = (label, input) => h("label", { class: "field" }, h("span", {}, w(label)), input);
const choice = (name, values, word) => h("select", { name }, values.map((one) => h("option", { value: one }, w(`cj.${word}.${one}`))));

export function collectiveCard(session, page, reload) {
  const found = page.collective;
  const mayWrite = may(session, "case_collective", "write");
  if (!found && !mayWrite) return null;
  return h("section", { class: "p-card", id: "collective" },
    h("h2", {}, w("cj.collective")),
    found ? facts(found) : h("p", { class: "quiet" }, w("cj.collectiveWhy")),
    mayWrite ? form(page, found, reload) : null);
}

function facts(found) {
  const rows = [
    ["cj.represented", `${found.is_estimate ? w("cj.about") : ""}${found.represented}`],
    ["cj.mandate", [w(`cj.mandate.${found.mandate}`), found.mandate_on ? ` ${found.mandate_on}` : ""]],
    ["cj.binds", w(`cj.binds.${found.binds}`)],
    ["cj.signers", w("cj.signersLine", { n: found.signers, m: found.mandators })],
    ["cj.representatives", found.representatives.map((one) => `${one.name ?? w("cj.noName")} ${one.phone ?? ""}`.trim()).join("、")],
  ];
  return [
    h("dl", { class: "facts" }, rows.map(([key, value]) => h("div", {}, h("dt", {}, w(key)), h("dd", {}, value)))),
    found.signers_list.length
      ? h("details", { class: "more-fields" }, h("summary", {}, w("cj.signersList")),
          h("ol", { class: "cp-lines" }, found.signers_list.map((one) => h("li", {}, one.name ?? w("cj.household"), one.gave_mandate ? "" : h("span", { class: "quiet" }, ` ${w("cj.noMandate")}`)))))
      : null,
  ];
}

function form(page, found, reload) {
  const represented = h("input", { name: "represented", type: "number", min: 2, max: 1_000_000, required: true, inputmode: "numeric", value: found?.represented ?? "" });
  const isEstimate = h("input", { name: "is-estimate", type: "checkbox", checked: found?.is_estimate ?? false });
  const mandate = choice("mandate", MANDATES, "mandate");
  const mandateOn = h("input", { name: "mandate-on", type: "date", max: todayOn() });
  const binds = choice("binds", BINDS, "binds");
  const signers = h("textarea", { name: "signers", rows: 4 });
  const stay = keptSpeakers(found);
  const listed = keptSigners(found);
  const speakers = h("div", { id: "speakers" }, stay.map((one) => one.row));
  const trouble = h("div", {});
  const rows = [];
  const more = h("button", { type: "button", class: "button small", id: "more-speakers", onclick: () => add() }, w("cj.moreSpeakers"));
  const add = () => {
    if (rows.length >= MOST) return;
    const row = {
      name: h("input", { maxlength: 60, required: !found && rows.length === 0, "aria-label": w("cj.name"), placeholder: w("cj.name"), name: `speaker-${rows.length}`, autocomplete: "off" }),
      phone: h("input", { maxlength: 40, type: "tel", "aria-label": w("cj.phone"), placeholder: w("cj.phone"), autocomplete: "off" }),
    };
    rows.push(row);
    speakers.append(h("div", { class: "field-pair field" }, row.name, row.phone));
    more.disabled = rows.length >= MOST;
  };
  if (!found) add();
  mandate.value = found?.mandate ?? "written";
  binds.value = found?.binds ?? "mandators";
  mandateOn.value = found?.mandate_on ?? "";
  mandate.onchange = () => {
    mandateOn.required = mandate.value !== "none";
    mandateOn.disabled = mandate.value === "none";
  };
  mandate.onchange();
  const submit = async (event) => {
    event.preventDefault();
    const lines = signers.value.split("\n").map((line) => line.trim()).filter(Boolean);
    try {
      await caseApi.putCollective(page.detail.code, {
        rev: page.steps.rev,
        represented: Number(represented.value), is_estimate: isEstimate.checked,
        mandate: mandate.value, mandate_on: mandate.value === "none" ? null : mandateOn.value, binds: binds.value,
        representatives: [
          ...stay.filter((one) => one.stays()).map((one) => ({ case_party_id: one.id })),
          ...rows.filter((row) => row.name.value.trim()).map((row) => ({ name: row.name.value.trim(), phone: row.phone.value.trim() || null })),
        ],
        signers: [
          ...listed.filter((one) => one.stays()).map((one) => ({ case_signer_id: one.id, gave_mandate: one.gaveMandate() })),
          ...lines.map((line) => ({ name: line.replace(/^[-－]\s*/u, ""), gave_mandate: !/^[-－]/u.test(line) })),
        ],
      });
      await reload();
    } catch (error) {
      show(trouble, problemBox(error, error.status === 409 ? reload : null));
    }
  };
  return h("details", { class: "more-fields", id: "write-collective" }, h("summary", {}, w(found ? "cj.collectiveAgain" : "cj.collectiveMake")),
    h("form", { onsubmit: submit },
      found ? h("p", { class: "quiet" }, w("cj.collectiveKeeps")) : null,
      h("div", { class: "field-pair" }, field("cj.represented", represented), h("label", { class: "check" }, isEstimate, w("cj.isEstimate"))),
      h("div", { class: "field-pair" }, field("cj.mandate", mandate), field("cj.mandateOn", mandateOn)),
      field("cj.binds", binds),
      h("fieldset", { class: "cp-promises" }, h("legend", {}, w("cj.speakers")), speakers, more),
      listed.length ? h("fieldset", { class: "cp-promises", id: "kept-signers" }, h("legend", {}, w("cj.signersKept")), listed.map((one) => one.row)) : null,
      h("label", { class: "field" }, h("span", {}, w(listed.length ? "cj.signersMore" : "cj.signersField")), signers, h("small", { class: "quiet" }, w("cj.signersHint"))),
      trouble,
      h("button", { class: "button" }, w("cj.collectiveSave"))));
}

/** Who stands on a list already, masked: a tick says that they stay, so no name is typed again. */
const keeping = (one, id) => {
  const tick = h("input", { type: "checkbox", checked: true, dataset: { keep: id } });
  return { id, stays: () => tick.checked, label: h("label", { class: "check" }, tick, h("span", { dir: "auto" }, one.name ?? w("cj.household"))) };
};

const keptSpeakers = (found) => (found?.representatives ?? []).map((one) => {
  const kept = keeping(one, one.case_party_id);
  return { ...kept, row: kept.label };
});

const keptSigners = (found) => (found?.signers_list ?? []).map((one) => {
  const kept = keeping(one, one.case_signer_id);
  const mandate = h("input", { type: "checkbox", checked: one.gave_mandate, dataset: { mandated: one.case_signer_id } });
  return { ...kept, gaveMandate: () => mandate.checked, row: h("div", { class: "field-pair" }, kept.label, h("label", { class: "check" }, mandate, w("cj.gaveMandate"))) };
});
