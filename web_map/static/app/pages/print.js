// What paper needs beside the map: the place, when, how many, and what the borders are worth.
import { formatMoment, named, t } from "../i18n/index.js";
import { byId, h, show } from "../ui/dom.js";

/** While the browser prints, the map takes the size of the sheet and shows the same ground. */
export function bindPrint({ place, cases, stage }) {
  const { map } = stage;
  let before = null;

  window.addEventListener("beforeprint", () => {
    before ??= stage.view();
    const ground = map.getBounds();
    const { lng, lat } = before;
    document.body.classList.add("printing");
    map.invalidateSize({ animate: false });
    map.fitBounds(ground, { animate: false });
    show(
      byId("print-foot"),
      h("p", {}, h("b", {}, named(place)), place.synthetic ? ` · ${t("tag.synthetic")}` : "", ` · ${t("tag.indicative")}`),
      h("p", {}, t("print.line", { at: formatMoment(Date.now()), total: cases.total(), lng: lng.toFixed(4), lat: lat.toFixed(4) })),
      h("p", {}, t("print.use")),
    );
  });

  window.addEventListener("afterprint", () => {
    document.body.classList.remove("printing");
    map.invalidateSize({ animate: false });
    if (before) map.setView([before.lat, before.lng], before.zoom, { animate: false });
    before = null;
  });
}
