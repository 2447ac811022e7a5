// What the check proposes and a person takes: repaired shapes, and places that addresses name.
import { h, show } from "../ui/dom.js";
import { importApi } from "./import_api.js";
import { drawPicture } from "./import_map.js";
import { w } from "./import_words.js";

const SCORES = [0.95, 0.9, 0.75];
const area = (m2) => (m2 === null ? "—" : `${m2.toLocaleString("zh-CN", { maximumFractionDigits: 1 })} m²`);

/** The cards of what is proposed for a checked file; take(promise, node) keeps it and checks again. */
export function proposalsSection(run, page, take) {
  return [
    page.repairs.length ? repairsCard(run, page.repairs, take) : null,
    page.addresses.length ? addressesCard(run, page, take) : null,
  ];
}

function repairsCard(run, repairs, take) {
  const told = h("div", { role: "status" });
  const picture = h("div", { id: "repair-picture", role: "status" });
  const boxes = repairs.map((one) => ({ row: one.row, box: h("input", { type: "checkbox", name: `repair-${one.row}`, "aria-label": w("imp.take", { row: one.row }) }) }));
  const look = (one) => show(picture,
    h("p", { class: "quiet" }, w("imp.repairPicture", { row: one.row })),
    h("div", { class: "i-pair" },
      figure(w("imp.before"), one.before, one.after, "i-row i-fault"),
      figure(w("imp.after"), one.after, one.after, "i-row")));
  const send = () => {
    const rows = boxes.filter(({ box }) => box.checked).map(({ row }) => row);
    if (rows.length) take(importApi.repair(run.import_id, rows), told);
    else show(told, h("p", { class: "notice" }, w("imp.chooseRows")));
  };
  return h("section", { class: "p-card p-wide", id: "repairs" },
    h("h2", {}, w("imp.repairs")),
    h("p", { class: "quiet" }, w("imp.repairsWhy")),
    h("div", { class: "i-two" },
      h("table", { class: "p-table" },
        h("thead", {}, h("tr", {}, ["imp.takeIt", "imp.rowHead", "imp.before", "imp.after", "imp.compare"].map((key) => h("th", { scope: "col" }, w(key))))),
        h("tbody", {}, repairs.map((one, at) => h("tr", {},
          h("td", { "data-label": w("imp.takeIt") }, boxes[at].box),
          h("td", { "data-label": w("imp.rowHead") }, one.row),
          h("td", { "data-label": w("imp.before") }, area(one.area_before_m2)),
          h("td", { "data-label": w("imp.after") }, area(one.area_after_m2)),
          h("td", {}, h("button", { type: "button", class: "button small", onclick: () => look(one) }, w("imp.compare"))))))),
      picture),
    told,
    h("button", { type: "button", class: "button", id: "take-repairs", onclick: send }, w("imp.takeRepairs")));
}

// Both shapes in the frame of the repaired one, so that they can be compared.
const figure = (title, geometry, frame, kind) => h("figure", {},
  geometry ? drawPicture([{ geometry: frame }], [{ geometry, class: kind, title }], title) : h("p", { class: "empty" }, "—"),
  h("figcaption", {}, title));

function addressesCard(run, page, take) {
  const told = h("div", { role: "status" });
  const boxes = page.addresses.map((one) => ({ row: one.row, box: h("input", { type: "checkbox", name: `address-${one.row}`, "aria-label": w("imp.take", { row: one.row }) }) }));
  const least = h("select", { name: "score" },
    h("option", { value: "" }, w("imp.rowsOnly")),
    SCORES.map((score) => h("option", { value: score }, w("imp.from", { score, n: page.addresses.filter((one) => one.score >= score).length }))));
  const send = () => {
    const rows = boxes.filter(({ box }) => box.checked).map(({ row }) => row);
    const score = least.value ? Number(least.value) : null;
    if (rows.length || score !== null) take(importApi.placeByAddress(run.import_id, rows, score), told);
    else show(told, h("p", { class: "notice" }, w("imp.chooseRows")));
  };
  const dots = page.addresses.map((one) => ({ geometry: { type: "Point", coordinates: [one.lng, one.lat] }, title: w("imp.line", { row: one.row }) }));
  return h("section", { class: "p-card p-wide", id: "addresses" },
    h("h2", {}, w("imp.addresses")),
    h("p", { class: "quiet" }, w("imp.addressesWhy")),
    h("div", { class: "i-two" },
      h("table", { class: "p-table" },
        h("thead", {}, h("tr", {}, ["imp.takeIt", "imp.rowHead", "imp.address", "imp.fits", "imp.score"].map((key) => h("th", { scope: "col" }, w(key))))),
        h("tbody", {}, page.addresses.map((one, at) => h("tr", {},
          h("td", { "data-label": w("imp.takeIt") }, boxes[at].box),
          h("td", { "data-label": w("imp.rowHead") }, one.row),
          h("td", { "data-label": w("imp.address") }, one.address),
          h("td", { "data-label": w("imp.fits") }, one.names.join(" · ")),
          h("td", { "data-label": w("imp.score") }, one.score.toFixed(2)))))),
      drawPicture(page.outline, dots, w("imp.addresses"))),
    h("label", { class: "field" }, h("span", {}, w("imp.least")), least),
    told,
    h("button", { type: "button", class: "button", id: "take-addresses", onclick: send }, w("imp.takeAddresses")));
}

/** What is proposed for a checked file, as far as it was asked for: {repairs, addresses}. */
export async function loadProposals(run) {
  const codes = run.findings.map((found) => found.code);
  const broken = run.findings.some((found) => found.code.startsWith("shape.") && found.severity === "error");
  const [repairs, addresses] = await Promise.all([
    broken ? importApi.repairs(run.import_id) : { items: [] },
    codes.includes("import.address_match") ? importApi.addresses(run.import_id) : { items: [] },
  ]);
  return { repairs: repairs.items, addresses: addresses.items };
}
