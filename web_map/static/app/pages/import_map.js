// A small picture of rows over the outline of the place; no tiles, no library.
import { s } from "../ui/dom.js";

const WIDTH = 640;
const HEIGHT = 420;
const DOT = 3;

/** An SVG of outline (GeoJSON features) with rows (GeoJSON features) on it; rows carry class and title. */
export function drawPicture(outline, rows, label) {
  const points = outline.flatMap((feature) => coordinatesOf(feature.geometry));
  const box = boxOf(points.length ? points : rows.flatMap((row) => coordinatesOf(row.geometry)));
  const place = projector(box);
  const path = outline.flatMap((feature) => rings(feature.geometry)).map((ring) => line(ring, place)).join("");
  return s("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: "i-picture", role: "img", "aria-label": label },
    s("path", { d: path, class: "i-outline" }),
    rows.map((row) => s("g", { class: row.class ?? "i-row" },
      row.title ? s("title", {}, row.title) : null, shapesOf(row.geometry, place))));
}

/** How many of the coordinates stand inside the picture's frame. */
export function countInside(outline, geometry) {
  const [west, south, east, north] = boxOf(outline.flatMap((feature) => coordinatesOf(feature.geometry)));
  return coordinatesOf(geometry).filter(([x, y]) => x >= west && x <= east && y >= south && y <= north).length;
}

function shapesOf(geometry, place) {
  if (geometry.type.endsWith("Point")) {
    return coordinatesOf(geometry).map((xy) => {
      const [x, y] = place(xy);
      return s("circle", { cx: x, cy: y, r: DOT });
    });
  }
  return s("path", { d: rings(geometry).map((ring) => line(ring, place)).join("") });
}

const line = (ring, place) => `M${ring.map((xy) => place(xy).map((v) => v.toFixed(1)).join(" ")).join("L")}`;

function rings(geometry) {
  switch (geometry.type) {
    case "Polygon":
    case "MultiLineString":
      return geometry.coordinates;
    case "MultiPolygon":
      return geometry.coordinates.flat();
    case "LineString":
      return [geometry.coordinates];
    default:
      return [];
  }
}

const coordinatesOf = (geometry) =>
  geometry.type === "Point" ? [geometry.coordinates]
    : geometry.type === "MultiPoint" ? geometry.coordinates
      : rings(geometry).flat();

function boxOf(points) {
  const box = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [x, y] of points) {
    box[0] = Math.min(box[0], x);
    box[1] = Math.min(box[1], y);
    box[2] = Math.max(box[2], x);
    box[3] = Math.max(box[3], y);
  }
  return Number.isFinite(box[0]) ? box : [0, 0, 1, 1];
}

// The frame is half as wide again as the place, so that rows a few hundred metres off can be seen.
function projector([west, south, east, north]) {
  const narrow = Math.cos(((south + north) / 2) * (Math.PI / 180)) || 1;
  const scale = Math.min(WIDTH / ((east - west) * narrow || 1), HEIGHT / (north - south || 1)) / 1.25;
  const [cx, cy] = [(west + east) / 2, (south + north) / 2];
  return ([x, y]) => [WIDTH / 2 + (x - cx) * narrow * scale, HEIGHT / 2 - (y - cy) * scale];
}
