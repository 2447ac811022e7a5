// What waits on a device to be sent: waiting → sending → sent or refused, oldest first, in one window
// at a time. However often a draft is sent, one thing comes of it: its deliver() sees to that.
import { ApiProblem } from "./api.js";

export const KEEP_DAYS = 7;
// What has arrived leaves only its name here, for a day.
const KEEP_SENT_DAYS = 1;
// Said by the network or a busy server, not about the draft: tried again by itself.
const PASSING = new Set([0, 408, 429, 500, 502, 503, 504]);

/**
 * Drafts of a kind in a vault. deliver(draft, note) sends one and gives what stays of it; note(draft)
 * keeps how far it is, so that a cut on the way loses nothing. changed() is called after each step.
 */
export function openQueue(vault, changed, kind, deliver) {
  const keep = async (draft) => {
    await vault.put(kind, draft.key, draft, draft.state === "sent" ? KEEP_SENT_DAYS : KEEP_DAYS);
    await changed();
  };

  async function sendOne(draft) {
    let current = draft;
    const note = async (next) => {
      current = next;
      await keep({ ...next, state: "sending", problem: null });
    };
    try {
      await note(draft);
      await keep({ ...(await deliver(draft, note)), state: "sent", problem: null });
      return true;
    } catch (error) {
      const passing = !(error instanceof ApiProblem) || PASSING.has(error.status) || error.status === 401;
      const problem = passing ? null : { code: error.code, detail: error.detail, fix: error.fix };
      await keep({ ...current, state: passing ? "waiting" : "refused", problem });
      return !passing;
    }
  }

  const list = async () => (await vault.list(kind)).sort((a, b) => a.made_at.localeCompare(b.made_at));

  /** Send what waits; stops at the first cut. */
  async function sendAll() {
    await navigator.locks.request(`wangge-${kind}`, { ifAvailable: true }, async (lock) => {
      if (!lock) return;
      for (const draft of await list()) {
        // "sending" under our own lock is what a closed window left behind
        if (["waiting", "sending"].includes(draft.state) && !(await sendOne(draft))) break;
      }
    });
  }

  return {
    list,
    sendAll,
    add: (draft) => keep(draft),
    async again(draft) {
      await keep({ ...draft, state: "waiting", problem: null });
      await sendAll();
    },
    async drop(draft) {
      await vault.remove(kind, draft.key);
      await changed();
    },
  };
}
