// Frozen copies: what was sent stays what it was, and what has changed since is told figure by figure.
import { may } from "../data/rights.js";
import { formatMoment, say } from "../i18n/index.js";
import { byId, h, show } from "../ui/dom.js";
import { problemBox } from "../ui/problem.js";
import { toast } from "../ui/toast.js";
import { reportsApi } from "./reports_api.js";
import { dayBefore } from "./reports_asked.js";
import { w } from "./reports_words.js";

export const loadFrozen = () => reportsApi.frozen();

export function frozenView(session, page, reload) {
  const { items } = page.data;
  let { next } = page.data;
  const list = h("ul", { class: "p-list", id: "frozen-list" });
  const room = h("div", { id: "compared" });
  const trouble = h("div", {});
  const more = async () => {
    try {
      const older = await reportsApi.frozen(next);
      ({ next } = older);
      items.push(...older.items);
      draw();
    } catch (error) {
      show(trouble, problemBox(error));
    }
  };
  const open = async (item) => {
    show(room, h("p", { class: "loading" }, w("rp.loading")));
    try {
      const found = await reportsApi.compare(item.id);
      show(room, compared(found), mayCorrect(session, item, found) ? correctForm(item, reload) : null);
      byId("compared-head")?.focus();
    } catch (error) {
      show(room, problemBox(error, () => open(item)));
    }
  };
  const foot = h("p", { class: "more" });
  const draw = () => {
    show(list, items.map((item) => h("li", {},
      h("div", { class: "p-row-main" },
        h("b", {}, w("rp.span", { kind: w(`rp.period.${item.period}`), from: item.from_on, to: dayBefore(item.to_on) })),
        h("small", {}, w(`rp.by.${item.dimension}`), item.area_code ? ` · ${item.area_code}` : ""),
        h("small", {}, `№ ${item.id} `, w("rp.frozenAt", { at: formatMoment(item.made_at), hash: item.sha256.slice(0, 12) })),
        item.replaces ? h("small", { dir: "auto" }, w("rp.corrects", { id: item.replaces, reason: item.reason })) : null,
        item.replaced_by ? h("b", { class: "pill pill-leave" }, w("rp.replacedBy", { id: item.replaced_by })) : null),
      h("button", { type: "button", class: "button small", dataset: { compare: item.id }, onclick: () => open(item) }, w("rp.compare")))));
    show(foot, next ? h("button", { type: "button", class: "button", onclick: more }, w("rp.more")) : null);
  };
  draw();
  return h("div", { class: "p-cards p-two" },
    h("section", { class: "p-card" }, h("h2", {}, w("rp.frozenTitle")), h("p", { class: "quiet" }, w("rp.frozenWhy")),
      items.length === 0 ? h("p", { class: "empty" }, w("rp.frozenNone")) : list, trouble, foot),
    h("section", { class: "p-card", "aria-live": "polite" }, h("h2", {}, w("rp.comparedTitle")), room));
}

const mayCorrect = (session, item, { frozen, today, same_sight: sameSight }) =>
  may(session, "report", "freeze") && sameSight && today && !item.replaced_by && differences(frozen, today).length > 0;

/** The figures of today take the place of the copy, which stays to be seen. */
function correctForm(item, reload) {
  const reason = h("input", { name: "reason", required: true, maxlength: 300, autocomplete: "off" });
  const trouble = h("div", {});
  const submit = async (event) => {
    event.preventDefault();
    try {
      await reportsApi.correct(item.id, { reason: reason.value.trim() });
      await reload();
      toast(w("rp.corrected"));
    } catch (error) {
      show(trouble, problemBox(error, error.status === 409 ? reload : null));
    }
  };
  return h("details", { class: "more-fields", id: "correct" }, h("summary", {}, w("rp.correct")),
    h("form", { onsubmit: submit },
      h("p", { class: "quiet" }, w("rp.correctWhy")),
      h("label", { class: "field" }, h("span", {}, w("rp.correctReason")), reason),
      trouble,
      h("button", { class: "button" }, w("rp.correctIt"))));
}

/** Every figure that differs, in total and by group. */
function compared({ frozen, today, same_sight: sameSight }) {
  const title = h("h3", { id: "compared-head", tabindex: "-1" },
    w("rp.span", { kind: w(`rp.period.${frozen.period.kind}`), from: frozen.period.from_on, to: dayBefore(frozen.period.to_on) }));
  if (!today) return [title, h("p", { class: "notice" }, w("rp.areaGone"))];
  const rows = differences(frozen, today);
  return [
    title,
    sameSight ? null : h("p", { class: "notice", id: "other-sight" }, w("rp.otherSight")),
    rows.length === 0
      ? h("p", { class: "notice good", id: "no-change" }, w("rp.noChange"))
      : h("table", { class: "p-table", id: "changes" },
          h("thead", {}, h("tr", {}, ["rp.group", "rp.figure", "rp.then", "rp.now"].map((key) => h("th", { scope: "col" }, w(key))))),
          h("tbody", {}, rows.map((row) => h("tr", {},
            h("td", { "data-label": w("rp.group") }, row.group),
            h("td", { "data-label": w("rp.figure") }, row.figure),
            h("td", { "data-label": w("rp.then") }, row.then),
            h("td", { "data-label": w("rp.now") }, row.now))))),
  ];
}

function differences(frozen, today) {
  const groups = (report) => new Map([
    ["", { name: w("rp.total"), figures: report.total }],
    ...report.rows.map((row) => [`=${row.key}`, { name: say(row), figures: row.figures }]),
  ]);
  const [then, now] = [groups(frozen), groups(today)];
  const names = new Map([...today.headings, ...frozen.headings].map((heading) => [heading.key, say(heading)]));
  const counts = (group) => new Map((group?.figures ?? []).map((figure) => [figure.key, figure.count]));
  return [...new Set([...then.keys(), ...now.keys()])].flatMap((key) => {
    const [before, after] = [counts(then.get(key)), counts(now.get(key))];
    return [...names].filter(([figure]) => (before.get(figure) ?? 0) !== (after.get(figure) ?? 0)).map(([figure, name]) => ({
      group: (then.get(key) ?? now.get(key)).name, figure: name, then: before.get(figure) ?? 0, now: after.get(figure) ?? 0,
    }));
  });
}
