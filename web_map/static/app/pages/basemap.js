// The switch of basemaps: none first and by default, then those of the settings.
import { request } from "../data/api.js";
import { speaker } from "../i18n/book.js";
import { say } from "../i18n/index.js";
import { createBasemap } from "../render/basemap.js";
import { byId, h, show } from "../ui/dom.js";
import { books } from "./basemap_words.js";

const w = speaker(books);

/** Draws into #basemaps; without one configured nothing is shown. What is on stands in store.base. */
export async function createBasemapSwitch({ store, map }) {
  const room = byId("basemaps");
  const basemap = createBasemap(map);
  let items;
  try {
    ({ items } = await request("GET", "/api/basemaps"));
  } catch {
    items = []; // the map reads well without
  }
  const usable = new Map(items.filter((item) => !item.problem).map((item) => [item.id, item]));
  let shown = null;

  function row(value, label, { hint = "", disabled = false } = {}) {
    return h(
      "label",
      { class: disabled ? "layer-row is-off" : "layer-row", dataset: { basemap: value ?? "none" } },
      h("input", {
        type: "radio", name: "basemap", value: value ?? "none", disabled,
        checked: (store.get().base ?? null) === value,
        onchange: () => store.set({ base: value }),
      }),
      h("span", {}, label, hint && h("span", { class: "quiet" }, ` ${hint}`)),
    );
  }

  function rowOf(item, index) {
    const number = items.length > 1 ? ` ${index + 1}` : "";
    if (!item.problem) return row(item.id, `${w(`kind.${item.kind}`)}${number}`);
    return row(item.id, `${w("broken")}${number}`, {
      hint: say(item.problem.detail), disabled: true,
    });
  }

  function draw() {
    const chosen = usable.get(store.get().base) ?? null;
    if (chosen !== shown) basemap.show(chosen);
    shown = chosen;
    room.hidden = items.length === 0;
    const focused = room.contains(document.activeElement) ? document.activeElement.value : null;
    show(
      room,
      h("div", { class: "section-head" }, h("h2", {}, w("title"))),
      h("div", { class: "legend-grid", role: "radiogroup", "aria-label": w("title") },
        row(null, w("none")), items.map(rowOf)),
    );
    if (focused) room.querySelector(`input[value="${CSS.escape(focused)}"]`)?.focus();
  }

  store.on(["base", "lang"], draw);
  draw();
}
