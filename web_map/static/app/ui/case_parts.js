// Parts of a case that are lists: papers, history. Persons stand in parties.js.
import { api } from "../data/api.js";
import { formatMoment, named, say, t, term } from "../i18n/index.js";
import { h, show } from "./dom.js";
import { problemBox } from "./problem.js";

const ACCEPTED = "image/jpeg,image/png,image/webp,application/pdf,.docx,.xlsx";

/** Papers of a case with the way to add one; added() runs after the server has it. */
export function attachmentList(detail, added) {
  const trouble = h("div", {});
  const input = h("input", { type: "file", id: "attach", accept: ACCEPTED, onchange: upload });

  async function upload() {
    const [file] = input.files;
    if (!file) return;
    input.disabled = true;
    show(trouble, h("p", { class: "loading" }, t("attach.sending")));
    try {
      await api.attach(detail.code, file);
      await added();
    } catch (error) {
      show(trouble, problemBox(error));
      input.disabled = false;
      input.value = "";
    }
  }

  return [
    h("h3", {}, t("attach.title")),
    detail.attachments?.length
      ? h("ul", { class: "plain", id: "attachments" }, detail.attachments.map((paper, i) =>
          h("li", {}, h("a", { href: `/api/attachments/${encodeURIComponent(paper.attachment_id)}`, download: true },
            t("attach.item", { n: i + 1 })), " ",
          h("span", { class: "quiet" }, `${paper.media_type} · ${size(paper.size_bytes)}`))))
      : h("p", { class: "quiet" }, t("attach.none")),
    h("label", { class: "field" }, h("span", {}, t("attach.add")), input, h("small", { class: "quiet" }, t("attach.limit"))),
    trouble,
  ];
}

const size = (bytes) => (bytes < 1e6 ? `${Math.max(1, Math.round(bytes / 1e3))} KB` : `${(bytes / 1e6).toFixed(1)} MB`);

/** What was done, oldest first; details hold codes and ids only. */
export function historyList(history, words) {
  if (!history?.length) return null;
  return [
    h("h3", {}, t("history.title")),
    h("ol", { class: "history", id: "history" }, history.map((entry) =>
      h("li", {}, h("b", {}, say(entry.title) || term("act", entry.act)),
        h("span", { class: "quiet" }, `${formatMoment(entry.at)}${entry.actor ? ` · ${entry.actor}` : ""}`),
        details(entry.detail, words)))),
  ];
}

/** What a change did, told from the ids before and after: kind, grid, person; nothing personal. */
function details(detail, words) {
  const { before, after } = detail ?? {};
  if (!before || !after) return null;
  const name = (kind) => named(words.kinds.get(kind)) || kind;
  const said = [
    before.kind !== after.kind ? t("history.kind", { before: name(before.kind), after: name(after.kind) }) : null,
    before.cell_id !== after.cell_id ? t("history.cell") : null,
    before.officer_id !== after.officer_id ? t("history.officer") : t("history.sameOfficer"),
  ].filter(Boolean);
  return h("small", {}, said.join(" · "));
}
