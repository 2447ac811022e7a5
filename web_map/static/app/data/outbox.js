// Drafts of cases on their way: waiting → sending → sent or refused. One key a draft, so that however
// often it is sent, one case comes of it; a photo that has arrived is the same photo when sent again.
import { ApiProblem, api, newIdempotencyKey } from "./api.js";

const KIND = "case-draft";
export const KEEP_DAYS = 7;
// A case that has arrived leaves only its code here, for a day.
const KEEP_SENT_DAYS = 1;
// Said by the network or a busy server, not about the draft: tried again by itself.
const PASSING = new Set([0, 408, 429, 500, 502, 503, 504]);
const LOCK = "wangge-outbox";

/** A new draft around the body of POST /api/cases and its photos. */
export const newDraft = (body, photos) => ({
  key: newIdempotencyKey(), made_at: new Date().toISOString(), state: "waiting", body, photos, code: null, problem: null,
});

export function openOutbox(vault, changed) {
  const keep = async (draft) => {
    await vault.put(KIND, draft.key, draft, draft.state === "sent" ? KEEP_SENT_DAYS : KEEP_DAYS);
    await changed();
  };

  async function sendOne(draft) {
    await keep({ ...draft, state: "sending", problem: null });
    let current = draft;
    try {
      if (!current.code) {
        const filed = await api.fileCase(current.body, current.key);
        current = { ...current, code: filed.code };
        await keep({ ...current, state: "sending" });
      }
      while (current.photos.length) {
        await api.attach(current.code, new File([current.photos[0]], "photo.jpg", { type: current.photos[0].type }));
        current = { ...current, photos: current.photos.slice(1) };
        await keep({ ...current, state: "sending" });
      }
      await keep({ key: current.key, made_at: current.made_at, state: "sent", code: current.code, body: null, photos: [], problem: null });
      return true;
    } catch (error) {
      const passing = !(error instanceof ApiProblem) || PASSING.has(error.status) || error.status === 401;
      const problem = passing ? null : { code: error.code, detail: error.detail, fix: error.fix };
      await keep({ ...current, state: passing ? "waiting" : "refused", problem });
      return !passing;
    }
  }

  /** Send what waits, oldest first, in one window at a time; stops at the first cut. */
  async function sendAll() {
    await navigator.locks.request(LOCK, { ifAvailable: true }, async (lock) => {
      if (!lock) return;
      for (const draft of await list()) {
        // "sending" under our own lock is what a closed window left behind
        if (["waiting", "sending"].includes(draft.state) && !(await sendOne(draft))) break;
      }
    });
  }

  const list = async () =>
    (await vault.list(KIND)).sort((a, b) => a.made_at.localeCompare(b.made_at));

  return {
    list,
    sendAll,
    add: (body, photos) => keep(newDraft(body, photos)),
    async again(draft) {
      await keep({ ...draft, state: "waiting", problem: null });
      await sendAll();
    },
    async drop(draft) {
      await vault.remove(KIND, draft.key);
      await changed();
    },
  };
}

/** How many drafts of this vault have not arrived. */
export const countUnsent = async (vault) =>
  (await vault.list(KIND)).filter((draft) => draft.state !== "sent").length;
