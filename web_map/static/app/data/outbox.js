// Drafts of cases on their way. One key a draft, so that however often it is sent, one case comes of
// it; a photo that has arrived is the same photo when sent again.
import { api, newIdempotencyKey } from "./api.js";
import { FIELD_KIND } from "./field_drafts.js";
import { openQueue } from "./queue.js";

export { KEEP_DAYS } from "./queue.js";

const KIND = "case-draft";

/** A new draft around the body of POST /api/cases and its photos. */
export const newDraft = (body, photos) => ({
  key: newIdempotencyKey(), made_at: new Date().toISOString(), state: "waiting", body, photos, code: null, problem: null,
});

async function deliver(draft, note) {
  let current = draft;
  if (!current.code) {
    const filed = await api.fileCase(current.body, current.key);
    current = { ...current, code: filed.code };
    await note(current);
  }
  while (current.photos.length) {
    await api.attach(current.code, new File([current.photos[0]], "photo.jpg", { type: current.photos[0].type }));
    current = { ...current, photos: current.photos.slice(1) };
    await note(current);
  }
  return { key: current.key, made_at: current.made_at, code: current.code, body: null, photos: [] };
}

export function openOutbox(vault, changed) {
  const queue = openQueue(vault, changed, KIND, deliver);
  return { ...queue, add: (body, photos) => queue.add(newDraft(body, photos)) };
}

/** How many drafts of this vault have not arrived, of whatever kind. */
export async function countUnsent(vault) {
  const drafts = (await Promise.all([KIND, FIELD_KIND].map((kind) => vault.list(kind)))).flat();
  return drafts.filter((draft) => draft.state !== "sent").length;
}
