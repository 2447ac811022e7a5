// In the field: one strip, my position with its circle, points with their fix, marks as they are found.
import { createStripMap } from "../render/strip_map.js";
import { byId, h, show } from "../ui/dom.js";
import { problemBox, problemText } from "../ui/problem.js";
import { toast } from "../ui/toast.js";
import { openFrame } from "./frame.js";
import { landApi } from "./land_api.js";
import { drawStrip } from "./land_strip.js";
import { w } from "./land_field_words.js";

const FIXES = ["fixed", "float", "differential", "single"];
const WHATS = ["corner", "mark", "feature", "witness"];
const STATES = ["intact", "damaged", "missing", "moved", "buried"];
const page = { strips: [], strip: null, map: null, watch: null, here: null };

async function load() {
  page.strips = (await landApi.strips()).items.filter((one) => one.state === "open");
}

function draw() {
  page.map?.remove();
  if (page.watch !== null) navigator.geolocation.clearWatch(page.watch);
  page.watch = null;
  const node = h("div", { class: "ld-map ld-map-field" });
  const choice = h("select", { "aria-label": w("ld.choose"), onchange: () => open(Number(choice.value)) },
    h("option", { value: "" }, w("ld.choose")),
    page.strips.map((one) => h("option", { value: one.land_strip_id }, `${one.land_strip_id} · ${one.case_code} · ${one.area_m2.toFixed(0)} m²`)));
  show(byId("view"), h("div", { class: "ld-field" },
    choice, page.strips.length ? null : h("p", { class: "quiet" }, w("ld.noStrips")),
    h("p", { class: "ld-verdict", id: "ld-verdict", role: "status", "aria-live": "polite" }),
    node, h("p", { class: "ld-legend" }, w("ld.legend"), " · ", w("ld.indicative")),
    h("button", { type: "button", class: "button primary", onclick: locate }, w("ld.locate")),
    h("div", { id: "ld-work" }), h("p", { class: "quiet" }, w("ld.offline"))));
  page.map = createStripMap(node, w("ld.mapLabel"));
}

async function open(id) {
  if (!id) return;
  try {
    page.strip = await landApi.strip(id);
    drawStrip(page.map, page.strip);
    show(byId("ld-work"), pointForm(), marksList(), pointsList());
    if (page.here) await tell();
  } catch (error) {
    show(byId("ld-work"), problemBox(error, () => open(id)));
  }
}

function locate() {
  if (!navigator.geolocation || !window.isSecureContext) {
    show(byId("ld-verdict"), w("ld.noPosition"));
    return;
  }
  show(byId("ld-verdict"), w("ld.locating"));
  if (page.watch !== null) return;
  page.watch = navigator.geolocation.watchPosition(({ coords }) => {
    page.here = { lng: coords.longitude, lat: coords.latitude, accuracy_m: coords.accuracy };
    page.map.showPerson(page.here);
    tell();
  }, () => show(byId("ld-verdict"), w("ld.noPosition")), { enableHighAccuracy: true, maximumAge: 2000 });
}

async function tell() {
  if (!page.strip || !page.here) return;
  try {
    const got = await landApi.position(page.strip.land_strip_id, page.here);
    const node = byId("ld-verdict");
    node.dataset.verdict = got.verdict;
    show(node, w(`ld.at-${got.verdict}`, { edge: got.edge_m.toFixed(1), acc: got.accuracy_m.toFixed(1) }));
  } catch (error) {
    show(byId("ld-verdict"), problemText(error));
  }
}

/** A photo becomes an attachment of the case first. */
async function keepPhoto(input) {
  if (!input.files.length) return null;
  return (await landApi.attach(page.strip.case_code, input.files[0])).attachment_id;
}

const photoField = () => h("input", { type: "file", accept: "image/*", capture: "environment" });

function pointForm() {
  const number = h("input", { required: true, maxlength: 20, value: `R${page.strip.field_points.length + 1}` });
  const what = h("select", {}, WHATS.map((one) => h("option", { value: one }, w(`ld.what-${one}`))));
  const place = h("input", { inputmode: "decimal", placeholder: page.here ? `${page.here.lng} ${page.here.lat}` : "" });
  const accuracy = h("input", { type: "number", min: 0.001, max: 1000, step: "any", value: page.here ? page.here.accuracy_m.toFixed(1) : "0.02", required: true });
  const fix = h("select", {}, FIXES.map((one) => h("option", { value: one, selected: one === (page.here ? "single" : "fixed") }, w(`ld.fix-${one}`))));
  const photo = photoField();
  async function save(event) {
    event.preventDefault();
    const typed = place.value.trim().split(/[\s,，]+/).map(Number);
    const [lng, lat] = place.value.trim() ? typed : [page.here?.lng, page.here?.lat];
    try {
      await landApi.point(page.strip.land_strip_id, {
        point_number: number.value.trim(), what: what.value, lng, lat, accuracy_m: Number(accuracy.value), fix: fix.value,
        attachment_id: await keepPhoto(photo),
      });
      toast(w("ld.recorded", { n: number.value.trim() }));
      await open(page.strip.land_strip_id);
    } catch (error) {
      toast(problemText(error), { tone: "bad" });
    }
  }
  return h("details", { class: "p-card" }, h("summary", {}, w("ld.addPoint")),
    h("form", { class: "ld-form", onsubmit: save },
      h("label", {}, w("ld.pointNumber"), number), h("label", {}, w("ld.pointWhat"), what), h("label", {}, w("ld.lngLat"), place),
      h("label", {}, w("ld.accuracy"), accuracy), h("label", {}, w("ld.fix"), fix), h("label", {}, w("ld.photo"), photo),
      h("button", { type: "submit", class: "button primary" }, w("ld.record"))));
}

function marksList() {
  const row = (mark) => {
    const state = h("select", { "aria-label": w("ld.found") }, STATES.map((one) => h("option", { value: one, selected: one === mark.state }, w(`ld.mark-${one}`))));
    const photo = photoField();
    async function save(event) {
      event.preventDefault();
      try {
        await landApi.sighting(mark.marker_id, { state: state.value, attachment_id: await keepPhoto(photo) });
        toast(w("ld.recorded", { n: mark.marker_number }));
        await open(page.strip.land_strip_id);
      } catch (error) {
        toast(problemText(error), { tone: "bad" });
      }
    }
    return h("li", {}, h("form", { class: "ld-form", onsubmit: save },
      h("b", {}, mark.marker_number, " ", h("span", { class: "pill" }, w(`ld.mark-${mark.state}`))),
      h("label", {}, w("ld.found"), state), h("label", {}, w("ld.photo"), photo),
      h("button", { type: "submit", class: "button" }, w("ld.record"))));
  };
  return h("section", { class: "p-card" }, h("h2", {}, w("ld.marks")),
    page.strip.marks.length ? h("ul", { class: "plain-list p-list" }, page.strip.marks.map(row)) : h("p", { class: "quiet" }, w("ld.noMarks")),
    page.strip.border_posts.map((one) => h("p", { class: "quiet" }, `${one.post_number} · ${w("ld.borderPost")}`)));
}

function pointsList() {
  return page.strip.field_points.length ? h("section", { class: "p-card" }, h("h2", {}, w("ld.fieldPoints")),
    h("ul", { class: "plain-list p-list" }, page.strip.field_points.map((one) => h("li", {}, h("b", {}, one.point_number),
      h("small", {}, `${w(`ld.what-${one.what}`)} · ${w(`ld.fix-${one.fix}`)} · ±${one.accuracy_m} m`))))) : null;
}

openFrame({ title: () => w("ld.fieldTitle"), load, draw });
