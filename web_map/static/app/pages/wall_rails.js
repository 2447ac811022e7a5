// The two rails of the wall: figures and ranking, live events and the chosen grid. No person on either.
import { formatDay, formatTime, named, todayOn } from "../i18n/index.js";
import { h, show } from "../ui/dom.js";

const FIGURES = ["open", "new_today", "late", "settled_month"];
const MOST_RANKED = 8;
const MOST_KEYS = 9;
const MOST_EVENTS = 12;
// the word after "case." in an event's kind
const ACTS = {
  registered: "case_filed", rerouted: "case_moved", left: "case_moved", step: "case_changed",
};
const actOf = (event) => ACTS[event.kind?.split(".")[1]] ?? "something";

const byName = (a, b) => (a.code < b.code ? -1 : 1);

/** The cells below that hold most, the largest first: nine for the keys, eight of them shown. */
export function rank(children, measure) {
  return children
    .filter((child) => child[measure] > 0)
    .sort((a, b) => b[measure] - a[measure] || b.late - a.late || byName(a, b))
    .slice(0, MOST_KEYS);
}

/** Rows that do not fit as a whole are taken off the screen. */
export function hideCut(list) {
  const end = list.getBoundingClientRect().bottom + 1;
  for (const row of list.children) row.hidden = false;
  for (const row of [...list.children].reverse()) {
    if (row.getBoundingClientRect().bottom <= end) break;
    row.hidden = true;
  }
}

export function drawFigures(node, figures, say) {
  const told = (value) => (value === null ? say("hidden") : String(value));
  show(node, FIGURES.map((name) => {
    const { n, of } = figures[name];
    const isLate = name === "late" && n > 0;
    return h("div", { class: isLate ? "w-figure act-now" : "w-figure", dataset: { figure: name } },
      h("span", { class: "w-name" }, isLate ? `⚠ ${say(name)}` : say(name)),
      h("span", { class: "w-number" }, told(n)),
      h("span", { class: "w-of" }, say(`of_${name}`, { n: told(of) })));
  }));
}

export function drawRanking(list, ranked, measure, say, go) {
  show(list, ranked.length
    ? ranked.slice(0, MOST_RANKED).map((child, i) =>
      h("li", { dataset: { code: child.code } },
        h("span", { class: "w-key" }, i + 1),
        h("button", { type: "button", onclick: () => go(child.code) }, child.name),
        child.late > 0 && h("span", { class: "w-late" }, say("lateOf", { n: child.late })),
        h("span", { class: "w-count" }, child[measure])))
    : h("li", {}, say("nothing")));
  hideCut(list);
}

const isSame = (a, b) => a.kind === b.kind && a.code === b.code && Date.parse(a.at) === Date.parse(b.at);

export function createEventRail(list, say) {
  const events = [];

  function draw(nameOf) {
    show(list, events.length
      ? events.map((event) =>
        h("li", { class: event.isGap && "act-now" },
          h("b", {}, h("span", { class: "w-when" }, formatTime(event.at)), event.isGap ? say("gap") : say(actOf(event))),
          !event.isGap && h("span", {}, nameOf(event.cell_code) ?? event.cell_code ?? ""),
          event.code && h("span", { class: "w-when" }, event.code)))
      : h("li", { class: "w-empty" }, say("noEvents")));
    hideCut(list);
  }

  return {
    draw,
    /** What happened lately, newest first: when the page opens, and each time while nothing is live. */
    begin(found, { anew = false } = {}) {
      if (anew || !events.length) events.splice(0, events.length, ...found.slice(0, MOST_EVENTS));
    },
    /** News; what was read meanwhile is not told twice. */
    add(event) {
      if (!event.isGap && events.some((known) => isSame(known, event))) return;
      events.unshift(event);
      events.length = Math.min(events.length, MOST_EVENTS);
    },
  };
}

/** Name, code and what is open there; the cases are numbered as on the map. */
export function drawChosen(node, { cell, cases }, kinds, say) {
  if (!cell) return show(node, h("p", { class: "w-empty" }, say("top")));
  const today = todayOn();
  const term = (item) => {
    if (!item.due_on) return "";
    return item.due_on < today ? say("overdue", { day: formatDay(item.due_on) }) : say("due", { day: formatDay(item.due_on) });
  };
  return show(node,
    h("p", {}, cell.name),
    h("p", { class: "w-code" }, cell.code),
    cases.map((item, i) =>
      h("p", { class: item.urgent || (item.due_on && item.due_on < today) ? "act-now" : null, dataset: { case: item.code } },
        `${i + 1} ${named(kinds.get(item.kind)) || item.kind}`, item.urgent && ` ${say("urgent")}`,
        h("span", { class: "w-code" }, ` ${item.code} ${term(item)}`))));
}
