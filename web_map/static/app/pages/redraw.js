// The planner's page: plans of new grids, one open plan, and two states of the grid side by side.
import { may } from "../data/rights.js";
import { byId, h, show } from "../ui/dom.js";
import { problemBox } from "../ui/problem.js";
import { openFrame } from "./frame.js";
import { redrawApi } from "./redraw_api.js";
import { sidesCard } from "./redraw_compare.js";
import { newPlanCard } from "./redraw_new.js";
import { openPlan } from "./redraw_plan.js";
import { w } from "./redraw_words.js";

const page = { session: null, plans: [], versions: [], place: null, open: null };

const mayDraft = () => may(page.session, "plan", "draft");

async function load(session) {
  page.session = session;
  page.place = await redrawApi.place();
  await refresh();
}

async function refresh() {
  const [plans, versions] = await Promise.all([redrawApi.list(), redrawApi.versions()]);
  page.plans = plans.items;
  page.versions = versions.items;
}

function draw() {
  const wanted = Number(location.hash.slice(1));
  if (wanted) return go(wanted);
  page.open?.close();
  page.open = null;
  return show(byId("view"), h("div", { class: "p-cards" }, listCard(), mayDraft() ? newPlanCard({ place: page.place, onBegun: go }) : null, sidesCard(page.versions)));
}

async function go(id) {
  history.replaceState(null, "", `#${id}`);
  page.open?.close();
  show(byId("view"), h("p", { class: "loading" }, "…"));
  try {
    page.open = await openPlan(id, { session: page.session, versions: page.versions, onBack: back, onOpen: go });
  } catch (error) {
    show(byId("view"), problemBox(error, back));
  }
}

async function back() {
  history.replaceState(null, "", location.pathname);
  await refresh();
  draw();
}

function listCard() {
  return h("section", { class: "p-card", id: "plans" },
    h("h2", {}, w("rd.plans")),
    page.plans.length
      ? h("ul", { class: "p-list" }, page.plans.map((plan) => h("li", {},
        h("div", { class: "p-row-main" },
          h("b", {}, plan.name), " ", h("span", { class: `pill rd-state-${plan.state}` }, w(`rd.state.${plan.state}`)),
          h("small", {}, [
            plan.parents.slice(0, 3).join("、") + (plan.parents.length > 3 ? "…" : ""),
            w("rd.bounds", plan), plan.made_by ? w("rd.by", { who: plan.made_by }) : null,
            plan.valid_from ? w("rd.since", { day: plan.valid_from }) : null,
          ].filter(Boolean).join(" · "))),
        h("button", { type: "button", class: "button small", onclick: () => go(plan.plan_id) }, w("rd.open")))))
      : h("p", { class: "empty" }, w("rd.none")));
}

window.addEventListener("hashchange", draw);
await openFrame({ title: () => w("rd.title"), load, draw });
