// One case: who has it and why, what happened, its papers; move it, change its kind, take that back.
import { ApiProblem, api } from "../data/api.js";
import { distanceM, formatPoint } from "../data/coordinates.js";
import { hasPoint } from "../data/cases.js";
import { formatDay, formatMetres, formatMoment, named, t, term } from "../i18n/index.js";
import { symbolIcon } from "../render/symbols.js";
import { leadCard, pathList, whyLine } from "./answer.js";
import { attachmentList, historyList } from "./case_parts.js";
import { h } from "./dom.js";
import { partyList } from "./parties.js";
import { problemBox } from "./problem.js";

/** open(code) reads and shows; onChange(detail) runs after every successful change; moreOf(detail): buttons. */
export function createCasePanel({ panel, place, words, mayUnmask, onShow, onChange, onGone, startMove, moveToCenter, endMove, moreOf = () => [] }) {
  let code = null;
  let detail = null;
  let problem = null;
  let trouble = null;
  let filedNow = false;
  let moving = false;
  let busy = false;
  let undo = null;
  let said = null;
  let round = 0;

  async function read() {
    const turn = (round += 1);
    problem = null;
    try {
      const found = await api.case(code);
      if (turn !== round) return;
      detail = found;
      onShow(found);
    } catch (error) {
      if (turn !== round) return;
      problem = error;
      if (error instanceof ApiProblem && error.status === 404) onGone(code);
    }
    draw();
  }

  const leadName = (item) =>
    item.lead?.officer
      ? t("moved.lead", { name: item.lead.officer.duty_name, post: named(item.lead), cell: item.lead.cell_name })
      : t("lead.queue");

  /** PATCH with the revision that the user looked at; says plainly what became of it. */
  async function change(patch, { before, sentence }) {
    busy = true;
    trouble = null;
    draw();
    try {
      const next = await api.changeCase(code, { rev: detail.rev, ...patch });
      said = () => sentence(before, next);
      detail = next;
      onShow(next);
      onChange(next);
      return true;
    } catch (error) {
      trouble = error;
      if (error.status === 409) await read();
      return false;
    } finally {
      busy = false;
      draw();
    }
  }

  const reroute = (before, after) =>
    leadName(before) === leadName(after)
      ? t("moved.same", { lead: leadName(after) })
      : t("moved.now", { lead: leadName(after), before: leadName(before) });

  async function moveTo(point) {
    const before = detail;
    const from = { lng: before.lng, lat: before.lat };
    stopMoving();
    const distance = hasPoint(before) ? formatMetres(distanceM(from, point)) : "";
    const ok = await change({ place: point }, {
      before,
      sentence: (a, b) => `${t("moved.by", { distance })}${reroute(a, b)}`,
    });
    if (ok && hasPoint(before)) undo = { patch: { place: from, accuracy_m: before.accuracy_m ?? undefined }, label: "moved.undo" };
    draw();
  }

  async function changeKind(kind) {
    const before = detail;
    const ok = await change({ kind }, {
      before,
      sentence: (a, b) => `${t("moved.kind", { kind: named(words.kinds.get(b.kind)) })}${reroute(a, b)}`,
    });
    if (ok) undo = { patch: { kind: before.kind }, label: "moved.undoKind" };
    draw();
  }

  async function takeBack() {
    if (!undo || busy) return;
    const { patch } = undo;
    undo = null;
    await change(patch, { before: detail, sentence: (a, b) => `${t("moved.undone")}${reroute(a, b)}` });
  }

  function beginMoving() {
    moving = true;
    startMove(detail, moveTo);
    draw();
  }

  function stopMoving() {
    moving = false;
    endMove();
  }

  function movingBar() {
    return h("div", { class: "notice moving" },
      h("p", {}, t("moving.hint")),
      h("div", { class: "row" },
        h("button", { type: "button", class: "button", id: "move-to-center", onclick: moveToCenter }, t("moving.center")),
        h("button", { type: "button", class: "button", onclick: () => { stopMoving(); draw(); } }, t("action.cancel"))));
  }

  function actions() {
    if (moving) return movingBar();
    return h("div", { class: "case-actions" },
      h("button", { type: "button", class: "button", id: "move-case", disabled: busy, onclick: beginMoving }, t("case.move")),
      h("label", { class: "field inline" }, h("span", {}, t("case.changeKind")),
        h("select", { id: "change-kind", disabled: busy, onchange: (event) => changeKind(event.target.value) },
          place.case_kinds.map((item) => h("option", { value: item.kind, selected: item.kind === detail.kind }, named(item))))));
  }

  function facts() {
    const rows = [
      ["case.state", term("state", detail.state)],
      ["case.happenedOn", detail.happened_on],
      ["case.registeredAt", formatMoment(detail.registered_at)],
      ["case.source", named(words.sources.get(detail.source)) || detail.source],
      ["case.how", term("how", detail.how)],
      ["case.point", hasPoint(detail) ? formatPoint(detail) : t("case.noPoint")],
    ];
    return h("dl", { class: "facts" }, rows.map(([label, value]) => h("div", {}, h("dt", {}, t(label)), h("dd", {}, value))));
  }

  function content() {
    if (problem) return problemBox(problem, read);
    if (!detail) return h("p", { class: "loading" }, t("case.loading"));
    return [
      filedNow
        ? h("div", { class: "notice good", id: "filed", role: "status" },
            h("b", {}, t("form.filed")), h("span", { class: "big-code" }, detail.code))
        : h("p", { class: "case-code" }, h("code", { id: "case-code" }, detail.code),
            detail.urgent ? h("b", { class: "pill pill-urgent" }, "! ", t("case.urgent")) : null,
            h("span", { class: "quiet" }, formatDay(detail.registered_at))),
      said
        ? h("div", { class: "notice", id: "moved", role: "status" }, h("p", {}, said()),
            undo ? h("button", { type: "button", class: "button", id: "undo", disabled: busy, onclick: takeBack }, t(undo.label)) : null)
        : null,
      trouble ? problemBox(trouble) : null,
      leadCard(detail.lead, detail.queue_reason),
      whyLine(detail.why),
      detail.joint?.length
        ? h("p", { class: "how" }, t("how.joint", { names: detail.joint.map((cell) => cell.name ?? cell.cell_name).join(t("list.and")) }))
        : null,
      actions(),
      h("h3", {}, t("case.text")),
      h("p", { class: "case-text", id: "case-text-shown", dir: "auto" }, detail.text_blanked_at
        ? t("case.textBlanked", { on: formatDay(detail.text_blanked_at) })
        : detail.text || t("case.noText")),
      facts(),
      detail.path?.length ? [h("h3", {}, t("path.title")), pathList(detail.path, place.levels)] : null,
      h("p", {}, h("a", { class: "button wide", id: "case-page", href: `/case#${encodeURIComponent(detail.code)}` }, t("case.page"))),
      h("div", { class: "more-buttons" }, moreOf(detail)),
      partyList(detail, mayUnmask),
      attachmentList(detail, read),
      historyList(detail.history, words),
    ];
  }

  function draw(options) {
    if (!code) return;
    const title = detail ? named(words.kinds.get(detail.kind)) || detail.kind : t("case.title");
    panel.show(title, content(), { ...options, sign: detail ? symbolIcon(detail.kind, { size: 20 }) : null });
  }

  return {
    open(next, { filed = null, focus = false } = {}) {
      if (code !== next) {
        if (moving) stopMoving();
        undo = null;
        said = null;
        trouble = null;
        detail = filed;
      }
      code = next;
      filedNow = filed !== null;
      draw({ focus });
      if (filed) onShow(filed);
      return read();
    },
    redraw: draw,
    reload: read,
    shows: (other) => code === other,
    isMoving: () => moving,
    cancelMove() {
      stopMoving();
      draw();
    },
    takeBack,
    close() {
      if (moving) stopMoving();
      code = null;
      detail = null;
      undo = null;
      said = null;
      round += 1;
    },
    isOpen: () => code !== null,
  };
}
