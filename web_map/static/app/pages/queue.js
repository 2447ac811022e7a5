// The queue: what the sweeper found, what waits for an officer, and cases by code or kind.
import { api } from "../data/api.js";
import { byId, h, show } from "../ui/dom.js";
import { problemBox } from "../ui/problem.js";
import { openFrame } from "./frame.js";
import { dispatchView, loadWaiting } from "./queue_dispatch.js";
import { findView } from "./queue_find.js";
import { foundView, loadFound } from "./queue_found.js";
import { w } from "./queue_words.js";

const TABS = [
  { tab: "found", load: loadFound, view: foundView },
  { tab: "dispatch", load: loadWaiting, view: dispatchView },
  { tab: "find", load: async () => ({}), view: findView },
];
const page = { tab: null, data: null, place: null };
let asked = 0;

async function load(session) {
  const chosen = TABS.find(({ tab }) => tab === location.hash.slice(1)) ?? TABS[0];
  page.tab = chosen.tab;
  page.data = null;
  const turn = (asked += 1);
  page.place ??= await api.place();
  page.kinds = new Map(page.place.case_kinds.map((kind) => [kind.kind, kind]));
  const data = await chosen.load(session);
  if (turn === asked) page.data = data;
}

function draw(session) {
  const chosen = TABS.find(({ tab }) => tab === page.tab);
  const goTo = async (tab) => {
    history.replaceState(null, "", `#${tab}`);
    show(byId("tab-view"), h("p", { class: "loading" }, w("qu.loading")));
    await reload(session);
    byId(`tab-${tab}`)?.focus();
  };
  show(byId("view"),
    h("div", { class: "p-tabs", role: "group", "aria-label": w("qu.tabs") }, TABS.map(({ tab }) =>
      h("button", { type: "button", id: `tab-${tab}`, "aria-pressed": String(tab === page.tab), onclick: () => goTo(tab) }, w(`qu.tab.${tab}`)))),
    h("div", { id: "tab-view" }, page.data ? chosen.view(session, page, () => reload(session)) : null));
}

async function reload(session) {
  const held = document.activeElement?.id;
  try {
    await load(session);
    draw(session);
    if (held) byId(held)?.focus();
  } catch (error) {
    if (error.status !== 401) show(byId("tab-view"), problemBox(error, () => reload(session)));
  }
}

openFrame({ title: () => w("qu.title"), load, draw });
