// What the sweeper found: why a case is on the list, since when, and the steps one may take now.
import { named, say, term } from "../i18n/index.js";
import { h, show } from "../ui/dom.js";
import { problemBox } from "../ui/problem.js";
import { queueApi } from "./queue_api.js";
import { w } from "./queue_words.js";

const REASONS = [
  "past_due", "performance_due", "unanswered", "due_soon", "stuck", "no_officer", "no_movement", "suspended_long", "not_followed_up",
];
const PRESSING = new Set(["past_due", "no_officer", "performance_due"]);
const asked = { reason: null, mine: false };

const query = () => ({ reason: asked.reason, mine: asked.mine || null });

export const loadFound = () => queueApi.found(query());

export const caseAddress = (code, step = null) => `/case#${encodeURIComponent(code)}${step ? `!${step}` : ""}`;

export function foundView(session, page, reload) {
  const { counts } = page.data;
  let { items, total } = page.data;
  const list = h("ul", { class: "qu-list" });
  const foot = h("p", { class: "more" });
  const trouble = h("div", {});
  const more = async () => {
    try {
      const next = await queueApi.found({ ...query(), offset: items.length });
      items = [...items, ...next.items];
      total = Math.max(next.total, items.length);
      draw();
    } catch (error) {
      show(trouble, problemBox(error));
    }
  };
  const choose = (reason) => {
    asked.reason = reason;
    reload();
  };
  const all = Object.values(counts).reduce((sum, n) => sum + n, 0);
  const chip = (reason, n) => h("button", {
    type: "button", id: `reason-${reason ?? "all"}`, class: "qu-chip", "aria-pressed": String(asked.reason === reason),
    disabled: reason !== null && n === 0 && asked.reason !== reason, onclick: () => choose(reason),
  }, reason ? w(`qu.reason.${reason}`) : w("qu.all"), " ", h("b", {}, n));
  const draw = () => {
    show(list, items.map((item) => entry(page, item)));
    show(foot, items.length < total ? [w("qu.more", { n: items.length, total }), " ", h("button", { type: "button", class: "button", onclick: more }, w("qu.moreGo"))] : null);
  };
  draw();
  const mine = h("input", { type: "checkbox", id: "only-mine", checked: asked.mine, onchange: () => { asked.mine = mine.checked; reload(); } });
  return h("section", { class: "p-card p-wide", id: "found" },
    h("h2", {}, w("qu.foundTitle")), h("p", { class: "quiet" }, w("qu.foundWhy")),
    h("div", { class: "qu-chips", role: "group", "aria-label": w("qu.reasons") }, chip(null, all), REASONS.map((reason) => chip(reason, counts[reason] ?? 0))),
    session.officer_id === null ? null : h("label", { class: "check" }, mine, w("qu.mine")),
    trouble,
    items.length === 0 ? h("p", { class: "empty" }, w("qu.foundNone")) : list,
    foot);
}

function entry(page, item) {
  return h("li", { dataset: { code: item.code, reason: item.reason } },
    h("div", { class: "qu-main" },
      h("p", {}, h("b", { class: `pill ${PRESSING.has(item.reason) ? "pill-urgent" : "pill-leave"}` }, w(`qu.reason.${item.reason}`)), " ",
        h("span", { class: "quiet" }, w("qu.since", { on: item.since_on }))),
      h("p", {}, h("a", { href: caseAddress(item.code) }, item.code), " ", h("b", {}, named(page.kinds.get(item.kind)) || item.kind),
        item.urgent ? h("b", { class: "pill pill-urgent" }, "! ", w("qu.urgent")) : null),
      h("p", { class: "quiet" }, [item.cell_name ?? w("qu.nowhere"), term("state", item.state), item.lead ?? w("qu.noLead")].join(" · "))),
    h("p", { class: "qu-next" },
      item.next.length
        ? [h("span", { class: "quiet" }, w("qu.next")), item.next.map((step) => h("a", { class: "button small", href: caseAddress(item.code, step.step), dataset: { next: step.step } }, say(step)))]
        : h("span", { class: "quiet" }, item.lead ? w("qu.nextOf", { who: item.lead }) : w("qu.nextNone"))));
}
