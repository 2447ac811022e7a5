// A scanned map on the ground: an affine picture, moved and turned by the six numbers of its fit.
/* global L */

/** A Leaflet layer of the picture at src; fit: {to_lng, to_lat, width_px, height_px}. */
export function createScanOverlay(src, fit, opacity) {
  const image = document.createElement("img");
  image.src = src;
  image.alt = "";
  image.className = "scan-overlay leaflet-zoom-hide";
  image.style.opacity = String(opacity);
  const place = (column, row) => L.latLng(
    fit.to_lat[0] * column + fit.to_lat[1] * row + fit.to_lat[2],
    fit.to_lng[0] * column + fit.to_lng[1] * row + fit.to_lng[2],
  );
  const ScanLayer = L.Layer.extend({
    onAdd(map) {
      map.getPanes().overlayPane.prepend(image);
      map.on("viewreset zoomend moveend", this.draw, this);
      this.draw();
    },
    onRemove(map) {
      image.remove();
      map.off("viewreset zoomend moveend", this.draw, this);
    },
    draw() {
      const at = (column, row) => this._map.latLngToLayerPoint(place(column, row));
      const origin = at(0, 0);
      const right = at(fit.width_px, 0).subtract(origin).divideBy(fit.width_px);
      const down = at(0, fit.height_px).subtract(origin).divideBy(fit.height_px);
      image.style.width = `${fit.width_px}px`;
      image.style.height = `${fit.height_px}px`;
      image.style.transform = `matrix(${right.x},${right.y},${down.x},${down.y},${origin.x},${origin.y})`;
    },
  });
  const layer = new ScanLayer();
  return Object.assign(layer, { setOpacity: (value) => { image.style.opacity = String(value); } });
}
