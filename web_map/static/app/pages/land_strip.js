// One strip: what is contested, papers compared, the time line, marks, scans.
import { may } from "../data/rights.js";
import { formatDay } from "../i18n/index.js";
import { createScanOverlay } from "../render/scan_overlay.js";
import { h, show } from "../ui/dom.js";
import { problemText } from "../ui/problem.js";
import { sureButton } from "../ui/sure_button.js";
import { toast } from "../ui/toast.js";
import { landApi } from "./land_api.js";
import { w } from "./land_words.js";

const METHOD_WORDS = new Set(["surveyed", "aerial", "map_read", "tape", "estimated", "text_only"]);
const KIND_WORDS = new Set(["farmland", "grassland", "forest", "homestead", "mining_lease", "acquisition", "contract"]);

/** The shapes of a strip on its map. */
export function drawStrip(map, strip, fit = true) {
  const side = (claim) => (claim.claim_id === strip.left_claim_id ? "left" : "right");
  const old = Object.values(strip.versions).flat().filter((one) => one.why === "agreement");
  map.show([
    ...strip.neighbours.map((one) => ({ geometry: one.geometry, style: "neighbour" })),
    ...old.map((one) => ({ geometry: one.geometry, style: "old" })),
    ...strip.claims.map((one) => ({ geometry: one.geometry, style: side(one) })),
    { geometry: strip.geometry, style: "strip" },
    ...strip.lines.filter((one) => one.land_line_id === strip.agreed_line_id).map((one) => ({ geometry: one.geometry, style: "line" })),
  ], [
    ...strip.marks.map((one) => ({ ...one, name: one.marker_number })),
    ...strip.border_posts.map((one) => ({ ...one, state: "post", name: one.post_number })),
    ...strip.field_points.map((one) => ({ ...one, state: "measured", name: one.point_number })),
  ], fit ? strip.geometry : null);
}

/** What is contested, in a few lines. */
export function headCard(session, strip, reload) {
  const frozen = strip.claims.filter((one) => one.frozen);
  return h("section", { class: "p-card" },
    h("h2", {}, w("ld.strip"), ` ${strip.land_strip_id} `, h("span", { class: "pill" }, w(`ld.state-${STATE[strip.state]}`))),
    h("p", {}, w("ld.case"), " ", h("a", { href: `/case#${encodeURIComponent(strip.case_code)}` }, strip.case_code), strip.cell_name ? ` · ${strip.cell_name}` : ""),
    h("p", { class: "ld-figures" }, w("ld.areaBoth", { m2: strip.area_m2.toFixed(2), mu: strip.area_mu }), ` · ${w("ld.widest", { m: strip.width_m.toFixed(2) })}`),
    frozen.map((one) => h("p", { class: "note-warn" }, `${one.parcel_code} `, w("ld.frozen", { on: formatDay(one.freeze_review_on) }))),
    h("p", { class: "quiet" }, w("ld.neighbours", { n: strip.neighbours.length }), " · ", w("ld.indicative"), " · ", w("ld.notForRegistration")),
    strip.state === "open" && may(session, "land_strip", "agree")
      ? sureButton(w("ld.withdraw"), () => landApi.withdraw(strip.land_strip_id, strip.rev).then(reload, (error) => toast(problemText(error), { tone: "bad" }))) : null);
}

const STATE = { open: "disputed", agreed: "settled", withdrawn: "dismissed" };

const areaText = (m2) => (m2 === null || m2 === undefined ? null : `${m2.toFixed(2)} m² · ${(Math.round(m2 * 0.15) / 100).toFixed(2)} 亩`);

/** What is told of a paper: [label(), value(claim)], null where it says nothing. */
export const PAPER_ROWS = [
  [() => w("ld.paperCode"), (one) => h("a", { href: `#claim=${one.claim_id}` }, one.parcel_code)],
  [() => w("ld.paperKind"), (one) => (KIND_WORDS.has(one.kind) ? w(`ld.${one.kind}`) : one.kind)],
  [() => w("ld.paperNumber"), (one) => one.certificate_number],
  [() => w("ld.paperIssued"), (one) => one.issued_on && formatDay(one.issued_on)],
  [() => w("ld.paperHolder"), (one) => one.holder_masked],
  [() => w("ld.paperMethod"), (one) => (METHOD_WORDS.has(one.survey_method) ? w(`ld.${one.survey_method}`) : w("ld.unknownMethod"))],
  [() => w("ld.paperAccuracy"), (one) => one.accuracy_m],
  [() => w("ld.paperStated"), (one) => areaText(one.stated_area_m2)],
  [() => w("ld.paperPlane"), (one) => (one.geometry ? `${one.plane_m2.toFixed(2)} m² · ${one.plane_mu} 亩` : w("ld.wordsOnly"))],
  [() => w("ld.paperEllipsoid"), (one) => (one.geometry ? `${one.ellipsoidal_m2.toFixed(2)} m²` : null)],
  [() => w("ld.paperStanding"), (one) => w(`ld.standing-${one.standing}`)],
  [() => w("ld.paperRegistration"), (one) => [w(`ld.registration-${one.registration}`), one.registration_ref].filter(Boolean).join(" ")],
  [() => w("ld.paperVersion"), (one) => one.version],
];

