// Persons of a case: masked by the server; in the clear for a stated purpose, for a short while.
import { api } from "../data/api.js";
import { named, t, term } from "../i18n/index.js";
import { h, show } from "./dom.js";
import { problemBox } from "./problem.js";

const SHOWN_MS = 120_000;
// What was unmasked last: one case at a time, forgotten after two minutes or with another case.
let clear = null;

const isClear = (code) => clear?.code === code && Date.now() < clear.until;

/** The section; mayUnmask adds the way to see names and phones, which the server logs. */
export function partyList(detail, mayUnmask) {
  if (!detail.parties?.length) return null;
  const room = h("section", { id: "parties" });
  const draw = () => show(room, isClear(detail.code) ? inClear(draw) : masked(detail, mayUnmask, draw));
  draw();
  return room;
}

function masked(detail, mayUnmask, draw) {
  const some = detail.parties.some((party) => !party.is_blanked && (party.name || party.phone));
  return [
    h("h3", {}, t("party.title")),
    h("ul", { class: "plain" }, detail.parties.map((party) =>
      h("li", {}, h("span", { class: "quiet" }, term("side", party.side)), " ",
        party.is_blanked
          ? h("i", { class: "quiet" }, t("party.blanked"))
          : [organisation(party), h("span", { dir: "auto" }, party.name || (party.organisation ? "" : t("party.noName"))), " ", party.phone ? h("code", {}, party.phone) : null]))),
    mayUnmask && some ? askForm(detail.code, draw) : null,
  ];
}

/** An organisation is no person: its name is never masked. */
const organisation = (party) =>
  party.organisation ? h("b", { dir: "auto" }, party.organisation, h("small", { class: "quiet" }, `（${term("organisation", party.organisation_kind)}） `)) : null;

function askForm(code, draw) {
  const purpose = h("select", { name: "purpose", required: true }, h("option", { value: "" }, "—"));
  const note = h("input", { name: "note-code", maxlength: 40, autocomplete: "off" });
  const trouble = h("div", {});
  const offer = async () => {
    if (!box.open || purpose.options.length > 1) return;
    try {
      const purposes = await api.purposes();
      purpose.append(...purposes.map((one) => h("option", { value: one.purpose }, named(one))));
      purpose.focus();
    } catch (error) {
      show(trouble, problemBox(error));
    }
  };
  const submit = async (event) => {
    event.preventDefault();
    try {
      const found = await api.unmask(code, { purpose: purpose.value, note_code: note.value.trim() || null });
      clear = { code, parties: found.parties, until: Date.now() + SHOWN_MS };
      setTimeout(() => {
        if (!isClear(code)) draw();
      }, SHOWN_MS + 200);
      draw();
    } catch (error) {
      show(trouble, problemBox(error));
    }
  };
  const box = h("details", { class: "more-fields", id: "unmask", ontoggle: offer },
    h("summary", {}, t("unmask.open")),
    h("form", { onsubmit: submit },
      h("p", { class: "quiet" }, t("unmask.logged")),
      h("label", { class: "field" }, h("span", {}, t("unmask.purpose")), purpose),
      h("label", { class: "field" }, h("span", {}, t("unmask.note")), note),
      trouble,
      h("button", { class: "button" }, t("unmask.show"))));
  return box;
}

function inClear(draw) {
  const hide = () => {
    clear = null;
    draw();
  };
  return [
    h("h3", {}, t("unmask.title")),
    h("ul", { class: "plain", id: "in-clear" }, clear.parties.map((party) =>
      h("li", {}, h("span", { class: "quiet" }, term("side", party.side)), " ",
        party.is_blanked
          ? h("i", { class: "quiet" }, t("party.blanked"))
          : [
              organisation(party),
              h("b", { dir: "auto" }, party.name || (party.organisation ? "" : t("party.noName"))), " ",
              party.phone ? h("a", { href: `tel:${party.phone.replace(/[^\d+]/g, "")}` }, party.phone) : null,
              party.household ? h("small", { dir: "auto" }, party.household.address) : null,
            ]))),
    h("p", { class: "quiet" }, t("unmask.goes"), " ",
      h("button", { type: "button", class: "button small", onclick: hide }, t("unmask.hide"))),
  ];
}
