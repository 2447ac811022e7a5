// Land borders: findings, strips, papers; one strip or one paper stands in the hash.
import { api } from "../data/api.js";
import { may } from "../data/rights.js";
import { createStripMap } from "../render/strip_map.js";
import { byId, h, show } from "../ui/dom.js";
import { problemBox, problemText } from "../ui/problem.js";
import { toast } from "../ui/toast.js";
import { openFrame } from "./frame.js";
import { landApi } from "./land_api.js";
import { claimCards, claimsCard } from "./land_claims.js";
import { findingsCard } from "./land_findings.js";
import { linesPanel } from "./land_lines.js";
import { photosCard } from "./land_photos.js";
import { drawStrip, headCard, marksCard, papersCard, scansCard, timeLineCard } from "./land_strip.js";
import { splitCard, surveyCard } from "./land_survey.js";
import { w } from "./land_words.js";

const page = { map: null, tab: "findings", session: null, place: null };
const HASH = /^#(strip|claim)=(\d{1,18})$/;

function draw(session) {
  page.session = session;
  page.map?.remove();
  const node = h("div", { class: "ld-map", tabindex: "0" });
  show(byId("view"), h("div", { class: "ld-page" },
    h("div", { class: "ld-stage" }, node, h("p", { class: "ld-legend" }, w("ld.legend"), " · ", w("ld.indicative"))),
    h("div", { class: "ld-side", id: "ld-side" })));
  page.map = createStripMap(node, w("ld.mapLabel"), page.place?.bbox);
  node.addEventListener("keydown", (event) => {
    if (event.key === "Backspace") page.map.undo();
  });
  window.onhashchange = route;
  route();
}

function route() {
  const found = HASH.exec(location.hash);
  if (!found) drawLists();
  else if (found[1] === "strip") openStrip(Number(found[2]));
  else openClaim(Number(found[2]));
}

function drawLists() {
  const { session } = page;
  page.map.show([]);
  page.map.showLine(null);
  page.map.draw(0, () => {});
  const body = h("div");
  const tabs = [["findings", "land_finding", () => findingsCard(session, { onShow: showFinding, onStrip: goTo })],
    ["strips", "land_strip", () => stripsList()],
    ["claims", "parcel", () => claimsCard(session, page.map, { onClaim: goToClaim })]].filter(([, object]) => may(session, object, "read"));
  if (!tabs.some(([name]) => name === page.tab)) page.tab = tabs[0]?.[0];
  const words = { findings: "ld.tabFindings", strips: "ld.tabStrips", claims: "ld.tabClaims" };
  const bar = h("div", { class: "p-tabs", role: "group" });
  const choose = (name) => {
    page.tab = name;
    page.map.draw(0, () => {});
    show(bar, tabs.map(([one]) => h("button", { type: "button", "aria-pressed": String(one === name), onclick: () => choose(one) }, w(words[one]))));
    show(body, tabs.find(([one]) => one === name)?.[2]());
  };
  choose(page.tab);
  show(byId("ld-side"), bar, body);
}

function showFinding(one) {
  page.map.show([{ geometry: one.geometry, style: "finding" }], [], one.geometry);
}

const goTo = (id) => {
  location.hash = `strip=${id}`;
};

const goToClaim = (id) => {
  location.hash = `claim=${id}`;
};

const isOpen = (what, id) => {
  const found = HASH.exec(location.hash);
  return found?.[1] === what && found[2] === String(id);
};

function stripsList() {
  const list = h("div");
  landApi.strips().then(({ items }) => {
    page.map.show(items.map((one) => ({ geometry: one.geometry, style: "strip" })), [], items[0]?.geometry ?? null);
    show(list,
      items.length ? null : h("p", { class: "quiet" }, w("ld.noStrips")),
      h("ul", { class: "plain-list p-list" }, items.map((one) => h("li", {},
        h("div", { class: "p-row-main" },
          h("a", { href: `#strip=${one.land_strip_id}` }, `${w("ld.strip")} ${one.land_strip_id} · ${one.case_code}`),
          h("small", {}, `${[one.left_code, one.right_code].filter(Boolean).join(" × ")} · ${w("ld.areaBoth", { m2: one.area_m2.toFixed(2), mu: one.area_mu })}`))))));
  }, (error) => show(list, problemBox(error)));
  return h("div", {}, list, may(page.session, "land_strip", "open") ? stripForm() : null);
}

function stripForm() {
  const field = (props) => h("input", { inputmode: "numeric", ...props });
  const code = field({ required: true, maxlength: 40 });
  const left = field({ type: "number", min: 1, required: true });
  const right = field({ type: "number", min: 1 });
  const tolerance = field({ type: "number", min: 0, step: 0.1, value: "1", required: true });
  const corridor = field({ type: "number", min: 0.1, step: 0.1 });
  page.map.draw(200, () => {});
  async function save(event) {
    event.preventDefault();
    const points = page.map.points();
    const line = corridor.value && points.length > 1 ? { type: "LineString", coordinates: points } : null;
    try {
      const made = await landApi.open({
        case_code: code.value.trim(), left_claim_id: Number(left.value), right_claim_id: right.value ? Number(right.value) : null,
        tolerance_m2: Number(tolerance.value), line, corridor_m: line ? Number(corridor.value) : null,
      });
      goTo(made.id);
    } catch (error) {
      toast(problemText(error), { tone: "bad" });
    }
  }
  return h("form", { class: "ld-form p-card", onsubmit: save }, h("h2", {}, w("ld.newStrip")),
    h("label", {}, w("ld.caseCode"), code), h("label", {}, w("ld.leftClaim"), left), h("label", {}, w("ld.rightClaim"), right),
    h("label", {}, w("ld.tolerance"), tolerance), h("label", {}, w("ld.corridor"), corridor),
    h("button", { type: "submit", class: "button primary" }, w("ld.save")));
}

async function openStrip(id) {
  const side = byId("ld-side");
  const back = h("p", {}, h("a", { href: "#" }, `← ${w("ld.back")}`));
  const reload = (fit) => read(fit === true);
  async function read(fit) {
    try {
      const strip = await landApi.strip(id);
      if (!isOpen("strip", id)) return;
      page.map.showLine(null);
      drawStrip(page.map, strip, fit);
      const { session } = page;
      show(side, back, headCard(session, strip, reload), linesPanel(session, strip, page.map, reload),
        papersCard(strip), timeLineCard(strip), marksCard(strip), scansCard(session, strip, page.map, reload), photosCard(strip, landApi.picture),
        surveyCard(session, strip, reload), splitCard(session));
    } catch (error) {
      show(side, back, problemBox(error, () => read(fit)));
    }
  }
  await read(true);
}

async function openClaim(id) {
  const side = byId("ld-side");
  const back = h("p", {}, h("a", { href: "#" }, `← ${w("ld.back")}`));
  async function read() {
    try {
      const claim = await landApi.claim(id);
      if (!isOpen("claim", id)) return;
      page.map.showLine(null);
      page.map.draw(0, () => {});
      page.map.show([
        ...claim.versions.map((one) => ({ geometry: one.geometry, style: "old" })),
        { geometry: claim.geometry, style: "left" },
      ], [], claim.geometry);
      show(side, back, claimCards(page.session, claim, read));
    } catch (error) {
      show(side, back, problemBox(error, read));
    }
  }
  await read();
}

async function load() {
  page.place = await api.place();
}

openFrame({ title: () => w("ld.title"), load, draw });
