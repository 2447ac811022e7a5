// Where a case lies: its grid among its neighbours as a small drawing that also prints.
import { s } from "../ui/dom.js";
import { w } from "./case_words.js";

const WIDE = 360;
const HIGH = 240;
const MARGIN = 14;

/** An SVG of cells (GeoJSON features) with the own one marked and the case's point; null without a point. */
export function placeDrawing(detail, features) {
  const own = detail.path?.reduce((a, b) => (b.rank > a.rank ? b : a), detail.path[0]);
  const rings = features.flatMap((feature) => ringsOf(feature.geometry).map((ring) => ({ ring, isOwn: feature.properties.code === own?.code })));
  const marked = rings.filter(({ isOwn }) => isOwn);
  const at = projection((marked.length ? marked : rings).flatMap(({ ring }) => ring).concat([[detail.lng, detail.lat]]));
  const line = (ring) => `M${ring.map((point) => at(point).join(",")).join("L")}Z`;
  const [x, y] = at([detail.lng, detail.lat]);
  return s("svg", { class: "cp-place", viewBox: `0 0 ${WIDE} ${HIGH}`, role: "img", "aria-label": w("cp.placeLabel") },
    rings.map(({ ring, isOwn }) => s("path", { d: line(ring), class: isOwn ? "cp-own" : "cp-near" })),
    s("circle", { cx: x, cy: y, r: 9, class: "cp-halo" }),
    s("circle", { cx: x, cy: y, r: 5, class: "cp-point" }));
}

const ringsOf = (geometry) =>
  (geometry.type === "MultiPolygon" ? geometry.coordinates : [geometry.coordinates]).flat();

/** Degrees → drawing units, the points filling the sheet; longitude shortened by the latitude. */
function projection(points) {
  const middle = points[0][1];
  const squeeze = Math.cos((middle * Math.PI) / 180);
  const xs = points.map(([lng]) => lng * squeeze);
  const ys = points.map(([, lat]) => lat);
  const [west, east, south, north] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const scale = Math.min((WIDE - 2 * MARGIN) / (east - west || 1e-6), (HIGH - 2 * MARGIN) / (north - south || 1e-6), 1e7);
  const [cx, cy] = [(west + east) / 2, (south + north) / 2];
  return ([lng, lat]) => [
    round(WIDE / 2 + (lng * squeeze - cx) * scale),
    round(HIGH / 2 - (lat - cy) * scale),
  ];
}

const round = (value) => Math.round(value * 10) / 10;
