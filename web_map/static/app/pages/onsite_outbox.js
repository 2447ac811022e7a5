// What waits on this device: each draft with its state in words, and what can be done about it.
import { ApiProblem } from "../data/api.js";
import { formatMoment } from "../i18n/index.js";
import { h } from "../ui/dom.js";
import { problemBox } from "../ui/problem.js";
import { sureButton } from "../ui/sure_button.js";
import { w } from "./onsite_words.js";

const PILL = { waiting: "pill-leave", sending: "pill-leave", sent: "pill-good", refused: "pill-vacant" };
const FIRST_CHARS = 40;

/** The card, or nothing when nothing waits. */
export function outboxCard(drafts, outbox) {
  if (drafts.length === 0) return null;
  const waiting = drafts.filter((draft) => draft.state !== "sent").length;
  return h("section", { class: "p-card", id: "outbox" },
    h("h2", {}, waiting ? w("os.waitingN", { n: waiting }) : w("os.allSent")),
    h("ul", { class: "p-list" }, drafts.map((draft) => row(draft, outbox))));
}

function row(draft, outbox) {
  const text = draft.body?.text ?? "";
  return h("li", { "data-state": draft.state },
    h("div", { class: "p-row-main" },
      h("span", { class: `pill ${PILL[draft.state]}` }, w(`os.state.${draft.state}`)), " ",
      draft.code ? h("a", { href: `/case#${encodeURIComponent(draft.code)}` }, draft.code) : null,
      text ? h("b", { dir: "auto" }, text.length > FIRST_CHARS ? `${text.slice(0, FIRST_CHARS)}…` : text) : null,
      h("small", {}, [
        w("os.made", { at: formatMoment(draft.made_at) }),
        draft.photos.length ? w("os.photosN", { n: draft.photos.length }) : null,
      ].filter(Boolean).join(" · ")),
      draft.problem ? problemBox(new ApiProblem(draft.problem)) : null),
    draft.state === "refused" ? h("button", { type: "button", class: "button", onclick: () => outbox.again(draft) }, w("os.again")) : null,
    draft.state === "sending" ? null : sureButton(w(draft.state === "sent" ? "os.clear" : "os.drop"), () => outbox.drop(draft), { class: "button danger" }));
}
