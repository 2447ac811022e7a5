// A further person or organisation on one side of a case.
import { term } from "../i18n/index.js";
import { h, show } from "../ui/dom.js";
import { problemBox } from "../ui/problem.js";
import { caseApi } from "./case_api.js";
import { w } from "./case_joint_words.js";

const KINDS = ["mine", "property", "cooperative", "company", "authority", "collective", "other"];
const field = (label, input) => h("label", { class: "field" }, h("span", {}, w(label)), input);

/** added() runs after the server has it. */
export function partyForm(code, added) {
  const side = h("select", { name: "side" }, ["respondent", "party", "reporter"].map((one) => h("option", { value: one }, term("side", one))));
  const kind = h("select", { name: "organisation-kind" }, h("option", { value: "" }, w("cj.person")), KINDS.map((one) => h("option", { value: one }, term("organisation", one))));
  const organisation = h("input", { name: "organisation", maxlength: 120, required: true, autocomplete: "off" });
  const name = h("input", { name: "party-name", maxlength: 60, autocomplete: "off" });
  const phone = h("input", { name: "party-phone", type: "tel", maxlength: 40, autocomplete: "off" });
  const room = h("div", {});
  const trouble = h("div", {});
  const draw = () => {
    name.required = kind.value === "";
    show(room,
      kind.value ? field("cj.organisation", organisation) : null,
      field(kind.value ? "cj.contact" : "cj.name", name), field("cj.phone", phone));
  };
  kind.onchange = draw;
  const submit = async (event) => {
    event.preventDefault();
    try {
      await caseApi.addParty(code, {
        side: side.value,
        name: name.value.trim() || null, phone: phone.value.trim() || null,
        organisation: kind.value ? organisation.value.trim() : null, organisation_kind: kind.value || null,
      });
      await added();
    } catch (error) {
      show(trouble, problemBox(error));
    }
  };
  draw();
  return h("details", { class: "more-fields", id: "add-party" }, h("summary", {}, w("cj.addParty")),
    h("form", { onsubmit: submit },
      h("div", { class: "field-pair" }, field("cj.side", side), field("cj.partyKind", kind)), room, trouble,
      h("button", { class: "button" }, w("cj.addIt"))));
}
