// One's own cases by due day, and what the sweeper found in one's area.
import { named, say, term } from "../i18n/index.js";
import { h } from "../ui/dom.js";
import { lightPill } from "./case_clocks.js";
import { w } from "./desk_words.js";

const link = (code) => `/case#${encodeURIComponent(code)}`;

export function mineCard(session, page, more) {
  const { items, total } = page.mine;
  return h("section", { class: "p-card", id: "mine" },
    h("h2", {}, w("dk.mine")),
    session.officer_id === null
      ? h("p", { class: "empty" }, w("dk.mineNoPost"))
      : items.length === 0 ? h("p", { class: "empty" }, w("dk.mineNone")) : null,
    h("ul", { class: "dk-cases" }, items.map((item) => row(page, item,
      item.clock
        ? [lightPill(item.clock.light), " ", w("dk.dueOn", { clock: say(item.clock), on: item.clock.due_on })]
        : h("span", { class: "quiet" }, w("dk.noClock")),
      item.to_sign ? h("b", { class: "pill pill-leave" }, w("dk.toSign")) : null))),
    total > items.length
      ? h("p", { class: "more" }, w("dk.more", { n: items.length, total }), " ",
          h("button", { type: "button", class: "button small", onclick: more }, w("dk.moreGo")))
      : null);
}

export function attentionCard(page) {
  const { items, total } = page.attention;
  return h("section", { class: "p-card", id: "attention" },
    h("h2", {}, w("dk.attention"), total ? h("small", { class: "quiet" }, ` ${w("dk.more", { n: items.length, total })}`) : null,
      h("a", { class: "p-aside", id: "to-queue", href: "/queue" }, w("dk.toQueue"))),
    items.length === 0 ? h("p", { class: "empty" }, w("dk.attentionNone")) : null,
    h("ul", { class: "dk-cases" }, items.map((item) => row(page, item,
      [h("b", { class: "pill pill-leave" }, w(`dk.reason.${item.reason}`)), " ", w("dk.since", { on: item.since_on })],
      item.lead ? h("span", { class: "quiet", dir: "auto" }, item.lead) : null))));
}

function row(page, item, first, second) {
  return h("li", {},
    h("a", { href: link(item.code) },
      h("b", {}, named(page.kinds.get(item.kind)) || item.kind, item.urgent ? " !" : ""),
      h("code", {}, item.code),
      h("span", { class: "dk-line" }, first),
      h("small", {}, item.cell_name ?? "", " · ", term("state", item.state)),
      second));
}
