// Vector tiles as a Leaflet layer: drawn by a worker, so that the map can be moved meanwhile; in a
// browser that cannot draw there, by the page itself with the same painters.
/* global L, protomapsL */
import { readSpec } from "./tile_spec.js";

const WORKER = "/static/app/render/tile_worker.js";
const OPTIONS = { attribution: "", noWrap: true, updateWhenZooming: false, keepBuffer: 1 };

// Set when the worker did not start in this tab: the page is loaded anew and draws by itself.
const HERE = "wangge.tiles.here";

const wanted = new Map();
let worker = null;
let started = false;
let last = 0;

const canDrawBeside = () =>
  sessionStorage.getItem(HERE) === null && [globalThis.Worker, globalThis.OffscreenCanvas, globalThis.ImageBitmapRenderingContext].every((one) => typeof one === "function");

function tell(deed, what) {
  if (!worker) {
    worker = new Worker(WORKER);
    worker.onmessage = ({ data: { id, picture } }) => {
      started = true;
      const take = wanted.get(id);
      if (take) take(picture);
      else picture.close();
    };
    // it starts with the page, before anybody has written anything that loading anew could lose
    worker.onerror = () => {
      if (started) return;
      sessionStorage.setItem(HERE, "yes");
      location.reload();
    };
  }
  worker.postMessage({ deed, ...what });
}

const defineLayer = () => L.GridLayer.extend({
  initialize(spec, options) {
    L.setOptions(this, options);
    this._spec = spec;
    this._layer = last += 1;
    this._asked = new WeakMap();
    this.on("tileunload", ({ tile }) => this._forget(tile));
  },

  onAdd(map) {
    tell("open", { layer: this._layer, spec: this._spec });
    L.GridLayer.prototype.onAdd.call(this, map);
  },

  onRemove(map) {
    L.GridLayer.prototype.onRemove.call(this, map);
    tell("close", { layer: this._layer });
  },

  createTile({ x, y, z }, done) {
    const canvas = L.DomUtil.create("canvas", "leaflet-tile");
    const pixels = Math.round(256 * window.devicePixelRatio);
    const id = last += 1;
    this._asked.set(canvas, id);
    wanted.set(id, (picture) => {
      wanted.delete(id);
      [canvas.width, canvas.height] = [pixels, pixels];
      canvas.getContext("bitmaprenderer").transferFromImageBitmap(picture);
      done(null, canvas);
    });
    tell("draw", { id, layer: this._layer, at: { x, y, z }, pixels });
    return canvas;
  },

  _forget(canvas) {
    const id = this._asked.get(canvas);
    if (wanted.delete(id)) tell("drop", { id });
    // a canvas that goes gives its memory back at once
    canvas.width = canvas.height = 0;
  },
});

let TileLayer = null;

/** A layer that draws what a spec (tile_spec.js) says; options are those of a Leaflet grid layer. */
export function createTileLayer(spec, options) {
  const all = { ...OPTIONS, ...options };
  if (!canDrawBeside()) return protomapsL.leafletLayer({ ...readSpec(spec), labelRules: [], tileDelay: 1, ...all });
  TileLayer ??= defineLayer();
  return new TileLayer(spec, all);
}
