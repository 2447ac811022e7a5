// One case: where it stands, the steps allowed next, its clocks, place, persons, papers and history.
import { api } from "../data/api.js";
import { hasPoint } from "../data/cases.js";
import { formatPoint } from "../data/coordinates.js";
import { may } from "../data/rights.js";
import { formatDay, formatMoment, named, say, t, term } from "../i18n/index.js";
import { leadCard, pathList, whyLine } from "../ui/answer.js";
import { attachmentList, historyList } from "../ui/case_parts.js";
import { byId, h, show } from "../ui/dom.js";
import { partyList } from "../ui/parties.js";
import { problemBox } from "../ui/problem.js";
import { toast } from "../ui/toast.js";
import { amountsCard } from "./case_amounts.js";
import { caseApi } from "./case_api.js";
import { clocksCard } from "./case_clocks.js";
import { collectiveCard } from "./case_collective.js";
import { linksCard, noticesCard } from "./case_links.js";
import { papersCard } from "./case_papers.js";
import { partyForm } from "./case_party_form.js";
import { placeDrawing } from "./case_place.js";
import { printOrder } from "./case_sheet.js";
import { stepsCard } from "./case_steps.js";
import { w } from "./case_words.js";
import { openFrame } from "./frame.js";
import { handOutButtons } from "./hand_out.js";

const CODE = /^[\w.-]{1,60}$/;
const page = { code: null, problem: null };

/** #CODE, or #CODE!step where another page has said which step it is about. */
const readHash = () => {
  const [code, step = null] = decodeURIComponent(location.hash.slice(1)).split("!");
  return CODE.test(code) ? { code, step } : { code: null, step: null };
};

async function load(session) {
  Object.assign(page, readHash());
  page.problem = null;
  page.detail = null;
  page.gone = false;
  if (!page.code) return;
  try {
    await read(session);
  } catch (error) {
    if (error.status === 401) throw error;
    page.problem = error;
  }
}

async function read(session) {
  const { code } = page;
  page.place ??= await api.place();
  page.words ??= await caseApi.words();
  page.kinds = new Map(page.place.case_kinds.map((kind) => [kind.kind, kind]));
  page.sources = new Map(page.place.sources.map((source) => [source.source, source]));
  const [detail, steps, clocks, papers] = await Promise.all([
    api.case(code), caseApi.steps(code), caseApi.clocks(code), caseApi.papers(code),
  ]);
  const [posts, near, around] = await Promise.all([readPosts(session, detail), readNear(detail), readAround(session, detail)]);
  Object.assign(page, { detail, steps, clocks, papers, posts, near, ...around });
}

/** What stands beside the case itself: other doors of the dispute, whom to tell, many behind one, money. */
async function readAround(session, { code, parties }) {
  const ask = (object, verb, get) => (may(session, object, verb) ? get(code) : null);
  const [links, suggestions, notices, collective, amounts] = await Promise.all([
    ask("case_link", "read", caseApi.links),
    ask("case_link", "suggest", caseApi.suggestions),
    ask("reporter_notice", "read", caseApi.notices),
    parties.some((party) => party.side === "representative") ? ask("case_collective", "read", caseApi.collective) : null,
    ask("case_amount", "read", caseApi.amounts),
  ]);
  return { links, suggestions, notices, collective, amounts };
}

/** Whom a step could name: the posts on the way up from the place. */
const readPosts = async (session, { code }) =>
  (may(session, "case", "step") ? (await caseApi.receivers(code)).items : []);

async function readNear(detail) {
  const [own, parent] = [...(detail.path ?? [])].sort((a, b) => b.rank - a.rank);
  if (!own || !parent || !hasPoint(detail)) return [];
  const found = await caseApi.siblings(own.rank, parent.code).catch(() => null);
  return found?.features ?? [];
}

function draw(session) {
  const reload = async () => {
    await load(session);
    draw(session);
  };
  window.onhashchange = reload;
  if (!page.code) return show(byId("view"), chooser());
  if (page.problem) return show(byId("view"), problemBox(page.problem, reload), chooser());
  if (page.gone) return show(byId("view"), h("p", { class: "notice" }, h("code", {}, page.code), " ", w("cp.gone")));
  const done = async (answer, step) => {
    if (answer.visible === false) {
      page.gone = true;
      return draw(session);
    }
    await reload();
    toast(w("cp.done", { step: say(step) }));
    return byId("next")?.querySelector("button")?.focus();
  };
  const { detail } = page;
  document.title = `${detail.code} · ${w("cp.title")}`;
  show(byId("view"),
    head(session),
    h("div", { class: "p-cards cp-cards" },
      stepsCard(session, page, { done, again: reload }),
      clocksCard(page.clocks),
      whatCard(),
      placeCard(),
      linksCard(session, page, reload),
      noticesCard(session, page),
      personsCard(session, reload),
      collectiveCard(session, page, reload),
      amountsCard(session, page),
      papersCard(page),
      h("section", { class: "p-card", id: "files" }, attachmentList(detail, reload)),
      h("section", { class: "p-card" }, historyList(detail.history, { kinds: page.kinds }))));
  if (!page.step) return null;
  const open = page.opener(page.step);
  history.replaceState(null, "", `#${encodeURIComponent(page.code)}`);
  page.step = null;
  return open?.();
}

