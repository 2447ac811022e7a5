// People and shifts: shift notes, leave, hand-overs, accounts; each tab only for who may.
import { may } from "../data/rights.js";
import { byId, h, show } from "../ui/dom.js";
import { problemBox } from "../ui/problem.js";
import { openFrame } from "./frame.js";
import { accountsView, loadAccounts } from "./upkeep_accounts.js";
import { handoverView, loadHandover } from "./upkeep_handover.js";
import { leaveView, loadLeave } from "./upkeep_leave.js";
import { loadShift, shiftView } from "./upkeep_shift.js";
import { w } from "./upkeep_words.js";

const TABS = [
  { tab: "shift", needs: ["shift_note", "read"], load: loadShift, view: shiftView },
  { tab: "leave", needs: ["leave", "add"], load: loadLeave, view: leaveView },
  { tab: "handover", needs: ["handover", "add"], load: loadHandover, view: handoverView },
  { tab: "accounts", needs: ["user", "read"], load: loadAccounts, view: accountsView },
];
const page = { tab: null, data: null };
let asked = 0;

const open = (session) => TABS.filter(({ needs: [object, verb] }) => may(session, object, verb));

async function load(session) {
  const tabs = open(session);
  const wanted = location.hash.slice(1);
  const chosen = tabs.find(({ tab }) => tab === wanted) ?? tabs[0];
  page.tab = chosen?.tab ?? null;
  page.data = null;
  const turn = (asked += 1);
  const data = chosen ? await chosen.load() : null;
  if (turn === asked) page.data = data;
}

function draw(session) {
  const tabs = open(session);
  const chosen = tabs.find(({ tab }) => tab === page.tab);
  const goTo = async (tab) => {
    history.replaceState(null, "", `#${tab}`);
    show(byId("tab-view"), h("p", { class: "loading" }));
    await reload(session);
    byId(`tab-${tab}`)?.focus();
  };
  show(byId("view"),
    h("div", { class: "p-tabs", role: "group", "aria-label": w("up.tabs") }, tabs.map(({ tab }) =>
      h("button", { type: "button", id: `tab-${tab}`, "aria-pressed": String(tab === page.tab), onclick: () => goTo(tab) }, w(`up.tab.${tab}`)))),
    h("div", { id: "tab-view" },
      chosen && page.data
        ? chosen.view(session, page.data, () => reload(session))
        : h("p", { class: "empty" }, w("up.nothing"))));
}

async function reload(session) {
  try {
    await load(session);
    draw(session);
  } catch (error) {
    if (error.status !== 401) show(byId("tab-view"), problemBox(error, () => reload(session)));
  }
}

openFrame({ title: () => w("up.title"), load, draw });
