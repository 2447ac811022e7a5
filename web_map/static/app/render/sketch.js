// A line or outline being drawn by hand over the map.
/* global L */

/** show(points, closed) draws [lng, lat] points; an empty list takes the drawing off. */
export function createSketch(map) {
  const style = { pane: "selection", interactive: false, color: "#7a1fa2", weight: 3, dashArray: "7 4" };
  let drawn = [];

  return {
    show(points, closed) {
      for (const layer of drawn) layer.remove();
      drawn = [];
      if (!points.length) return;
      const corners = points.map(([lng, lat]) => [lat, lng]);
      const line = closed ? L.polygon(corners, { ...style, fillOpacity: 0.12 }) : L.polyline(corners, style);
      drawn = [line, ...corners.map((corner) => L.circleMarker(corner, { ...style, dashArray: null, radius: 4, fillColor: "#fff", fillOpacity: 1 }))];
      for (const layer of drawn) layer.addTo(map);
    },
  };
}
