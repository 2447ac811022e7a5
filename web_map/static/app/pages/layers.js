// Switches of the layers over the cells, each with its legend as text.
import { exportTiles } from "../data/export.js";
import { may } from "../data/rights.js";
import { speaker } from "../i18n/book.js";
import { createOverlays, kindsOf, OVERLAYS, swatch } from "../render/overlays.js";
import { byId, h, show } from "../ui/dom.js";
import { problemText } from "../ui/problem.js";
import { toast } from "../ui/toast.js";
import { books } from "./layers_words.js";

const READS = {
  zones: "zone", "villager-groups": "villager_group", claims: "parcel",
  "land-findings": "land_finding", "service-points": "service_point",
};
const w = speaker(books);

/** Draws into #layers the layers that the session may read; what is on is kept in store.layers. */
export function createLayerSwitches({ store, map, session, reach = null }) {
  const room = byId("layers");
  const offered = OVERLAYS.filter((layer) => may(session, READS[layer], "read"));
  const overlays = createOverlays(map);
  let saving = null;

  function toggle(layer, on) {
    const layers = new Set(store.get().layers);
    if (on) layers.add(layer);
    else layers.delete(layer);
    store.set({ layers });
  }

  function row(layer, on) {
    return h(
      "label",
      { class: "layer-row", dataset: { layer } },
      h("input", {
        type: "checkbox", name: "layer", value: layer, checked: on,
        onchange: (event) => toggle(layer, event.target.checked),
      }),
      swatch(layer, kindsOf(layer)[0]),
      h("span", {}, w(`layer.${layer}`)),
    );
  }

  function keyOf(layer) {
    const kinds = kindsOf(layer);
    return h(
      "div",
      { class: "layer-key quiet", dataset: { key: layer } },
      h("b", {}, w(`layer.${layer}`)),
      kinds.length
        ? kinds.map((kind) => h("span", {}, swatch(layer, kind), " ", w(`${layer}.${kind}`)))
        : h("span", {}, swatch(layer), " ", w(`about.${layer}`)),
    );
  }

  /** Cells and what may be seen over them, as one file to take along. */
  async function saveTiles() {
    const say = (text) => {
      saving = text;
      draw();
    };
    say(w("tiles.begun"));
    try {
      await exportTiles(["level", ...offered.filter((layer) => layer !== "claims")], ({ done, total }) =>
        say(w("tiles.making", { percent: total ? Math.floor((100 * done) / total) : 0 })));
    } catch (error) {
      toast(problemText(error), { tone: "warn" });
    }
    say(null);
  }

  function draw() {
    const { layers } = store.get();
    const on = offered.filter((layer) => layers.has(layer));
    overlays.show(new Set(on));
    room.hidden = offered.length === 0;
    const focused = room.contains(document.activeElement) ? document.activeElement.value : null;
    show(
      room,
      h("div", { class: "section-head" },
        h("h2", {}, w("switch.title")), h("span", { class: "quiet" }, w("switch.hint"))),
      h("div", { class: "legend-grid", role: "group", "aria-label": w("switch.title") },
        offered.map((layer) => row(layer, layers.has(layer)))),
      h("div", { class: "layer-keys" }, on.map(keyOf)),
      may(session, "export", "make")
        ? h("button", { type: "button", class: "link only-desk", id: "tiles-file", disabled: saving, onclick: saveTiles }, saving ?? w("tiles.save"))
        : null,
      reach ? h("button", { type: "button", class: "link", id: "reach-open", onclick: reach.open }, reach.words()) : null,
    );
    if (focused) room.querySelector(`input[value="${CSS.escape(focused)}"]`)?.focus();
  }

  store.on(["layers", "lang"], draw);
  draw();
}
