// A new plan: where, from what, how large grids may be.
import { named } from "../i18n/index.js";
import { h, show } from "../ui/dom.js";
import { problemBox } from "../ui/problem.js";
import { redrawApi } from "./redraw_api.js";
import { w } from "./redraw_words.js";

/** The card with the form; onBegun(plan id). */
export function newPlanCard({ place, onBegun }) {
  const levels = place.levels.slice(0, -1);
  const room = h("div", { class: "rd-parents", role: "group", "aria-label": w("rd.parents") });
  const told = h("div", { role: "status" });
  const field = (label, node) => h("label", { class: "field" }, h("span", {}, w(label)), node);
  const text = (name, more = {}) => h("input", { name, ...more });
  const level = h("select", { name: "level", onchange: () => fill(Number(level.value)) },
    levels.map((one) => h("option", { value: one.rank }, named(one))));
  const from = h("select", { name: "from", onchange: () => { files.hidden = from.value !== "file"; } },
    ["current", "empty", "file"].map((one) => h("option", { value: one }, w(`rd.from.${one}`))));
  const chooser = (name) => h("input", { type: "file", name, accept: ".zip,.gpkg,.geojson,.json" });
  const file = chooser("file");
  const lines = [chooser("barriers"), chooser("soft_barriers")];
  const files = h("div", { hidden: true }, field("rd.file", file), field("rd.codeField", text("code_field")),
    field("rd.nameField", text("name_field")), field("rd.weightField", text("weight_field")));
  const low = text("low", { type: "number", min: 1, inputmode: "numeric" });
  const high = text("high", { type: "number", min: 1, inputmode: "numeric" });
  const pastoral = h("input", { type: "checkbox", name: "pastoral" });

  async function fill(rank) {
    show(room, h("p", { class: "loading" }, "…"));
    try {
      const found = (await redrawApi.labels(rank)).items.sort((a, b) => (a.code < b.code ? -1 : 1));
      show(room, found.map((cell) => h("label", { class: "i-check" },
        h("input", { type: "checkbox", name: "parent", value: cell.code }), h("span", {}, cell.name, " ", h("small", {}, cell.code)))));
    } catch (error) {
      show(room, problemBox(error, () => fill(rank)));
    }
  }
  if (levels.length) {
    level.value = levels.at(-1).rank;
    fill(levels.at(-1).rank);
  }

  async function begin(event) {
    event.preventDefault();
    const parents = [...room.querySelectorAll("input:checked")].map((box) => box.value);
    show(told, h("p", { class: "loading" }, "…"));
    try {
      const made = from.value === "file" || lines.some((one) => one.files[0]) ? await sendFiles(parents) : await redrawApi.start({
        name: form.elements.name.value, parents, start: from.value, pastoral: pastoral.checked,
        size: low.value || high.value ? { low: Number(low.value), high: Number(high.value) } : null,
      });
      onBegun(made.plan_id);
    } catch (error) {
      show(told, problemBox(error));
    }
  }
  function sendFiles(parents) {
    const body = new FormData();
    body.append("start", from.value);
    for (const one of from.value === "file" ? [file, ...lines] : lines) {
      if (one.files[0]) body.append(one.name, one.files[0], one.files[0].name);
    }
    body.append("pastoral", pastoral.checked);
    body.append("name", form.elements.name.value);
    parents.forEach((code) => body.append("parents", code));
    const ofFile = from.value === "file" ? ["code_field", "name_field", "weight_field"] : [];
    for (const name of ["low", "high", ...ofFile]) {
      if (form.elements[name].value) body.append(name, form.elements[name].value);
    }
    return redrawApi.startWithFile(body);
  }

  const form = h("form", { onsubmit: begin },
    field("rd.name", text("name", { required: true, maxlength: 100 })),
    field("rd.level", level),
    h("fieldset", { class: "i-choices" }, h("legend", {}, w("rd.parents")), room),
    h("fieldset", { class: "i-choices rd-size" }, h("legend", {}, w("rd.size")), field("rd.low", low), field("rd.high", high)),
    h("p", { class: "quiet" }, w("rd.sizeWhy")),
    field("rd.from", from),
    files,
    h("details", { class: "rd-lines" }, h("summary", {}, w("rd.barriers")), field("rd.barriersHard", lines[0]), field("rd.barriersSoft", lines[1])),
    h("label", { class: "i-check" }, pastoral, w("rd.pastoral")),
    told,
    h("button", { class: "button primary", id: "begin" }, w("rd.begin")));
  return h("section", { class: "p-card", id: "new" }, h("h2", {}, w("rd.new")), form);
}
