// The registers beside cases: settled in the grid, receptions, talking-room sessions, the urgent key.
import { api } from "../data/api.js";
import { may } from "../data/rights.js";
import { byId, h, show } from "../ui/dom.js";
import { problemBox } from "../ui/problem.js";
import { openFrame } from "./frame.js";
import { registersApi } from "./registers_api.js";
import { receptionsView } from "./registers_receptions.js";
import { sessionsView } from "./registers_sessions.js";
import { settlementsView } from "./registers_settle.js";
import { w } from "./registers_words.js";
import { urgentCard } from "./urgent_key.js";

const TABS = [
  { tab: "settle", needs: ["grid_settlement", "list"], read: () => registersApi.settlements.list(), view: settlementsView },
  { tab: "receive", needs: ["reception", "list"], read: readReceptions, view: receptionsView },
  { tab: "talk", needs: ["talking_session", "list"], read: () => registersApi.sessions.list(), view: sessionsView },
  { tab: "urgent", needs: ["case", "file"], read: async () => ({}), view: () => urgentCard() },
];
const page = { tab: null, data: null, words: null, place: null, home: null };
let asked = 0;

const open = (session) => TABS.filter(({ needs: [object, verb] }) => may(session, object, verb));

/** Receptions, and the sessions that one of them may have happened in. */
async function readReceptions() {
  const [found, sessions] = await Promise.all([registersApi.receptions.list(), registersApi.sessions.list()]);
  return { ...found, sessions: sessions.items.filter((row) => !row.is_struck) };
}

async function load(session) {
  const tabs = open(session);
  // the one who stands on the doorstep begins with what was settled there, the window with who came
  const first = tabs.find(({ tab }) => tab === (["grid_worker", "cluster_leader"].includes(session.role) ? "settle" : "receive"));
  const chosen = tabs.find(({ tab }) => tab === location.hash.slice(1)) ?? first ?? tabs[0];
  page.tab = chosen?.tab ?? null;
  page.data = null;
  if (!chosen) return;
  const turn = (asked += 1);
  page.place ??= await api.place();
  page.kinds = page.place.case_kinds;
  if (may(session, "reception", "list")) page.words ??= await registersApi.words();
  page.home ??= session.area_code ?? (await registersApi.top().catch(() => [])).find((cell, _, all) => all.length === 1)?.code ?? "";
  const data = await chosen.read();
  if (turn === asked) page.data = data;
}

function draw(session) {
  const tabs = open(session);
  const chosen = tabs.find(({ tab }) => tab === page.tab);
  const goTo = async (tab) => {
    history.replaceState(null, "", `#${tab}`);
    show(byId("tab-view"), h("p", { class: "loading" }, w("rg.loading")));
    await reload(session);
    byId(`tab-${tab}`)?.focus();
  };
  show(byId("view"),
    h("div", { class: "p-tabs", role: "group", "aria-label": w("rg.tabs") }, tabs.map(({ tab }) =>
      h("button", { type: "button", id: `tab-${tab}`, "aria-pressed": String(tab === page.tab), onclick: () => goTo(tab) }, w(`rg.tab.${tab}`)))),
    h("div", { id: "tab-view" },
      chosen && page.data
        ? chosen.view(session, page, () => reload(session))
        : h("p", { class: "empty" }, w("rg.nothing"))));
}

async function reload(session) {
  try {
    await load(session);
    draw(session);
  } catch (error) {
    if (error.status !== 401) show(byId("tab-view"), problemBox(error, () => reload(session)));
  }
}

openFrame({ title: () => w("rg.title"), load, draw });
