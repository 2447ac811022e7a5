// Lines that are tried: the method, its figures, and at once what each side gets.
import { may } from "../data/rights.js";
import { language } from "../i18n/index.js";
import { h, settle, show } from "../ui/dom.js";
import { problemBox, problemText } from "../ui/problem.js";
import { sureButton } from "../ui/sure_button.js";
import { toast } from "../ui/toast.js";
import { landApi } from "./land_api.js";
import { w } from "./land_lines_words.js";

const METHODS = ["drawn", "coordinates", "traverse", "tape", "midline", "along", "share"];
// how many points a method takes from the map
const CLICKS = { drawn: 200, along: 200, traverse: 1, tape: 2 };
const WAIT_MS = 120;

/** The panel of a strip's lines; reload() after something was kept or agreed on. */
export function linesPanel(session, strip, map, reload) {
  const canTry = may(session, "land_strip", "propose") && strip.state === "open";
  const figures = h("div", { class: "ld-live", role: "status", "aria-live": "polite" });
  const fields = h("div", { class: "ld-fields" });
  const keep = h("button", { type: "button", class: "button primary", disabled: true, onclick: keepIt }, w("ld.keep"));
  const method = h("select", { onchange: choose }, METHODS.map((one) => h("option", { value: one }, w(`ld.method-${one}`))));
  let inputs = {};
  let asking = null;

  const tryLine = settle(async () => {
    asking?.abort();
    asking = new AbortController();
    const order = makeOrder();
    if (!order) {
      keep.disabled = true;
      show(figures, h("p", { class: "quiet" }, w(`ld.hint-${method.value}`)));
      map.showLine(null);
      return;
    }
    try {
      const got = await landApi.whatIf(strip.land_strip_id, order, asking.signal);
      map.showLine(got.line);
      keep.disabled = false;
      show(figures, sayDivision(got));
    } catch (error) {
      if (error.name === "AbortError") return;
      keep.disabled = true;
      map.showLine(null);
      show(figures, problemBox(error));
    }
  }, WAIT_MS);

  function choose() {
    inputs = makeInputs(method.value);
    show(fields, Object.values(inputs).map(({ label, node }) => h("label", {}, label, node)));
    for (const { node } of Object.values(inputs)) node.addEventListener("input", tryLine);
    map.draw(CLICKS[method.value] ?? 0, tryLine);
    tryLine();
  }

  function makeInputs(name) {
    const rows = () => ({ label: w("ld.figures"), node: h("textarea", { rows: 4, spellcheck: "false" }) });
    if (["coordinates", "traverse", "tape"].includes(name)) return { rows: rows() };
    if (name === "along") return { offset: { label: w("ld.offset"), node: h("input", { type: "number", step: 0.1, value: "0" }) } };
    if (name === "share") return { percent: { label: w("ld.percent"), node: h("input", { type: "number", min: 0.1, max: 99.9, step: 0.1, value: "50" }) } };
    return {};
  }

  /** The body of the question, or null while something is missing. */
  function makeOrder() {
    const points = map.points();
    const line = points.length > 1 ? { type: "LineString", coordinates: points } : null;
    const rows = inputs.rows ? readRows(inputs.rows.node.value) : [];
    switch (method.value) {
      case "midline": return { method: "midline" };
      case "share": return inputs.percent.node.value === "" ? null : { method: "share", left_percent: Number(inputs.percent.node.value) };
      case "drawn": return line && { method: "drawn", line };
      case "along": return line && { method: "along", line, offset_m: Number(inputs.offset.node.value) };
      case "coordinates": return rows.length > 1 ? { method: "coordinates", coordinates: rows.map((one) => one.slice(0, 2).map(Number)) } : null;
      case "traverse": return points.length && rows.length
        ? { method: "traverse", start: points[0], legs: rows.map(([bearing, distance]) => ({ bearing_deg: Number(bearing), distance_m: Number(distance) })) } : null;
      default: return points.length > 1 && rows.length > 1
        ? { method: "tape", marks: points.slice(0, 2), readings: rows.map(([a, b, side]) => ({ from_first_m: Number(a), from_second_m: Number(b), side: /^(右|r)/i.test(side ?? "") ? "right" : "left" })) } : null;
    }
  }

  async function keepIt() {
    keep.disabled = true;
    try {
      const made = await landApi.keep(strip.land_strip_id, makeOrder());
      toast(w("ld.kept", { n: made.land_line_id }));
      await reload();
    } catch (error) {
      toast(problemText(error), { tone: "bad" });
    }
  }

  const tools = canTry ? h("section", { class: "p-card" },
    h("h2", {}, w("ld.whatIf")),
    h("div", { class: "ld-inline" }, h("label", {}, w("ld.method"), method),
      h("button", { type: "button", class: "button small", onclick: () => map.undo() }, w("ld.undo")),
      h("button", { type: "button", class: "button small", onclick: choose }, w("ld.start"))),
    fields, figures, h("p", { class: "p-buttons" }, keep)) : null;
  if (canTry) choose();
  else map.draw(0, () => {});
  return [tools, proposals(session, strip, map, reload)];
}

