// Forms of the field: a measured point, marks as they are found, and what waits to be sent.
import { ApiProblem } from "../data/api.js";
import { formatMoment } from "../i18n/index.js";
import { h } from "../ui/dom.js";
import { problemBox, problemText } from "../ui/problem.js";
import { sureButton } from "../ui/sure_button.js";
import { toast } from "../ui/toast.js";
import { w } from "./land_field_words.js";
import { shrinkPhoto } from "./onsite_photo.js";

const FIXES = ["fixed", "float", "differential", "single"];
const WHATS = ["corner", "mark", "feature", "witness"];
const STATES = ["intact", "damaged", "missing", "moved", "buried"];
const PILL = { waiting: "pill-leave", sending: "pill-leave", sent: "pill-good", refused: "pill-vacant" };

const photoField = () => h("input", { type: "file", accept: "image/*", capture: "environment" });
const readPhoto = (input) => (input.files.length ? shrinkPhoto(input.files[0]) : null);

/** A point with its fix; record(what, name, path, body, photo) takes it. */
export function pointForm(page, record) {
  const { strip, here } = page;
  const number = h("input", { required: true, maxlength: 20, value: `R${strip.field_points.length + 1}` });
  const what = h("select", {}, WHATS.map((one) => h("option", { value: one }, w(`ld.what-${one}`))));
  const place = h("input", { inputmode: "decimal", placeholder: here ? `${here.lng} ${here.lat}` : "" });
  const accuracy = h("input", { type: "number", min: 0.001, max: 1000, step: "any", value: here ? here.accuracy_m.toFixed(1) : "0.02", required: true });
  const fix = h("select", {}, FIXES.map((one) => h("option", { value: one, selected: one === (here ? "single" : "fixed") }, w(`ld.fix-${one}`))));
  const photo = photoField();
  const save = async () => {
    const typed = place.value.trim();
    const [lng, lat] = typed ? typed.split(/[\s,，]+/).map(Number) : [page.here?.lng ?? null, page.here?.lat ?? null];
    const taken = await sendOff(record, "point", number.value.trim(), `/api/land/strips/${strip.land_strip_id}/points`, {
      point_number: number.value.trim(), what: what.value, lng, lat, accuracy_m: Number(accuracy.value), fix: fix.value,
      measured_at: new Date().toISOString(),
    }, photo);
    if (!taken) return;
    number.value = number.value.replace(/\d+$/, (digits) => Number(digits) + 1);
    place.value = photo.value = "";
    card.open = false;
  };
  const card = h("details", { class: "p-card" }, h("summary", {}, w("ld.addPoint")),
    form(save, [[w("ld.pointNumber"), number], [w("ld.pointWhat"), what], [w("ld.lngLat"), place],
      [w("ld.accuracy"), accuracy], [w("ld.fix"), fix], [w("ld.photo"), photo]], "button primary"));
  return card;
}

/** Marks near by, each with how it was found and a photo. */
export function marksCard(page, record) {
  const row = (mark) => {
    const state = h("select", {}, STATES.map((one) => h("option", { value: one, selected: one === mark.state }, w(`ld.mark-${one}`))));
    const photo = photoField();
    const save = () => sendOff(record, "sighting", mark.marker_number, `/api/land/marks/${mark.marker_id}/sightings`, { state: state.value }, photo);
    return h("li", {}, h("b", {}, mark.marker_number, " ", h("span", { class: "pill" }, w(`ld.mark-${mark.state}`))),
      form(save, [[w("ld.found"), state], [w("ld.photo"), photo]], "button"));
  };
  return h("section", { class: "p-card" }, h("h2", {}, w("ld.marks")),
    page.strip.marks.length ? h("ul", { class: "plain-list p-list" }, page.strip.marks.map(row)) : h("p", { class: "quiet" }, w("ld.noMarks")),
    page.strip.border_posts.map((one) => h("p", { class: "quiet" }, `${one.post_number} · ${w("ld.borderPost")}`)));
}

/** Points that were measured. */
export function pointsCard(strip) {
  return strip.field_points.length ? h("section", { class: "p-card" }, h("h2", {}, w("ld.fieldPoints")),
    h("ul", { class: "plain-list p-list" }, strip.field_points.map((one) => h("li", {}, h("b", {}, one.point_number),
      h("small", {}, `${w(`ld.what-${one.what}`)} · ${w(`ld.fix-${one.fix}`)} · ±${one.accuracy_m} m`))))) : null;
}

/** What waits on this device, and what was refused and why. */
export function waitingCard(drafts, queue) {
  if (!drafts.length) return null;
  return h("section", { class: "p-card", id: "ld-outbox" }, h("h2", {}, w("ld.onDevice")),
    h("ul", { class: "plain-list p-list" }, drafts.map((one) => h("li", { "data-state": one.state },
      h("div", { class: "p-row-main" },
        h("span", { class: `pill ${PILL[one.state]}` }, w(`ld.draft-${one.state}`)), " ", h("b", {}, one.name), " ",
        h("small", {}, formatMoment(one.made_at)),
        one.problem ? problemBox(new ApiProblem(one.problem)) : null),
      one.state === "refused" ? h("button", { type: "button", class: "button", onclick: () => queue.again(one) }, w("ld.again")) : null,
      one.state === "sending" ? null : sureButton(w("ld.drop"), () => queue.drop(one), { class: "button danger" })))));
}

/** Whether it was taken; what went wrong is said. */
async function sendOff(record, what, name, path, body, photo) {
  try {
    await record(what, name, path, body, await readPhoto(photo));
    return true;
  } catch (error) {
    toast(problemText(error), { tone: "bad" });
    return false;
  }
}

function form(save, fields, look) {
  return h("form", {
    class: "ld-form",
    onsubmit: (event) => {
      event.preventDefault();
      save();
    },
  }, fields.map(([label, field]) => h("label", {}, label, field)),
  h("button", { type: "submit", class: look }, w("ld.record")));
}
