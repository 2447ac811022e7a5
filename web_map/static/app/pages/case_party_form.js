// A further person, household or organisation on one side of a case.
import { term } from "../i18n/index.js";
import { h, show } from "../ui/dom.js";
import { problemBox } from "../ui/problem.js";
import { caseApi } from "./case_api.js";
import { homePicker } from "./case_homes.js";
import { w } from "./case_joint_words.js";

const KINDS = ["mine", "property", "cooperative", "company", "authority", "collective", "other"];
const HOUSEHOLD = "household";
const field = (label, input) => h("label", { class: "field" }, h("span", {}, w(label)), input);

/** added() runs after the server has it. */
export function partyForm(code, added) {
  const side = h("select", { name: "side" }, ["respondent", "party", "reporter"].map((one) => h("option", { value: one }, term("side", one))));
  const kind = h("select", { name: "organisation-kind" }, h("option", { value: "" }, w("cj.person")), h("option", { value: HOUSEHOLD }, w("cj.aHousehold")),
    KINDS.map((one) => h("option", { value: one }, term("organisation", one))));
  const organisation = h("input", { name: "organisation", maxlength: 120, required: true, autocomplete: "off" });
  const name = h("input", { name: "party-name", maxlength: 60, autocomplete: "off" });
  const phone = h("input", { name: "party-phone", type: "tel", maxlength: 40, autocomplete: "off" });
  const homes = homePicker(code);
  const room = h("div", {});
  const trouble = h("div", {});
  const isHome = () => kind.value === HOUSEHOLD;
  const draw = () => {
    name.required = kind.value === "";
    show(room,
      isHome() ? homes.row : kind.value ? field("cj.organisation", organisation) : null,
      field(kind.value ? "cj.contact" : "cj.name", name), field("cj.phone", phone));
    if (isHome()) homes.load();
  };
  kind.onchange = draw;
  const submit = async (event) => {
    event.preventDefault();
    const isOrganisation = kind.value && !isHome();
    try {
      await caseApi.addParty(code, {
        side: side.value,
        name: name.value.trim() || null, phone: phone.value.trim() || null,
        household_id: isHome() ? homes.chosen() : null,
        organisation: isOrganisation ? organisation.value.trim() : null, organisation_kind: isOrganisation ? kind.value : null,
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
