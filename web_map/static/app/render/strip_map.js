// The map of a contested strip: both outlines, the strip, lines, marks; lines are drawn on it by clicks.
/* global L */
import { h } from "../ui/dom.js";

const SIGNS = { intact: "●", damaged: "◐", missing: "✕", moved: "→", buried: "○", unknown: "□" };
const STYLES = {
  neighbour: { color: "#8a8f8a", weight: 1, fill: false },
  left: { color: "#0b4a8a", weight: 2.5, fillOpacity: 0.08 },
  right: { color: "#a34a00", weight: 2.5, dashArray: "9 5", fillOpacity: 0.08 },
  strip: { color: "#333", weight: 1, dashArray: "2 3", fillColor: "#555", fillOpacity: 0.22 },
  finding: { color: "#b00020", weight: 3, fillOpacity: 0.3 },
  line: { color: "#b00020", weight: 4 },
  old: { color: "#6a6a6a", weight: 2, dashArray: "1 5", fill: false },
};

/** A map in node with show(), draw mode and position; it begins with bbox [w, s, e, n], if there is one. */
export function createStripMap(node, label, bbox = null) {
  node.setAttribute("role", "application");
  node.setAttribute("aria-label", label);
  const map = L.map(node, { attributionControl: false, maxZoom: 24, zoomSnap: 0.25, fadeAnimation: false });
  map.setView([36, 104], 4);
  if (bbox) map.fitBounds([[bbox[1], bbox[0]], [bbox[3], bbox[2]]], { animate: false });
  L.control.scale({ imperial: false, position: "bottomleft" }).addTo(map);
  const shapes = L.layerGroup().addTo(map);
  const result = L.layerGroup().addTo(map);
  const pen = L.layerGroup().addTo(map);
  const person = L.layerGroup().addTo(map);
  let points = [];
  let most = 0;
  let onChange = () => {};

  map.on("click", (event) => {
    if (most === 0 || points.length >= most) return;
    points.push([event.latlng.lng, event.latlng.lat]);
    drawPen();
    onChange(points);
  });

  function drawPen() {
    pen.clearLayers();
    if (points.length > 1) L.polyline(points.map(flip), { color: "#b00020", weight: 2, dashArray: "4 4" }).addTo(pen);
    points.forEach((point, k) => {
      const icon = L.divIcon({ className: "pen-point", iconSize: [18, 18], html: h("i") });
      const dot = L.marker(flip(point), { icon, draggable: true, keyboard: false }).addTo(pen);
      dot.on("drag", () => {
        const { lng, lat } = dot.getLatLng();
        points[k] = [lng, lat];
        onChange(points);
      });
      dot.on("dragend", drawPen);
    });
  }

  const add = (group, geometry, style) => {
    if (!geometry) return null;
    return L.geoJSON({ type: "Feature", geometry, properties: {} }, { style: STYLES[style], interactive: false }).addTo(group);
  };

  return {
    map,
    /** Draw [{geometry, style}] and marks [{lng, lat, state, name}]; fit goes to the bounds of a geometry. */
    show(things, marks = [], fit = null) {
      shapes.clearLayers();
      for (const { geometry, style } of things) add(shapes, geometry, style);
      for (const mark of marks) {
        if (mark.lng === null) continue;
        const icon = L.divIcon({
          className: `ground-mark mark-${mark.state}`, iconSize: [22, 22],
          html: h("span", {}, SIGNS[mark.state] ?? "▲", h("small", {}, mark.name)),
        });
        L.marker([mark.lat, mark.lng], { icon, interactive: false, keyboard: false }).addTo(shapes);
      }
      if (fit) map.fitBounds(L.geoJSON(fit).getBounds().pad(0.35), { animate: false });
    },
    /** What a line gives: its line, thick. */
    showLine(geometry) {
      result.clearLayers();
      add(result, geometry, "line");
    },
    /** Let clicks set up to count points; 0 ends it. changed(points) after each. */
    draw(count, changed) {
      most = count;
      onChange = changed;
      points = [];
      drawPen();
      node.classList.toggle("drawing", count > 0);
    },
    undo() {
      points.pop();
      drawPen();
      onChange(points);
    },
    points: () => points,
    /** One's own position with its circle of accuracy. */
    showPerson({ lng, lat, accuracy_m: accuracy }) {
      person.clearLayers();
      L.circle([lat, lng], { radius: accuracy, color: "#0b6e4f", weight: 2, fillOpacity: 0.1, interactive: false }).addTo(person);
      L.circleMarker([lat, lng], { radius: 6, color: "#fff", weight: 2, fillColor: "#0b6e4f", fillOpacity: 1, interactive: false }).addTo(person);
    },
    remove: () => map.remove(),
  };
}

const flip = ([lng, lat]) => [lat, lng];
