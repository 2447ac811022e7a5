// Photos of a strip: of marks, measured points and the case, each with what it shows.
import { formatDay } from "../i18n/index.js";
import { h, show } from "../ui/dom.js";
import { problemText } from "../ui/problem.js";
import { w } from "./land_photos_words.js";

/** [{attachment_id, name}] of a strip's photos, each once: what it shows, else the day it came. */
export function listPhotos(strip) {
  const named = new Map();
  const mark = (id) => strip.marks.find((one) => one.marker_id === id)?.marker_number ?? "";
  for (const one of strip.sightings) if (one.attachment_id) named.set(one.attachment_id, `${mark(one.marker_id)} · ${w(`ld.mark-${one.state}`)} · ${formatDay(one.seen_on)}`);
  for (const one of strip.field_points) if (one.attachment_id) named.set(one.attachment_id, `${one.point_number} · ${w(`ld.what-${one.what}`)}`);
  const scans = new Set(strip.scans.map((one) => one.attachment_id));
  for (const one of strip.files) {
    if (one.media_type.startsWith("image/") && !named.has(one.attachment_id) && !scans.has(one.attachment_id)) {
      named.set(one.attachment_id, formatDay(one.added_at));
    }
  }
  return [...named].map(([id, name]) => ({ attachment_id: id, name }));
}

/** The card; picture(id) gives a Blob. Pictures are fetched when somebody asks for them. */
export function photosCard(strip, picture) {
  const photos = listPhotos(strip);
  const list = h("div", { class: "ld-photos" });
  async function open() {
    show(list, await Promise.all(photos.map(async ({ attachment_id: id, name }) => {
      try {
        const src = URL.createObjectURL(await picture(id));
        return h("figure", {}, h("img", { src, alt: name, onload: () => URL.revokeObjectURL(src) }), h("figcaption", {}, name));
      } catch (error) {
        return h("p", { class: "problem" }, `${name}: ${problemText(error)}`);
      }
    })));
  }
  return h("section", { class: "p-card" }, h("h2", {}, w("ld.photos")),
    photos.length
      ? h("button", { type: "button", class: "button small", onclick: open }, w("ld.showPhotos", { n: photos.length }))
      : h("p", { class: "quiet" }, w("ld.noPhotos")),
    list);
}
