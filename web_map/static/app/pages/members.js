// The party-group leader's page: list first, search by initials, one tap to call.
import { setLanguage, language } from "../i18n/index.js";
import { requireSession, signIn, signOut } from "../ui/signin.js";
import { whenSignedOut } from "../data/api.js";
import { byId, h, settle, show } from "../ui/dom.js";
import { problemBox } from "../ui/problem.js";
import { membersApi } from "./members_api.js";
import { gridList, memberList, memberRow } from "./members_list.js";
import { memberPanel } from "./members_panel.js";
import { handOutButtons } from "./hand_out.js";
import { exportRoster } from "./members_export.js";
import { printRoster } from "./members_print.js";
import { requestsView } from "./members_requests.js";
import { rosterView } from "./members_roster.js";
import { w } from "./members_words.js";

const TABS = ["list", "grids", "requests", "roster"];
const TAB_WORDS = { list: "m.tabList", grids: "m.tabGrids", requests: "m.tabRequests", roster: "m.tabRoster" };
const synthetic = document.body.dataset.synthetic === "yes";
const page = { tab: "list", groups: null, words: null, members: [], total: 0, found: null, problem: null };
let searching = null;

async function open() {
  byId("lang").onclick = () => {
    setLanguage(language() === "zh" ? "en" : "zh");
    draw();
  };
  byId("leave").onclick = signOut;
  const box = byId("q");
  box.oninput = settle(() => find(box.value.trim()), 180);
  whenSignedOut(() => signIn({ synthetic }).then(read));
  drawFrame();
  page.session = await requireSession({ synthetic });
  await read();
}

async function read() {
  show(byId("view"), h("p", { class: "loading" }, w("m.loading")));
  page.problem = null;
  try {
    const told = await membersApi.groups();
    page.groups = told.items;
    page.words = { duties: byslug(told.duties), skills: byslug(told.skills), skillList: told.skills };
    const all = await membersApi.search({ limit: 500 });
    page.members = all.items;
    page.total = all.total;
  } catch (error) {
    page.problem = error;
  }
  draw();
}

const byslug = (words) => new Map(words.map((word) => [word.slug, word]));

async function find(q) {
  searching?.abort();
  if (!q) {
    page.found = null;
    draw();
    return;
  }
  searching = new AbortController();
  try {
    page.found = await membersApi.search({ q }, searching.signal);
    page.tab = "list";
    draw();
  } catch (error) {
    if (error.name !== "AbortError") show(byId("view"), problemBox(error));
  }
}

function drawFrame() {
  document.title = w("m.title");
  byId("page-title").textContent = w("m.title");
  const box = byId("q");
  box.placeholder = w("m.search");
  box.setAttribute("aria-label", w("m.searchLabel"));
  byId("lang").textContent = language() === "zh" ? "EN" : "中文";
  byId("leave").textContent = w("m.leave");
  const mark = byId("synthetic");
  if (mark) mark.textContent = w("m.synthetic");
  show(byId("tabs"), TABS.map((tab) =>
    h("button", {
      type: "button", "aria-pressed": String(tab === page.tab), dataset: { tab },
      onclick: () => goTo(tab),
    }, w(TAB_WORDS[tab]))));
}

function goTo(tab) {
  page.tab = tab;
  page.found = null;
  byId("q").value = "";
  draw();
}

function draw() {
  drawFrame();
  show(byId("view"), content());
}

function content() {
  if (page.problem) {
    if (page.problem.status === 403) return h("p", { class: "empty" }, w("m.noRight"));
    return problemBox(page.problem, read);
  }
  if (!page.groups) return h("p", { class: "loading" }, w("m.loading"));
  if (page.groups.length === 0) return h("p", { class: "empty" }, w("m.noGroups"));
  if (page.found) return results(page.found);
  const views = {
    list: () => [
      memberList(page, openMember),
      h("button", { type: "button", class: "button wide m-print", id: "print", onclick: () => printRoster(page) }, w("m.print")),
      exportRoster(),
      handOutButtons(["members"], { session: page.session }).map((button) => {
        button.classList.add("wide");
        return button;
      }),
    ],
    grids: () => gridList(page),
    requests: () => requestsView(page),
    roster: () => rosterView(page, read),
  };
  return views[page.tab]();
}

function results(found) {
  if (found.total === 0) return h("p", { class: "empty" }, w("m.none"));
  const rest = found.total - found.items.length;
  return [
    h("p", { class: "m-note", role: "status" }, w("m.found", { n: found.total })),
    h("ul", { class: "m-people", id: "results" }, found.items.map((item) => memberRow(item, page.words, openMember))),
    rest > 0 ? h("p", { class: "m-note" }, w("m.more", { n: rest })) : null,
  ];
}

const openMember = (id) => memberPanel(id, page, read);

open();
