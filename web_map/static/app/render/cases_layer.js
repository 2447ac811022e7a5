// Cases on the map: one sign each, or a ring chart of kinds where they would cover each other.
/* global L */
import { hasPoint, isClosed } from "../data/cases.js";
import { h } from "../ui/dom.js";
import { groupPoints } from "./cluster.js";
import { drawSymbol, styleOf } from "./symbols.js";

const SIGN_PX = 7.5;
const REACH_PX = 36;

const Sign = L.CircleMarker.extend({
  _updatePath() {
    const renderer = this._renderer;
    if (!renderer._drawing || this._empty()) return;
    const { item, chosen } = this.options;
    drawSymbol(renderer._ctx, this._point, SIGN_PX, {
      kind: item.kind,
      closed: isClosed(item),
      urgent: item.urgent,
      chosen,
    });
  },
});

const Ring = L.CircleMarker.extend({
  _updatePath() {
    const renderer = this._renderer;
    if (!renderer._drawing || this._empty()) return;
    drawRing(renderer._ctx, this._point, this.options.radius, this.options.items);
  },
});

// a bin that the server counted stands for n cases
const countAll = (items) => items.reduce((sum, item) => sum + (item.n ?? 1), 0);

function drawRing(ctx, { x, y }, radius, items) {
  const counts = new Map();
  const total = countAll(items);
  for (const item of items) counts.set(item.kind, (counts.get(item.kind) ?? 0) + (item.n ?? 1));
  ctx.save();
  ctx.beginPath();
  ctx.arc(x, y, radius + 1.5, 0, 2 * Math.PI);
  ctx.fillStyle = "#ffffff";
  ctx.fill();
  let from = -Math.PI / 2;
  ctx.lineWidth = 4.5;
  for (const [kind, count] of [...counts].sort((a, b) => b[1] - a[1])) {
    const to = from + (count / total) * 2 * Math.PI;
    ctx.beginPath();
    ctx.arc(x, y, radius - 2, from, to);
    ctx.strokeStyle = styleOf(kind).color;
    ctx.stroke();
    from = to;
  }
  ctx.fillStyle = "#1c271d";
  ctx.font = `600 ${total > 99 ? 11 : 12.5}px system-ui, "Noto Sans CJK SC", sans-serif`;
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  ctx.fillText(String(total), x, y + 0.5);
  ctx.restore();
}

const ringRadius = (count) => Math.min(24, 11 + 2.1 * Math.sqrt(count));

/** A layer of cases; choose(code) runs when one is clicked, chooseMany(items) for one place. */
export function createCasesLayer(map, { choose, chooseMany, labelOf }) {
  const pane = map.createPane("cases");
  pane.classList.add("pane-cases");
  const renderer = L.canvas({ pane: "cases", padding: 0.3 });
  const group = L.layerGroup().addTo(map);
  let items = [];
  let bins = null;
  let chosenCode = null;

  // a node: Leaflet would read a string as markup
  const tip = (found) => h("span", {}, labelOf(found));

  function sign(item) {
    const mark = new Sign([item.lat, item.lng], {
      renderer,
      pane: "cases",
      radius: SIGN_PX + 3,
      item,
      chosen: item.code === chosenCode,
      bubblingMouseEvents: false,
    });
    mark.on("click", () => choose(item.code));
    mark.bindTooltip(() => tip([item]), { direction: "top", offset: [0, -8], className: "tip" });
    return mark;
  }

  function ring(members) {
    const lat = members.reduce((sum, item) => sum + item.lat, 0) / members.length;
    const lng = members.reduce((sum, item) => sum + item.lng, 0) / members.length;
    const mark = new Ring([lat, lng], {
      renderer,
      pane: "cases",
      radius: ringRadius(countAll(members)),
      items: members,
      bubblingMouseEvents: false,
    });
    mark.on("click", () => open(members));
    mark.bindTooltip(() => tip(members), { direction: "top", offset: [0, -12], className: "tip" });
    return mark;
  }

  function open(members) {
    const bounds = L.latLngBounds(members.map((item) => [item.lat, item.lng]));
    const target = map.getBoundsZoom(bounds.pad(0.2));
    const stuck = bounds.getNorthEast().distanceTo(bounds.getSouthWest()) < 2;
    if (bins) map.setView(bounds.getCenter(), Math.min(map.getZoom() + 2, map.getMaxZoom()));
    else if (stuck || map.getZoom() >= map.getMaxZoom() - 0.5) chooseMany(members);
    else map.setView(bounds.getCenter(), Math.min(Math.max(target, map.getZoom() + 1), map.getMaxZoom()));
  }

  function draw() {
    group.clearLayers();
    const zoom = map.getZoom();
    const points = (bins ?? items).filter(hasPoint).map((item) => {
      const { x, y } = map.project([item.lat, item.lng], zoom);
      return { x, y, item };
    });
    for (const { members } of groupPoints(points, REACH_PX)) {
      const found = members.map((point) => point.item);
      const chosen = found.find((item) => item.code === chosenCode);
      const rest = chosen ? found.filter((item) => item !== chosen) : found;
      if (bins) group.addLayer(ring(found));
      else if (rest.length === 1) group.addLayer(sign(rest[0]));
      else if (rest.length > 1) group.addLayer(ring(rest));
      if (chosen) group.addLayer(sign(chosen));
    }
    const marked = bins && items.find((item) => item.code === chosenCode);
    if (marked && hasPoint(marked)) group.addLayer(sign(marked));
  }

  map.on("zoomend", draw);
  return {
    /** Boxes of everything drawn, in layer pixels, so that names keep clear of them. */
    boxes: () =>
      group.getLayers().map((mark) => {
        const { x, y } = map.latLngToLayerPoint(mark.getLatLng());
        const r = mark.getRadius() + 1;
        return { x0: x - r, x1: x + r, y0: y - r, y1: y + r };
      }),
    /** Cases as signs; with counts [{lng, lat, kind, n}] these as rings in their place. */
    show(next, counts = null) {
      items = [...next].sort((a, b) => (a.code < b.code ? -1 : 1));
      bins = counts;
      draw();
    },
    mark(code) {
      if (code === chosenCode) return;
      chosenCode = code;
      draw();
    },
  };
}
