// Points and marks recorded in the field, on their way: each arrives once, its photo before it.
import { newIdempotencyKey, request } from "./api.js";
import { openQueue } from "./queue.js";

export const FIELD_KIND = "field-draft";

/** A new draft: what is "point" or "sighting", at the path of its route; name is what people see. */
export const newFieldDraft = ({ what, name, strip, path, body, photo }) => ({
  key: newIdempotencyKey(), made_at: new Date().toISOString(), state: "waiting", problem: null,
  what, name, strip_id: strip.land_strip_id, case_code: strip.case_code, path, body, photo, tried: false,
  // older ones that look alike are not this one
  after: Math.max(0, ...strip.sightings.map((one) => one.marker_sighting_id)),
});

export const openFieldDrafts = (vault, changed) => openQueue(vault, changed, FIELD_KIND, deliver);

/** Send one without a vault: nothing is kept when it fails. */
export const sendNow = (draft) => deliver(draft, async () => {});

async function deliver(draft, note) {
  let current = draft;
  if (current.photo) {
    const form = new FormData();
    form.append("file", new File([current.photo], "photo.jpg", { type: current.photo.type }));
    const kept = await request("POST", `/api/cases/${encodeURIComponent(current.case_code)}/attachments`, { form });
    current = { ...current, photo: null, body: { ...current.body, attachment_id: kept.attachment_id } };
    await note(current);
  }
  // an answer that was lost on the way is looked for before anything is sent again
  if (!(current.tried && (await hasArrived(current)))) {
    current = { ...current, tried: true };
    await note(current);
    await request("POST", current.path, { json: current.body });
  }
  return { key: current.key, made_at: current.made_at, what: current.what, name: current.name, strip_id: current.strip_id };
}

async function hasArrived({ what, strip_id: id, path, body, after }) {
  const strip = await request("GET", `/api/land/strips/${encodeURIComponent(id)}`);
  const same = (row, names) => names.every((name) => (row[name] ?? null) === (body[name] ?? null));
  if (what === "point") return strip.field_points.some((row) => same(row, ["point_number", "lng", "lat", "accuracy_m"]));
  return strip.sightings.some((row) => row.marker_sighting_id > after && path.includes(`/marks/${row.marker_id}/`) && same(row, ["state", "lng", "lat", "attachment_id"]));
}