/** What a division gives to either side, in words. */
export function sayDivision(got) {
  const right = (100 - got.left_percent).toFixed(2);
  return h("div", {},
    h("p", { class: "ld-gets ld-left" }, w("ld.gets", { side: w("ld.left"), m2: got.left_m2, mu: got.left_mu, percent: got.left_percent.toFixed(2) })),
    h("p", { class: "ld-gets ld-right" }, w("ld.gets", { side: w("ld.right"), m2: got.right_m2, mu: got.right_mu, percent: right })),
    h("p", { class: "quiet" }, w("ld.total"), ` ${got.total_m2} m² · `,
      w("ld.ellipsoidal", { left: got.left_ellipsoidal_m2.toFixed(2), right: got.right_ellipsoidal_m2.toFixed(2) })),
    got.is_conserved === undefined ? null : h("p", { class: "quiet" },
      got.is_conserved ? w("ld.conserved") : w("ld.notConserved", { m2: got.difference_m2.toFixed(2) })));
}

function proposals(session, strip, map, reload) {
  const explain = h("input", { maxlength: 400 });
  const mayPrint = may(session, "land_strip", "print");
  const mayAgree = may(session, "land_strip", "agree") && strip.state === "open";
  const safely = (run) => () => run().catch((error) => toast(problemText(error), { tone: "bad" }));
  const row = (one, k) => h("li", {},
    h("div", { class: "p-row-main" },
      h("b", {}, w("ld.proposal", { n: k + 1, method: w(`ld.method-${one.method}`) })),
      one.land_line_id === strip.agreed_line_id ? h("span", { class: "pill pill-good" }, w("ld.agreed")) : null,
      h("small", {}, `${w("ld.left")} ${one.left_m2.toFixed(2)} m² · ${w("ld.right")} ${one.right_m2.toFixed(2)} m²`)),
    h("p", { class: "p-deeds" },
      h("button", { type: "button", class: "button small", onclick: () => map.showLine(one.geometry) }, w("ld.toMap")),
      mayPrint ? [
        h("button", { type: "button", class: "button small", onclick: safely(() => landApi.sheet(strip.land_strip_id, one.land_line_id, "pdf", "a4", language())) }, w("ld.sheetA4")),
        h("button", { type: "button", class: "button small", onclick: safely(() => landApi.sheet(strip.land_strip_id, one.land_line_id, "pdf", "a3", language())) }, w("ld.sheetA3")),
        h("button", { type: "button", class: "button small", onclick: safely(() => landApi.sheet(strip.land_strip_id, one.land_line_id, "docx", "a4", language())) }, w("ld.sheetWord")),
        h("span", { class: "ld-inline" }, w("ld.points"), ["csv", "dxf", "kml", "gpx"].map((form) =>
          h("button", { type: "button", class: "button small", onclick: safely(() => landApi.setOut(strip.land_strip_id, one.land_line_id, form)) }, form.toUpperCase()))),
      ] : null,
      mayAgree ? sureButton(w("ld.agree"), safely(async () => {
        await landApi.agree(strip.land_strip_id, { land_line_id: one.land_line_id, rev: strip.rev, explanation: explain.value || null });
        await reload();
      })) : null));
  return h("section", { class: "p-card" },
    h("h2", {}, w("ld.proposals")),
    strip.lines.length ? h("ul", { class: "plain-list p-list" }, strip.lines.map(row)) : h("p", { class: "quiet" }, w("ld.noLines")),
    mayAgree && strip.lines.length ? h("label", { class: "ld-explain" }, w("ld.explain"), explain) : null);
}

const readRows = (text) => text.split("\n").map((row) => row.trim().split(/[\s,，;；]+/)).filter((row) => row.length > 1 && row[0] !== "");
