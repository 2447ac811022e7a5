// Legend as text: every kind with its sign, its name and how many are in view; also the filter.
import { language, named, t } from "../i18n/index.js";
import { symbolIcon } from "../render/symbols.js";
import { byId, h, show } from "./dom.js";

/** Draws into #legend; setHidden(Set) changes the filter. */
export function createLegend({ kinds, setHidden }) {
  const room = byId("legend");
  let drawn = "";

  function toggle(hidden, kind, wanted) {
    const next = new Set(hidden);
    if (wanted) next.delete(kind);
    else next.add(kind);
    setHidden(next);
  }

  function row(kind, hidden, count) {
    const box = h("input", {
      type: "checkbox", name: "kind", value: kind.kind, checked: !hidden.has(kind.kind),
      onchange: (event) => toggle(hidden, kind.kind, event.target.checked),
    });
    return h(
      "label",
      { class: "legend-row", dataset: { kind: kind.kind } },
      box,
      symbolIcon(kind.kind),
      h("span", { class: "legend-name", title: named(kind) }, named(kind)),
      h("span", { class: "legend-count" }, count),
    );
  }

  return {
    draw({ hidden, counts, total, partial }) {
      const look = JSON.stringify([language(), [...hidden], [...counts].sort(), total, partial]);
      if (look === drawn) return;
      drawn = look;
      const focused = room.contains(document.activeElement) ? document.activeElement.value : null;
      const sum = [...counts.values()].reduce((a, b) => a + b, 0);
      const none = hidden.size >= kinds.length;
      show(
        room,
        h(
          "div",
          { class: "section-head" },
          h("h2", {}, t("legend.title")),
          h("span", { class: "quiet" }, partial ? t("legend.latest", { n: sum, total }) : t("legend.unit", { n: sum })),
          h(
            "button",
            {
              type: "button", class: "link",
              onclick: () => setHidden(hidden.size ? new Set() : new Set(kinds.map((k) => k.kind))),
            },
            hidden.size ? t("legend.all") : t("legend.none"),
          ),
        ),
        h(
          "div",
          { class: "legend-grid", role: "group", "aria-label": t("legend.title") },
          kinds.map((kind) => row(kind, hidden, counts.get(kind.kind) ?? 0)),
        ),
        h(
          "p",
          { class: "legend-keys quiet" },
          none ? t("legend.empty") : [
            symbolIcon("land", { size: 12 }), " ", t("legend.open"), "　",
            symbolIcon("land", { size: 12, closed: true }), " ", t("legend.closed"), "　",
            h("b", { class: "urgent-mark" }, "!"), " ", t("legend.urgent"),
          ],
        ),
      );
      if (focused) room.querySelector(`input[value="${CSS.escape(focused)}"]`)?.focus();
    },
    focus() {
      room.scrollIntoView({ block: "nearest" });
      room.querySelector("input")?.focus();
    },
  };
}
