// Registering by keyboard: the place first, then the form; who will get it is said before filing.
import { api } from "../data/api.js";
import { may } from "../data/rights.js";
import { formatMetres, named, term } from "../i18n/index.js";
import { howLine, leadCard } from "../ui/answer.js";
import { createCaseForm } from "../ui/case_form.js";
import { h, show } from "../ui/dom.js";
import { placeField } from "../ui/place_field.js";
import { problemBox } from "../ui/problem.js";
import { deskApi } from "./desk_api.js";
import { w } from "./desk_words.js";

const WORDS = { cell: "dk.cell", place: "dk.name", point: "dk.point" };

/** The card; filed() runs after each filing. */
export function intakeCard(session, place, filed) {
  let hit = null;
  let answer = null;
  let problem = null;
  let similar = [];
  let round = 0;
  let form = null;
  let done = null;
  const room = h("div", { id: "intake-room" });
  const kinds = new Map(place.case_kinds.map((kind) => [kind.kind, kind]));
  const first = (kinds.get("land") ?? place.case_kinds[0])?.kind;
  let field = null;

  const body = () => (hit.kind === "cell" ? { cell_code: hit.code } : { lng: hit.lng, lat: hit.lat });

  async function ask() {
    const turn = (round += 1);
    problem = null;
    const { kind, accuracy_m: accuracy } = form.draft;
    try {
      const found = await api.responsible({ lng: hit.lng, lat: hit.lat, kind, accuracy_m: accuracy || null });
      if (turn !== round) return;
      answer = found;
    } catch (error) {
      if (turn !== round) return;
      answer = null;
      problem = error;
    }
    draw();
    if (!may(session, "case_link", "suggest")) return;
    const near = await deskApi.similar({ kind, place: body(), accuracy_m: accuracy ?? undefined }).catch(() => ({ items: [] }));
    if (turn !== round) return;
    similar = near.items;
    draw();
  }

  function begin({ focus = true } = {}) {
    hit = null;
    answer = null;
    problem = null;
    similar = [];
    done = null;
    form = createCaseForm({
      place,
      kind: first,
      point: body,
      changeKind(kind) {
        form.draft.kind = kind;
        ask();
      },
      changeAccuracy: ask,
      redraw: draw,
      done(answered) {
        done = answered;
        draw();
        room.querySelector("#another")?.focus();
        filed();
      },
    });
    field = placeField({
      label: w("dk.place"),
      hint: w("dk.placeHint"),
      none: w("dk.placeNone"),
      kindWord: (kind) => (WORDS[kind] ? w(WORDS[kind]) : ""),
      choose(chosen) {
        hit = chosen;
        ask().then(() => document.getElementById("case-kind")?.focus());
      },
    });
    draw();
    if (focus) field.focus();
  }

  /** Elements are made anew; the one that had the focus gets it back, and what was typed stays in the draft. */
  function draw() {
    const held = room.contains(document.activeElement) ? document.activeElement.id : null;
    const caret = held ? document.activeElement.selectionStart : null;
    show(room, done ? receipt() : [field.row, hit ? filling() : h("p", { class: "quiet" }, w("dk.placeFirst"))]);
    const node = held ? document.getElementById(held) : null;
    node?.focus();
    if (node?.tagName === "TEXTAREA" && caret !== null) node.setSelectionRange(caret, caret);
  }

  function filling() {
    return [
      h("p", { class: "dk-chosen" }, w("dk.chosen", { place: hit.name })),
      problem ? problemBox(problem, ask) : null,
      answer ? [leadCard(answer.lead, answer.queue_reason), howLine(answer.location)] : null,
      similar.length
        ? h("div", { class: "notice", id: "similar" }, h("p", {}, w("dk.similar")),
            h("ul", {}, similar.map((one) => h("li", {},
              h("a", { href: `/case#${encodeURIComponent(one.code)}`, target: "_blank", rel: "noopener" }, one.code), " ",
              w("dk.similarRow", { when: one.happened_on, cell: one.cell_name ?? "", distance: formatMetres(one.distance_m) }), " ",
              h("span", { class: "pill pill-vacant" }, term("state", one.state))))))
        : null,
      form.view(answer),
    ];
  }

  function receipt() {
    return h("div", { class: "notice good", id: "filed", role: "status" },
      h("b", {}, w("dk.filed")), h("span", { class: "big-code" }, done.code),
      done.visible === false
        ? h("p", {}, w("dk.unseen"))
        : h("p", {}, done.lead?.officer ? `${done.lead.officer.duty_name} · ${done.lead.cell_name} ${named(done.lead)}` : w("dk.reason.no_officer")),
      h("div", { class: "row" },
        h("button", { type: "button", class: "button primary", id: "another", onclick: () => begin() }, w("dk.another")),
        done.visible === false ? null : h("a", { class: "button", href: `/case#${encodeURIComponent(done.code)}` }, w("dk.openIt"))));
  }

  const card = h("section", {
    class: "p-card", id: "intake",
    onkeydown: (event) => {
      if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      room.querySelector("form")?.requestSubmit();
    },
  }, h("h2", {}, w("dk.intake")), h("p", { class: "quiet only-desk" }, w("dk.keys")), room);
  return { card, begin };
}
