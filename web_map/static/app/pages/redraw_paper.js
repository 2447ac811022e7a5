// A sheet of polygons on a canvas that can be moved and zoomed; no tiles, no library.

const MOST_ZOOM = 64;
const WHEEL = 1.0016;

const ringsOf = (geometry) => (geometry.type === "MultiPolygon" ? geometry.coordinates.flat() : geometry.coordinates);

/** Shapes in metres of a flat sheet around the middle of all features: {shapes, box}. */
export function flatten(features) {
  const all = features.flatMap(({ geometry }) => ringsOf(geometry).flat());
  const box = all.reduce(([w, s, e, n], [x, y]) => [Math.min(w, x), Math.min(s, y), Math.max(e, x), Math.max(n, y)],
    [Infinity, Infinity, -Infinity, -Infinity]);
  const squeeze = Math.cos((((box[1] + box[3]) / 2) * Math.PI) / 180);
  const place = ([lng, lat]) => [(lng - box[0]) * squeeze * 111320, (box[3] - lat) * 111320];
  const back = ([x, y]) => [x / 111320 / squeeze + box[0], box[3] - y / 111320];
  const shapes = features.map((feature) => shapeOf(ringsOf(feature.geometry).map((ring) => ring.map(place))));
  return { shapes, place, back, box: [...place([box[0], box[3]]), ...place([box[2], box[1]])] };
}

function shapeOf(rings) {
  const path = new Path2D();
  let [cx, cy, area] = [0, 0, 0];
  for (const ring of rings) {
    path.moveTo(...ring[0]);
    for (const point of ring.slice(1)) path.lineTo(...point);
    path.closePath();
  }
  const ring = rings[0];
  for (let i = 0; i + 1 < ring.length; i += 1) {
    const cross = ring[i][0] * ring[i + 1][1] - ring[i + 1][0] * ring[i][1];
    area += cross;
    cx += (ring[i][0] + ring[i + 1][0]) * cross;
    cy += (ring[i][1] + ring[i + 1][1]) * cross;
  }
  const middle = area ? [cx / (3 * area), cy / (3 * area)] : ring[0];
  return { path, rings, middle, area: Math.abs(area / 2) };
}

/** A canvas with a view of its own; paint(context, scale) draws in metres, marks(context, at) in pixels. */
export function createPaper(canvas, { paint, marks = () => {} }) {
  const context = canvas.getContext("2d");
  const view = { x: 0, y: 0, scale: 1, least: 1 };
  let asked = false;

  function draw() {
    asked = false;
    const ratio = window.devicePixelRatio || 1;
    const { clientWidth, clientHeight } = canvas;
    if (canvas.width !== Math.round(clientWidth * ratio)) canvas.width = Math.round(clientWidth * ratio);
    if (canvas.height !== Math.round(clientHeight * ratio)) canvas.height = Math.round(clientHeight * ratio);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, clientWidth, clientHeight);
    context.setTransform(ratio * view.scale, 0, 0, ratio * view.scale, ratio * view.x, ratio * view.y);
    paint(context, view.scale);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    marks(context, toPixel);
  }
  const redraw = () => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(draw);
  };
  const toPixel = ([x, y]) => [x * view.scale + view.x, y * view.scale + view.y];
  const toPlane = ([x, y]) => [(x - view.x) / view.scale, (y - view.y) / view.scale];

  function fit([w, n, e, s], most = Infinity) {
    const { clientWidth, clientHeight } = canvas;
    const room = 0.92;
    const scale = Math.min((clientWidth * room) / (e - w || 1), (clientHeight * room) / (s - n || 1), most);
    Object.assign(view, {
      scale,
      x: clientWidth / 2 - ((w + e) / 2) * scale,
      y: clientHeight / 2 - ((n + s) / 2) * scale,
    });
    if (most === Infinity) view.least = scale / 4;
    redraw();
  }
  function zoom(factor, [x, y] = [canvas.clientWidth / 2, canvas.clientHeight / 2]) {
    const scale = Math.min(Math.max(view.scale * factor, view.least), view.least * 4 * MOST_ZOOM);
    const real = scale / view.scale;
    Object.assign(view, { scale, x: x - (x - view.x) * real, y: y - (y - view.y) * real });
    redraw();
  }
  function pan(dx, dy) {
    view.x += dx;
    view.y += dy;
    redraw();
  }
  canvas.addEventListener("wheel", (event) => {
    event.preventDefault();
    zoom(WHEEL ** -event.deltaY, [event.offsetX, event.offsetY]);
  }, { passive: false });
  new ResizeObserver(redraw).observe(canvas);
  return {
    redraw, fit, zoom, pan, toPlane, toPixel, context,
    view: () => ({ ...view }),
    setView: (other) => { Object.assign(view, other); redraw(); },
    hit: (shapes, point) => {
      context.setTransform(1, 0, 0, 1, 0, 0);
      return shapes.findIndex(({ path }) => context.isPointInPath(path, ...point, "evenodd"));
    },
  };
}