/** Both papers side by side. */
export function papersCard(strip) {
  const find = (id) => strip.claims.find((one) => one.claim_id === id);
  const both = [find(strip.left_claim_id), find(strip.right_claim_id)];
  const row = ([label, value]) => h("tr", {}, h("th", { scope: "row" }, label()), both.map((one) => h("td", {}, one ? value(one) ?? "—" : "—")));
  return h("section", { class: "p-card" },
    h("h2", {}, w("ld.papers")),
    h("div", { class: "ld-scroll" }, h("table", { class: "p-table" },
      h("thead", {}, h("tr", {}, h("th", {}), h("th", { scope: "col" }, w("ld.left")), h("th", { scope: "col" }, w("ld.right")))),
      h("tbody", {}, PAPER_ROWS.map(row)))));
}

/** Papers, evidence and acts by their day. */
export function timeLineCard(strip) {
  return h("section", { class: "p-card" }, h("h2", {}, w("ld.timeLine")),
    h("ol", { class: "plain-list ld-time" }, strip.time_line.map((one) => h("li", {},
      h("time", {}, one.on ? formatDay(one.on) : w("ld.undated")),
      h("span", {}, [w(`ld.what-${one.what}`), one.side ? w(`ld.${one.side}`) : null, one.number].filter(Boolean).join(" · "))))));
}

/** Marks near by and how they were last found. */
export function marksCard(strip) {
  return h("section", { class: "p-card" }, h("h2", {}, w("ld.marks")),
    strip.marks.length + strip.border_posts.length ? null : h("p", { class: "quiet" }, w("ld.noMarks")),
    h("ul", { class: "plain-list p-list" },
      strip.marks.map((one) => h("li", {}, h("b", {}, one.marker_number),
        h("span", { class: "pill" }, w(`ld.mark-${one.state}`)),
        h("small", {}, one.checked_on ? w("ld.lastSeen", { on: formatDay(one.checked_on) }) : w("ld.neverSeen")))),
      strip.border_posts.map((one) => h("li", {}, h("b", {}, one.post_number), h("small", {}, w("ld.borderPost")))),
      strip.field_points.map((one) => h("li", {}, h("b", {}, one.point_number),
        h("small", {}, `${w(`ld.what-${one.what}`)} · ${w(`ld.fix-${one.fix}`)} · ±${one.accuracy_m} m`)))));
}

/** Scanned maps with a slider each, and the form to lay a picture down. */
export function scansCard(session, strip, map, reload) {
  const layers = new Map();
  async function slide(one, value) {
    if (!layers.has(one.land_scan_id)) {
      layers.set(one.land_scan_id, null);
      const src = URL.createObjectURL(await landApi.picture(one.attachment_id));
      const layer = createScanOverlay(src, one, value);
      layers.set(one.land_scan_id, layer);
      layer.addTo(map.map);
    }
    layers.get(one.land_scan_id)?.setOpacity(value);
  }
  const row = (one) => {
    const slider = h("input", { type: "range", min: 0, max: 100, value: "0", "aria-label": w("ld.opacity"), oninput: () => slide(one, Number(slider.value) / 100) });
    return h("li", {}, h("div", { class: "p-row-main" },
      h("b", {}, one.dated_on ? formatDay(one.dated_on) : w("ld.undated")),
      h("small", {}, one.rms_m === null ? w("ld.noRms") : w("ld.rms", { m: one.rms_m.toFixed(2), n: one.control_count }))),
    h("label", { class: "ld-slider" }, w("ld.opacity"), slider));
  };
  return h("section", { class: "p-card" }, h("h2", {}, w("ld.scans")),
    h("ul", { class: "plain-list p-list" }, strip.scans.map(row)),
    may(session, "land_strip", "survey") && strip.state === "open" ? scanForm(strip, reload) : null);
}

function scanForm(strip, reload) {
  const pictures = strip.files.filter((one) => one.media_type.startsWith("image/"));
  const chosen = h("select", {}, pictures.map((one, k) => h("option", { value: one.attachment_id }, `${k + 1} · ${formatDay(one.added_at)}`)));
  const control = h("textarea", { rows: 4, spellcheck: "false", required: true });
  const dated = h("input", { type: "date" });
  const wrong = h("div");
  const file = h("input", { type: "file", accept: "image/*", onchange: async () => {
    await landApi.attach(strip.case_code, file.files[0]).then(reload, (error) => toast(problemText(error), { tone: "bad" }));
  } });
  return h("details", {}, h("summary", {}, w("ld.layScan")),
    h("label", {}, w("ld.attach"), file),
    pictures.length ? h("form", {
      class: "ld-form",
      onsubmit: async (event) => {
        event.preventDefault();
        const rows = control.value.trim().split("\n").map((line) => line.trim().split(/[\s,，]+/).map(Number));
        try {
          await landApi.scan(strip.land_strip_id, {
            attachment_id: chosen.value, dated_on: dated.value || null,
            control: rows.map(([column, row, lng, lat]) => ({ column_px: column, row_px: row, lng, lat })),
          });
          await reload();
        } catch (error) {
          show(wrong, h("p", { class: "problem", role: "alert" }, problemText(error)));
        }
      },
    }, h("label", {}, w("ld.scanFile"), chosen), h("label", {}, w("ld.control"), control), h("label", {}, w("ld.dated"), dated), wrong,
    h("button", { type: "submit", class: "button" }, w("ld.layIt"))) : h("p", { class: "quiet" }, w("ld.noPictures")));
}