function chooser() {
  const code = h("input", { name: "code", required: true, maxlength: 60, pattern: "[\\w.\\-]+", autocomplete: "off", autofocus: true });
  const go = (event) => {
    event.preventDefault();
    location.hash = encodeURIComponent(code.value.trim());
  };
  return h("section", { class: "p-card cp-choose" },
    h("h2", {}, w("cp.open")),
    h("form", { onsubmit: go },
      h("label", { class: "field" }, h("span", {}, w("cp.code")), code),
      h("button", { class: "button primary" }, w("cp.go"))));
}

function head(session) {
  const { detail, steps } = page;
  return h("div", { class: "cp-head" },
    h("div", {},
      h("p", { class: "case-code" },
        h("code", { id: "case-code" }, detail.code),
        detail.urgent ? h("b", { class: "pill pill-urgent" }, "! ", t("case.urgent")) : null,
        h("b", { class: "pill cp-state", id: "case-state" }, say(steps.state)),
        steps.overlays.map((one) => h("b", { class: "pill pill-leave" }, say(one))),
        steps.outcome ? h("span", {}, say(steps.outcome)) : null,
        steps.closed_on ? h("span", { class: "quiet" }, w("cp.closed", { on: steps.closed_on })) : null,
        steps.settled_on ? h("span", { class: "quiet" }, w("cp.settled", { on: steps.settled_on })) : null,
        steps.satisfaction ? h("span", { class: "quiet", id: "satisfaction" }, w("cp.need.satisfaction"), "：", w(`cp.satisfaction.${steps.satisfaction}`)) : null),
      h("h2", {}, named(page.kinds.get(detail.kind)) || detail.kind)),
    h("div", { class: "p-buttons p-aside-block" },
      h("a", { class: "button cp-link", href: `/#&sel=case:${encodeURIComponent(detail.code)}` }, w("cp.onMap")),
      ["docx", "pdf"].map((form) => h("a", {
        class: "button cp-link", id: `dossier-${form}`, download: `${detail.code}.${form}`,
        href: `/api/cases/${encodeURIComponent(detail.code)}/dossier?form=${form}`,
      }, w(`cp.dossier.${form}`))),
      h("button", { type: "button", class: "button", onclick: () => print() }, w("cp.print")),
      h("button", { type: "button", class: "button", id: "print-order", onclick: () => printOrder(page) }, w("cp.order")),
      handOutButtons(["case"], { session, code: detail.code })));
}

function whatCard() {
  const { detail } = page;
  const rows = [
    ["case.happenedOn", detail.happened_on],
    ["case.registeredAt", formatMoment(detail.registered_at)],
    ["case.source", named(page.sources.get(detail.source)) || detail.source],
    ["case.how", term("how", detail.how)],
    ["case.point", hasPoint(detail) ? formatPoint(detail) : t("case.noPoint")],
  ];
  return h("section", { class: "p-card", id: "what" },
    h("h2", {}, w("cp.what")),
    leadCard(detail.lead, detail.queue_reason),
    page.papers.official.map((one) => h("p", { class: "notice", id: "official" }, w("cp.official", { who: one.duty_name }))),
    whyLine(detail.why),
    h("p", { class: "case-text", id: "case-text-shown", dir: "auto" },
      detail.text_blanked_at ? t("case.textBlanked", { on: formatDay(detail.text_blanked_at) }) : detail.text || t("case.noText")),
    h("dl", { class: "facts" }, rows.map(([label, value]) => h("div", {}, h("dt", {}, t(label)), h("dd", {}, value)))));
}

function personsCard(session, reload) {
  const { detail } = page;
  const mayAdd = may(session, "case_party", "add");
  if (!detail.parties.length && !mayAdd) return null;
  return h("section", { class: "p-card", id: "persons" },
    partyList(detail, may(session, "personal", "unmask")) ?? [h("h3", {}, t("party.title")), h("p", { class: "empty" }, w("cp.personsNone"))],
    mayAdd ? partyForm(detail.code, reload) : null);
}

function placeCard() {
  const { detail, near } = page;
  return h("section", { class: "p-card", id: "place-card" },
    h("h2", {}, w("cp.place")),
    hasPoint(detail) ? placeDrawing(detail, near) : h("p", { class: "empty" }, w("cp.placeNone")),
    detail.path?.length ? pathList(detail.path, page.place.levels) : null,
    h("p", { class: "quiet" }, w("cp.indicative")));
}

openFrame({ title: () => w("cp.title"), load, draw });
