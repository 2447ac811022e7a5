// A map under a fixed crosshair: the place is what lies under the cross. Grids are drawn as last seen.
import * as L from "/static/vendor/leaflet/leaflet-src.esm.js";
import { api } from "../data/api.js";
import { h, settle } from "../ui/dom.js";
import { w } from "./onsite_words.js";

const NEAR_ZOOM = 16;
const CELLS_FROM_ZOOM = 12;
const KEEP_DAYS = 3;
const LOCATE_WITHIN_MS = 15_000;

/** moved({lng, lat}) runs when the map stands still under another point. */
export function crosshairMap({ place, vault, isOnline, moved }) {
  const node = h("div", { class: "os-map", id: "cross-map", role: "application", "aria-label": w("os.map") });
  const room = h("div", { class: "os-map-room" }, node, h("i", { class: "os-cross", "aria-hidden": "true" }));
  let map = null;
  let drawn = null;
  let circle = null;

  const centre = () => {
    const { lng, lat } = map.getCenter();
    return { lng: Math.round(lng * 1e6) / 1e6, lat: Math.round(lat * 1e6) / 1e6 };
  };

  const drawCells = (collection) => {
    drawn?.remove();
    drawn = L.geoJSON(collection, { interactive: false, style: { color: "#5d6b5a", weight: 1.2, fill: false } }).addTo(map);
  };

  const readCells = settle(async () => {
    if (!isOnline() || map.getZoom() < CELLS_FROM_ZOOM) return;
    const box = map.getBounds().pad(0.5);
    const rank = Math.max(...place.levels.map((level) => level.rank));
    const bbox = [box.getWest(), box.getSouth(), box.getEast(), box.getNorth()].map((v) => v.toFixed(5)).join(",");
    const collection = await api.cells({ rank, bbox }).catch(() => null);
    if (!collection) return;
    drawCells(collection);
    vault?.put("pack", "cells", collection, KEEP_DAYS);
  }, 400);

  return {
    room,
    centre,
    /** Call once the room is in the document. */
    async start() {
      map = L.map(node, { attributionControl: false, zoomControl: true, maxZoom: 19, keyboard: true });
      L.control.scale({ imperial: false, maxWidth: 120 }).addTo(map);
      const kept = await vault?.get("pack", "view");
      const [west, south, east, north] = place.bbox;
      if (kept) map.setView([kept.lat, kept.lng], kept.zoom, { animate: false });
      else map.fitBounds([[south, west], [north, east]], { animate: false });
      const cells = isOnline() ? null : await vault?.get("pack", "cells");
      if (cells) drawCells(cells);
      map.on("moveend", () => {
        moved(centre());
        vault?.put("pack", "view", { ...centre(), zoom: map.getZoom() }, KEEP_DAYS);
        readCells();
      });
      moved(centre());
      readCells();
    },
    /** Where this device is; resolves with the accuracy in metres, rejects with a word for the reason. */
    locate: () =>
      new Promise((resolve, reject) => {
        if (!navigator.geolocation || !isSecureContext) {
          reject(new Error("os.noPosition"));
          return;
        }
        navigator.geolocation.getCurrentPosition(
          ({ coords }) => {
            circle?.remove();
            const at = [coords.latitude, coords.longitude];
            circle = L.circle(at, { radius: coords.accuracy, color: "#0e6f80", weight: 2, fillOpacity: 0.12, interactive: false }).addTo(map);
            map.setView(at, Math.max(map.getZoom(), NEAR_ZOOM), { animate: false });
            resolve(Math.ceil(coords.accuracy));
          },
          (error) => reject(new Error(error.code === 1 ? "os.positionDenied" : "os.noPosition")),
          { enableHighAccuracy: true, timeout: LOCATE_WITHIN_MS, maximumAge: 0 },
        );
      }),
  };
}
