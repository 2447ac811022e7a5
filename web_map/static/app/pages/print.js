// What paper needs beside the map: the place, when, how many, and what the borders are worth.
import { formatMoment, named, t } from "../i18n/index.js";
import { byId, h, show } from "../ui/dom.js";

/** Fill the printed foot just before the browser prints. */
export function bindPrint({ store, place, cases, map }) {
  window.addEventListener("beforeprint", () => {
    const { view } = store.get();
    map.invalidateSize({ animate: false });
    show(
      byId("print-foot"),
      h("p", {}, h("b", {}, named(place)), place.synthetic ? ` · ${t("tag.synthetic")}` : "", ` · ${t("tag.indicative")}`),
      h("p", {}, t("print.line", { at: formatMoment(Date.now()), total: cases.total(), lng: view.lng.toFixed(4), lat: view.lat.toFixed(4) })),
      h("p", {}, t("print.use")),
    );
  });
}
