// A new paper: parts clicked on the map or typed, or words only; checked first, then saved.
import { named, say } from "../i18n/index.js";
import { h, show } from "../ui/dom.js";
import { problemBox } from "../ui/problem.js";
import { toast } from "../ui/toast.js";
import { landApi } from "./land_api.js";
import { w } from "./land_claims_words.js";
import { cleanParts, readParts, toGeometry, writePart } from "./land_outline.js";

const KINDS = ["farmland", "grassland", "forest", "homestead", "mining_lease", "acquisition"];
const METHODS = ["surveyed", "aerial", "map_read", "tape", "estimated", "text_only"];
const PAPERS = ["certificate", "contract", "ledger", "oral", "none"];
const DATUMS = ["cgcs2000", "xian80", "beijing54", "unknown"];
const UNITS = ["m2", "mu", "ha"];
const SIDES = ["east", "south", "west", "north"];
const MOST_POINTS = 2000;

/** The form; onSaved(id) when a paper was written. */
export function claimForm(map, { onSaved }) {
  const choose = (names, prefix) => h("select", {}, names.map((one) => h("option", { value: one }, w(`ld.${prefix}${one}`))));
  const typed = (props = {}) => h("input", { autocomplete: "off", ...props });
  const field = {
    parcel_code: typed({ required: true, maxlength: 40 }), kind: choose(KINDS, ""), certificate_number: typed({ maxlength: 60 }),
    issued_on: typed({ type: "date" }), issuing_organ: typed({ maxlength: 100 }), holder_name: typed({ maxlength: 60 }),
    survey_method: choose(METHODS, ""), accuracy_m: typed({ type: "number", min: 0.001, step: "any" }),
    stated_area: typed({ type: "number", min: 0.01, step: "any" }), stated_area_unit: choose(UNITS, "unit-"),
    datum: choose(DATUMS, "datum-"), evidence_state: choose(PAPERS, "paper-"), cell_code: typed({ maxlength: 40 }),
    tolerance_m2: typed({ type: "number", min: 0, step: 0.1, value: "1", required: true }),
  };
  const bounds = Object.fromEntries(SIDES.map((side) => [side, typed({ maxlength: 100 })]));
  const outline = h("textarea", { rows: 5, spellcheck: "false", "aria-describedby": "ld-outline-hint" });
  const told = h("div", { role: "status", "aria-live": "polite" });
  const save = h("button", { type: "button", class: "button primary", disabled: true, onclick: () => send(true) }, w("ld.saveClaim"));

  const drawnParts = () => cleanParts(readParts(outline.value));
  const asDrawn = (parts) => parts.map((ring) => ({ geometry: toGeometry([ring]), style: "left" }));
  const redraw = (fit) => {
    save.disabled = true;
    const parts = drawnParts();
    map.show(asDrawn(parts), [], fit && parts.length ? toGeometry(parts) : null);
  };
  const startPart = () => map.draw(MOST_POINTS, () => {});
  function takePart() {
    if (map.points().length < 3) {
      toast(w("ld.partShort"), { tone: "bad" });
      return;
    }
    outline.value = [outline.value.trim(), writePart(map.points())].filter(Boolean).join("\n\n");
    startPart();
    redraw(false);
  }

  function body() {
    const values = Object.fromEntries(Object.entries(field).map(([name, node]) => [name, node.value.trim() || null]));
    for (const name of ["accuracy_m", "stated_area", "tolerance_m2"]) values[name] = values[name] === null ? null : Number(values[name]);
    if (values.stated_area === null) values.stated_area_unit = null;
    for (const side of SIDES) values[`bounds_${side}`] = bounds[side].value.trim() || null;
    const parts = readParts(outline.value);
    return { ...values, geometry: parts.length ? toGeometry(parts) : null };
  }

  async function send(commit) {
    try {
      const got = await landApi.saveClaim(body(), commit);
      if (commit) {
        toast(w("ld.saved"));
        map.draw(0, () => {});
        onSaved(got.claim_id);
        return;
      }
      save.disabled = false;
      map.show([...asDrawn(drawnParts()), ...got.findings.map((one) => ({ geometry: one.geometry, style: "finding" }))], [], null);
      show(told, h("p", {}, got.findings.length ? w("ld.checkFound", { n: got.findings.length }) : w("ld.checkClean")),
        h("ul", { class: "plain-list" }, got.findings.map((one) => h("li", { class: `ld-finding ld-${one.severity}` },
          h("p", {}, named({ name_zh: one.rule_zh, name_en: one.rule_en }), one.other ? ` · ${one.other.parcel_code}` : ""),
          one.area_m2 === null ? null : h("p", { class: "ld-figures" }, w("ld.areaBoth", { m2: one.area_m2.toFixed(2), mu: one.area_mu })),
          h("p", { class: "quiet" }, say(one.detail))))));
    } catch (error) {
      save.disabled = true;
      show(told, problemBox(error));
    }
  }

  startPart();
  outline.addEventListener("input", () => redraw(true));
  const label = (name) => h("label", {}, w(`ld.f-${name}`), field[name]);
  return h("details", { class: "p-card" }, h("summary", {}, w("ld.newClaim")),
    h("form", {
      class: "ld-form",
      oninput: () => { save.disabled = true; },
      onsubmit: (event) => {
        event.preventDefault();
        send(false);
      },
    },
    label("parcel_code"), label("kind"), label("certificate_number"), label("issued_on"), label("issuing_organ"), label("holder_name"),
    label("evidence_state"), label("survey_method"), label("accuracy_m"), label("datum"), label("stated_area"), label("stated_area_unit"),
    h("fieldset", { class: "ld-form" }, h("legend", {}, w("ld.outline")),
      h("p", { class: "quiet", id: "ld-outline-hint" }, w("ld.outlineHint")),
      h("p", { class: "p-deeds" },
        h("button", { type: "button", class: "button small", onclick: takePart }, w("ld.takePart")),
        h("button", { type: "button", class: "button small", onclick: () => map.undo() }, w("ld.undoPoint"))),
      h("label", {}, w("ld.outlineText"), outline)),
    h("fieldset", { class: "ld-form" }, h("legend", {}, w("ld.bounds")),
      h("p", { class: "quiet" }, w("ld.boundsHint")),
      SIDES.map((side) => h("label", {}, w(`ld.side-${side}`), bounds[side])), label("cell_code")),
    label("tolerance_m2"),
    h("p", { class: "p-deeds" }, h("button", { type: "submit", class: "button" }, w("ld.checkClaim")), save), told));
}
