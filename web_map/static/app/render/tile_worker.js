// Draws vector tiles beside the page: reads, decodes and paints, and hands back finished pictures.
/* global protomapsL */
importScripts("/static/vendor/protomaps-leaflet/protomaps-leaflet.js");

const readers = import("./tile_spec.js");
// layers that are on the map, and requests that still want an answer
const layers = new Map();
const wanted = new Set();

/** What the spec's views give for a tile; a source that cannot be had is left out. */
async function prepare(views, at) {
  const prepared = new Map();
  await Promise.all([...views].map(async ([name, view]) => {
    const tile = await view.getDisplayTile(at).catch(() => null);
    if (tile) prepared.set(name, [tile]);
  }));
  return prepared;
}

function paint(prepared, rules, { x, y, z }, pixels) {
  const canvas = new OffscreenCanvas(pixels, pixels);
  const ctx = canvas.getContext("2d");
  ctx.scale(pixels / 256, pixels / 256);
  const origin = { x: 256 * x, y: 256 * y };
  const box = { minX: origin.x - 16, minY: origin.y - 16, maxX: origin.x + 272, maxY: origin.y + 272 };
  protomapsL.paint(ctx, z, prepared, null, rules, box, origin, false);
  return canvas.transferToImageBitmap();
}

async function answer({ id, layer, at, pixels }) {
  wanted.add(id);
  const { views, rules } = await layers.get(layer);
  const prepared = await prepare(views, at);
  if (!wanted.delete(id)) return;
  const picture = paint(prepared, rules, at, pixels);
  postMessage({ id, picture }, [picture]);
}

const deeds = {
  async open({ layer, spec }) {
    layers.set(layer, readers.then(({ readSpec }) => {
      const { sources, paintRules } = readSpec(spec);
      return { views: protomapsL.sourcesToViews({ sources }), rules: paintRules };
    }));
  },
  close: ({ layer }) => layers.delete(layer),
  drop: ({ id }) => wanted.delete(id),
  draw: answer,
};

onmessage = ({ data }) => deeds[data.deed](data);
