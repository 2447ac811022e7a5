// The map itself: no basemap, no attribution prefix, everything from this host.
/* global L */
import { h } from "../ui/dom.js";

const MAX_ZOOM = 19;

/** A Leaflet map of the place in node; opens at view or at the whole place. */
export function createMap(node, bbox, view) {
  const map = L.map(node, {
    attributionControl: false,
    zoomControl: false,
    zoomSnap: 0.1,
    zoomDelta: 1,
    wheelPxPerZoomLevel: 90,
    maxZoom: MAX_ZOOM,
    boxZoom: true,
    fadeAnimation: false,
    worldCopyJump: false,
  });
  L.control.scale({ imperial: false, maxWidth: 140, position: "bottomleft" }).addTo(map);
  const bounds = boundsOf(bbox);
  const padding = { paddingTopLeft: [12, 58], paddingBottomRight: [12, 26] };
  map.fitBounds(bounds, { ...padding, animate: false });
  map.setMinZoom(Math.max(2, map.getBoundsZoom(bounds) - 2));
  if (view) map.setView([view.lat, view.lng], view.zoom, { animate: false });
  return {
    map,
    fit: () => map.fitBounds(bounds, padding),
    goTo(box, maxZoom = 16) {
      map.fitBounds(boundsOf(box), { padding: [40, 40], maxZoom });
    },
    center: () => pointOf(map.getCenter()),
    view: () => ({ zoom: map.getZoom(), ...pointOf(map.getCenter()) }),
    bounds: () => {
      const found = map.getBounds();
      return [found.getWest(), found.getSouth(), found.getEast(), found.getNorth()];
    },
  };
}

export const boundsOf = ([w, s, e, n]) => L.latLngBounds([s, w], [n, e]);
export const pointOf = ({ lng, lat }) => ({ lng: round(lng), lat: round(lat) });

// six decimals: a decimetre, the finest that a hand on a screen can mean
const round = (value) => Math.round(value * 1e6) / 1e6;

/** A pin for the place that was asked about; moveTo(null) takes it away. */
export function createPin(map) {
  let pin = null;
  return {
    moveTo(point) {
      pin?.remove();
      pin = null;
      if (!point) return;
      const icon = L.divIcon({ className: "pin", iconSize: [26, 34], iconAnchor: [13, 33], html: h("i") });
      pin = L.marker([point.lat, point.lng], { icon, interactive: false, keyboard: false }).addTo(map);
    },
  };
}

/** A pin to drag; onDrop(point) once let go. Returns the way to take it off again. */
export function createDragPin(map, point, { title, onDrop }) {
  const icon = L.divIcon({ className: "pin pin-drag", iconSize: [34, 44], iconAnchor: [17, 43], html: h("i") });
  const pin = L.marker([point.lat, point.lng], { icon, draggable: true, autoPan: true, title, alt: title });
  pin.on("dragend", () => onDrop(pointOf(pin.getLatLng())));
  pin.addTo(map);
  return { remove: () => pin.remove() };
}
