// Reports: figures with their denominators, the ledger, the weekly list, frozen copies.
import { api } from "../data/api.js";
import { may } from "../data/rights.js";
import { byId, h, show } from "../ui/dom.js";
import { problemBox } from "../ui/problem.js";
import { openFrame } from "./frame.js";
import { figuresView, loadFigures } from "./reports_figures.js";
import { frozenView, loadFrozen } from "./reports_frozen.js";
import { ledgerView, loadLedger } from "./reports_ledger.js";
import { loadWeekly, weeklyView } from "./reports_weekly.js";
import { w } from "./reports_words.js";

const TABS = [
  { tab: "figures", verb: "read", load: loadFigures, view: figuresView },
  { tab: "ledger", verb: "ledger", load: loadLedger, view: ledgerView },
  { tab: "weekly", verb: "read", load: loadWeekly, view: weeklyView },
  { tab: "frozen", verb: "read", load: loadFrozen, view: frozenView },
];
const page = { tab: null, data: null, place: null };
let asked = 0;

const open = (session) => TABS.filter(({ verb }) => may(session, "report", verb));

async function load(session) {
  const tabs = open(session);
  const chosen = tabs.find(({ tab }) => tab === location.hash.slice(1)) ?? tabs[0];
  page.tab = chosen?.tab ?? null;
  page.data = null;
  if (!chosen) return;
  const turn = (asked += 1);
  page.place ??= await api.place();
  const data = await chosen.load(session);
  if (turn === asked) page.data = data;
}

function draw(session) {
  const tabs = open(session);
  const chosen = tabs.find(({ tab }) => tab === page.tab);
  const goTo = async (tab) => {
    history.replaceState(null, "", `#${tab}`);
    show(byId("tab-view"), h("p", { class: "loading" }, w("rp.loading")));
    await reload(session);
    byId(`tab-${tab}`)?.focus();
  };
  show(byId("view"),
    h("div", { class: "p-tabs", role: "group", "aria-label": w("rp.tabs") }, tabs.map(({ tab }) =>
      h("button", { type: "button", id: `tab-${tab}`, "aria-pressed": String(tab === page.tab), onclick: () => goTo(tab) }, w(`rp.tab.${tab}`)))),
    h("div", { id: "tab-view" },
      chosen && page.data
        ? chosen.view(session, page, () => reload(session))
        : h("p", { class: "empty" }, w("rp.nothing"))));
}

/** What one has asked for stands: only the rows below are read again. */
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

openFrame({ title: () => w("rp.title"), load, draw });
