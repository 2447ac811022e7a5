// How things of vector tiles are drawn on a canvas, by name: plain data in, strokes out, so that a
// worker draws them as the page would. Geometry is rings of {x, y} in pixels.

const HATCH_PX = 8;
const SIGN_PX = 15;
const HATCHES = {
  none: [],
  rise: [[0, 8, 8, 0], [-4, 4, 4, -4], [4, 12, 12, 4]],
  fall: [[0, 0, 8, 8], [-4, 4, 4, 12], [4, -4, 12, 4]],
  flat: [[0, 4, 8, 4]],
  upright: [[4, 0, 4, 8]],
};
HATCHES.cross = [...HATCHES.rise, ...HATCHES.fall];

function makeCanvas(side) {
  if (typeof document === "undefined") return new OffscreenCanvas(side, side);
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = side;
  return canvas;
}

function trace(ctx, geom) {
  ctx.beginPath();
  for (const ring of geom) {
    ctx.moveTo(ring[0].x, ring[0].y);
    for (let i = 1; i < ring.length; i += 1) ctx.lineTo(ring[i].x, ring[i].y);
  }
}

const patterns = new Map();

function hatchOf({ color, hatch }) {
  const key = `${color} ${hatch}`;
  if (!patterns.has(key)) {
    const tile = makeCanvas(HATCH_PX);
    const ctx = tile.getContext("2d");
    ctx.strokeStyle = color;
    ctx.globalAlpha = 0.55;
    for (const [x0, y0, x1, y1] of HATCHES[hatch]) {
      ctx.beginPath();
      ctx.moveTo(x0, y0);
      ctx.lineTo(x1, y1);
      ctx.stroke();
    }
    patterns.set(key, ctx.createPattern(tile, "repeat"));
  }
  return patterns.get(key);
}

/** The hatch of the wall's "cannot tell": lines over a ground, and so opaque. */
function groundHatch({ fill, hatch }) {
  const tile = makeCanvas(12);
  const ctx = tile.getContext("2d");
  ctx.fillStyle = fill;
  ctx.fillRect(0, 0, 12, 12);
  ctx.strokeStyle = hatch;
  ctx.lineWidth = 2;
  for (const from of [-12, 0, 12]) {
    ctx.beginPath();
    ctx.moveTo(from, 12);
    ctx.lineTo(from + 12, 0);
    ctx.stroke();
  }
  return ctx.createPattern(tile, "repeat");
}

function outline(ctx, geom, { color, weight = 1.8, dash = [] }, fill = null) {
  trace(ctx, geom);
  if (fill) {
    ctx.fillStyle = fill;
    ctx.fill("evenodd");
  }
  ctx.setLineDash(dash);
  ctx.strokeStyle = color;
  ctx.lineWidth = weight;
  ctx.stroke();
  ctx.setLineDash([]);
}

const styleOf = ({ kinds, fallback }, kind) => kinds[kind] ?? kinds[fallback];

function drawSign(ctx, { x, y }, text, color) {
  const half = SIGN_PX / 2;
  ctx.fillStyle = color;
  ctx.strokeStyle = "#ffffff";
  ctx.lineWidth = 1;
  ctx.fillRect(x - half, y - half, SIGN_PX, SIGN_PX);
  ctx.strokeRect(x - half, y - half, SIGN_PX, SIGN_PX);
  ctx.fillStyle = "#ffffff";
  ctx.font = `600 11px system-ui, "Noto Sans CJK SC", sans-serif`;
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  ctx.fillText(text, x, y + 0.5);
}

/** Painter of a name: (look) → draw(ctx, geom, feature), with what the rule that names it says. */
export const PAINTERS = {
  // each cell in the tint of its unit; the thin stroke closes the seam between two fills
  paper: ({ tints, units }) => (ctx, geom, { props: { unit } }) => {
    const color = tints[(units.get(unit) ?? unit) % tints.length];
    trace(ctx, geom);
    ctx.fillStyle = color;
    ctx.fill("evenodd");
    ctx.strokeStyle = color;
    ctx.lineWidth = 0.6;
    ctx.stroke();
  },
  border: ({ color, weight, dash }) => (ctx, geom) => {
    ctx.lineJoin = "round";
    outline(ctx, geom, { color, weight, dash: dash ?? [] });
  },
  // the wall: how much lies in a cell, by class; null is "cannot tell", what is not counted lies outside
  counts: ({ colors, unknown, outside, line, weight }) => {
    const hatch = groundHatch(unknown);
    return (ctx, geom, { id }) => {
      const found = colors.get(id);
      const fill = found === null ? hatch : found;
      trace(ctx, geom);
      ctx.fillStyle = fill ?? outside.fill;
      ctx.fill("evenodd");
      ctx.lineJoin = "round";
      ctx.strokeStyle = fill ? line : outside.line;
      ctx.lineWidth = fill ? weight : 1;
      ctx.stroke();
    };
  },
  zone: (look) => (ctx, geom, { props: { kind } }) => {
    const style = styleOf(look, kind);
    outline(ctx, geom, style, hatchOf(style));
  },
  villager_group: (look) => (ctx, geom) => outline(ctx, geom, look),
  claim: (look) => (ctx, geom) => outline(ctx, geom, look, look.fill),
  // how many lie in a thirty-second of a tile, told by the size of the dot
  claim_count: ({ color }) => (ctx, geom, { props: { n } }) => {
    const { x, y } = geom[0][0];
    ctx.beginPath();
    ctx.arc(x, y, Math.min(7, 1.5 + Math.log2(1 + n)), 0, 2 * Math.PI);
    ctx.fillStyle = color;
    ctx.globalAlpha = 0.5;
    ctx.fill();
    ctx.globalAlpha = 1;
  },
  land_finding_spot: (look) => (ctx, geom, { props: { kind } }) => {
    const { color, sign } = styleOf(look, kind);
    for (const point of geom.flat()) drawSign(ctx, point, sign, color);
  },
  land_finding: (look) => (ctx, geom, { props: { kind } }) => outline(ctx, geom, styleOf(look, kind)),
  service_point: (look) => (ctx, geom, { props: { kind } }) => {
    for (const point of geom.flat()) drawSign(ctx, point, styleOf(look, kind), look.color);
  },
};
