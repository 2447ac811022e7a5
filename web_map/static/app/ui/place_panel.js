// A place was asked about: which grids, who answers, why; and the way to file a case right there.
import { api } from "../data/api.js";
import { formatPoint } from "../data/coordinates.js";
import { named, t } from "../i18n/index.js";
import { howLine, leadCard, pathList, postTable, whyLine } from "./answer.js";
import { createCaseForm } from "./case_form.js";
import { h } from "./dom.js";
import { problemBox } from "./problem.js";

/**
 * open(point) asks the server and shows; onAnswer(location|null) lets the map draw it;
 * moreOf(cell) are buttons about the cell that was found.
 */
export function createPlacePanel({ panel, place, onAnswer, onFiled, moreOf = () => [] }) {
  let point = null;
  let kind = (place.case_kinds.find((item) => item.kind === "land") ?? place.case_kinds[0])?.kind;
  let answer = null;
  let problem = null;
  let filing = null;
  let asking = null;
  let round = 0;

  async function ask() {
    asking?.abort();
    asking = new AbortController();
    const turn = (round += 1);
    problem = null;
    try {
      const accuracy = filing?.draft.accuracy_m;
      const found = await api.responsible({ ...point, kind, accuracy_m: accuracy || null }, asking.signal);
      if (turn !== round) return;
      answer = found;
      onAnswer(found.location);
    } catch (error) {
      if (error.name === "AbortError" || turn !== round) return;
      answer = null;
      problem = error;
      onAnswer(null);
    }
    draw();
  }

  function chooseKind(next) {
    kind = next;
    if (filing) filing.draft.kind = next;
    ask();
  }

  function kindChooser() {
    return h(
      "label",
      { class: "field inline" },
      h("span", {}, t("place.kind")),
      h("select", { id: "place-kind", onchange: (event) => chooseKind(event.target.value) },
        place.case_kinds.map((item) =>
          h("option", { value: item.kind, selected: item.kind === kind }, named(item)))),
    );
  }

  function pathOf(location) {
    return [...location.ancestors, ...(location.cell ? [location.cell] : [])];
  }

  function answerView({ brief = false } = {}) {
    if (problem) return problemBox(problem, ask);
    if (!answer) return h("p", { class: "loading" }, t("place.asking"));
    const { location } = answer;
    const reasons = [
      whyLine(answer.why),
      howLine(location),
      location.cell
        ? [h("h3", {}, t("path.title")), pathList(pathOf(location), place.levels)]
        : h("p", { class: "notice" }, t("place.outside")),
    ];
    return [
      leadCard(answer.lead, answer.queue_reason),
      brief
        ? h("details", { class: "more-fields" }, h("summary", {}, t("form.reasons")), reasons)
        : reasons,
    ];
  }

  function draw({ focus = false } = {}) {
    if (!point) return;
    const coordinates = h("p", { class: "coordinates" }, h("code", { id: "point" }, formatPoint(point)));
    if (filing) {
      panel.show(
        t("form.title"),
        [h("p", { class: "quiet" }, t("form.placeHint")), coordinates, answerView({ brief: true }), filing.view(answer)],
        { focus, back: cancel },
      );
      return;
    }
    panel.show(
      t("place.title"),
      [
        kindChooser(),
        answerView(),
        answer?.posts?.length ? [h("h3", {}, t("posts.title")), postTable(answer.posts)] : null,
        coordinates,
        answer?.location.cell ? h("div", { class: "more-buttons" }, moreOf(answer.location.cell)) : null,
        h("div", { class: "panel-actions" },
          h("button", { type: "button", class: "button primary wide", id: "file-here", onclick: startFiling },
            t("place.fileHere"))),
      ],
      { focus },
    );
  }

  function startFiling() {
    filing = createCaseForm({
      place,
      kind,
      point: () => point,
      changeKind: chooseKind,
      changeAccuracy: ask,
      done: (filed) => {
        filing = null;
        point = null;
        onFiled(filed);
      },
      redraw: draw,
    });
    draw({ focus: true });
  }

  function cancel() {
    filing = null;
    draw({ focus: true });
  }

  return {
    open(next, options) {
      point = next;
      answer = null;
      draw(options);
      return ask();
    },
    redraw: draw,
    close() {
      point = null;
      filing = null;
      round += 1;
      asking?.abort();
    },
    isOpen: () => point !== null,
    isFiling: () => filing !== null,
    cancel,
  };
}
