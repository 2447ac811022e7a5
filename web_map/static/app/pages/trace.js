// Tracing cells over a scan: it is laid by control points, traced, fitted and checked by the server.
import { may } from "../data/rights.js";
import { language, say } from "../i18n/index.js";
import { byId, h, show } from "../ui/dom.js";
import { problemBox } from "../ui/problem.js";
import { sureButton } from "../ui/sure_button.js";
import { openFrame } from "./frame.js";
import { traceApi } from "./trace_api.js";
import { drawCanvas, toGround } from "./trace_canvas.js";
import { w } from "./trace_words.js";

const M2_PER_MU = 2000 / 3;
const page = {
  levels: [], ground: [], rank: 1, scan: null, opacity: 0.7, cross: null, points: [], pending: null,
  laid: null, ring: [], cells: [], checked: [], answer: null, mode: "points", tolerance: 10, draft: {}, level: "",
};

async function load(session = page.session) {
  page.session = session;
  const place = await traceApi.place();
  page.levels = place.levels;
  page.rank = Math.max(0, ...place.levels.map((level) => level.rank)) + (place.levels.length ? 0 : 1);
  await loadGround();
}

async function loadGround() {
  const known = page.levels.filter((level) => level.rank <= page.rank).map((level) => level.rank);
  const found = await Promise.all(known.slice(-2).map((rank) => traceApi.cells(rank)));
  page.ground = found.flatMap((one) => one.features);
}

function draw() {
  show(byId("view"),
    h("p", { class: "quiet" }, w("trace.why")),
    h("div", { class: "t-work" },
      h("div", { class: "t-side" }, scanCard(), page.scan ? [pointsCard(), drawCard(), checkCard()] : null),
      h("div", { id: "picture" })));
  drawPicture();
}

function drawPicture() {
  const focused = document.activeElement?.id === "canvas";
  show(byId("picture"), page.scan
    ? drawCanvas(page, w("trace.picture"), pick, { close: closeRing, undo: takeBack, redraw: drawPicture })
    : h("p", { class: "empty" }, w("trace.none")));
  if (focused) byId("canvas").focus();
}

function scanCard() {
  const told = h("div", { role: "status" });
  const input = h("input", { type: "file", name: "scan", accept: "image/png,image/jpeg,image/webp", onchange: () => choose(input.files[0], told) });
  return h("section", { class: "p-card", id: "scan-card" },
    h("h2", {}, w("trace.scan")),
    h("label", { class: "field" }, h("span", {}, w("trace.choose")), input),
    page.scan ? h("label", { class: "field" }, h("span", {}, w("trace.opacity")),
      h("input", { type: "range", name: "opacity", min: 0, max: 1, step: 0.05, value: page.opacity, oninput: (event) => {
        page.opacity = Number(event.target.value);
        byId("scan")?.setAttribute("opacity", page.opacity);
      } })) : null,
    told);
}

async function choose(file, told) {
  if (!file) return;
  const url = URL.createObjectURL(file);
  const image = new Image();
  image.src = url;
  try {
    await image.decode();
  } catch {
    URL.revokeObjectURL(url);
    show(told, h("p", { class: "notice" }, w("trace.notImage")));
    return;
  }
  if (page.scan) URL.revokeObjectURL(page.scan.url);
  Object.assign(page, { scan: { url, width: image.naturalWidth, height: image.naturalHeight }, points: [], laid: null, ring: [], pending: null, mode: "points" });
  draw();
}

function pick(xy) {
  if (page.mode === "points") {
    page.pending = xy;
    page.cross = xy;
    draw();
    document.querySelector("#points [name=lng]")?.focus();
  } else {
    page.ring.push(xy);
    page.cross = xy;
    drawPicture();
    tellCorners();
  }
}

function pointsCard() {
  const told = h("div", { role: "status" });
  const lng = h("input", { name: "lng", inputmode: "decimal", autocomplete: "off", required: true });
  const lat = h("input", { name: "lat", inputmode: "decimal", autocomplete: "off", required: true });
  const add = (event) => {
    event.preventDefault();
    if (!page.pending) {
      show(told, h("p", { class: "notice" }, w("trace.clickScan")));
      return;
    }
    page.points.push({ x: page.pending[0], y: page.pending[1], lng: Number(lng.value), lat: Number(lat.value) });
    Object.assign(page, { pending: null, laid: null });
    draw();
  };
  const lay = async () => {
    try {
      const body = { points: page.points.map(({ x, y, lng: a, lat: b }) => [x, y, a, b]), width: page.scan.width, height: page.scan.height };
      page.laid = await traceApi.georeference(body);
      page.mode = "draw";
      draw();
    } catch (error) {
      show(told, problemBox(error));
    }
  };
  return h("section", { class: "p-card", id: "points" },
    h("h2", {}, w("trace.points")),
    h("p", { class: "quiet" }, w("trace.pointsWhy")),
    page.points.length ? h("ol", { class: "t-points" }, page.points.map((one, at) => h("li", {},
      `${w("trace.pixel", { x: Math.round(one.x), y: Math.round(one.y) })} → ${one.lng}, ${one.lat}`,
      page.laid ? h("small", {}, ` ${w("trace.residual", { m: page.laid.residual_m[at].toFixed(1) })}`) : null,
      " ", h("button", { type: "button", class: "text-button", onclick: () => {
        page.points.splice(at, 1);
        Object.assign(page, { laid: null, mode: "points" });
        draw();
      } }, w("trace.remove"))))) : null,
    h("form", { onsubmit: add },
      h("p", { id: "pending" }, page.pending ? w("trace.pixel", { x: Math.round(page.pending[0]), y: Math.round(page.pending[1]) }) : w("trace.clickScan")),
      h("div", { class: "i-pair" },
        h("label", { class: "field" }, h("span", {}, w("trace.lng")), lng),
        h("label", { class: "field" }, h("span", {}, w("trace.lat")), lat)),
      h("button", { class: "button", id: "add-point" }, w("trace.addPoint"))),
    told,
    h("button", { type: "button", class: "button primary", id: "lay", onclick: lay }, w("trace.lay")),
    page.laid ? h("p", { class: "notice good", id: "rms" }, rmsText(), page.laid.rms_m === null ? null : ` · ${w("trace.worst", { n: page.laid.worst + 1 })}`) : null);
}

const rmsText = () => (page.laid.rms_m === null
  ? w("trace.rmsNone", { px: page.laid.metres_per_pixel.toFixed(2) })
  : w("trace.rms", { m: page.laid.rms_m.toFixed(2), px: page.laid.metres_per_pixel.toFixed(2) }));

function drawCard() {
  const told = h("div", { role: "status", id: "draw-told" });
  const field = (name) => h("label", { class: "field" }, h("span", {}, w(`trace.${name}`)),
    h("input", { name, value: page.draft[name] ?? "", maxlength: 100, autocomplete: "off", oninput: (event) => { page.draft[name] = event.target.value; } }));
  const next = Math.max(0, ...page.levels.map((level) => level.rank)) + 1;
  const ranks = h("select", { name: "rank", onchange: async () => {
    page.rank = Number(ranks.value);
    await loadGround();
    draw();
  } },
  page.levels.map((level) => h("option", { value: level.rank }, language() === "zh" ? level.name_zh : level.name_en)),
  h("option", { value: next }, w("trace.newLevel", { rank: next })));
  ranks.value = page.rank;
  return h("section", { class: "p-card", id: "draw" },
    h("h2", {}, w("trace.draw")),
    page.laid ? h("p", { class: "quiet" }, w("trace.drawWhy")) : h("p", { class: "notice" }, w("trace.needLaid")),
    h("label", { class: "field" }, h("span", {}, w("trace.rank")), ranks),
    page.rank === next ? h("label", { class: "field" }, h("span", {}, w("trace.levelZh")),
      h("input", { name: "level", value: page.level, maxlength: 40, oninput: (event) => { page.level = event.target.value; } })) : null,
    h("div", { class: "i-pair" }, field("code"), field("name")),
    field("parent"),
    h("p", { id: "corners", role: "status" }, w("trace.corners", { n: page.ring.length })),
    told,
    h("div", { class: "t-buttons" },
      h("button", { type: "button", class: "button", id: "close-ring", onclick: closeRing }, w("trace.close")),
      h("button", { type: "button", class: "button", id: "take-back", onclick: takeBack }, w("trace.undo"))));
}

const tellCorners = () => show(byId("corners"), w("trace.corners", { n: page.ring.length }));

function closeRing() {
  const { code, name, parent } = page.draft;
  if (!page.laid || page.ring.length < 3 || !code || !name) {
    show(byId("draw-told"), h("p", { class: "notice" }, page.laid ? w("trace.needMore") : w("trace.needLaid")));
    return;
  }
  page.cells.push({ code: code.trim(), name: name.trim(), parent: (parent ?? "").trim(), ring: page.ring.map((xy) => toGround(page.laid, xy)) });
  Object.assign(page, { ring: [], checked: [], answer: null, draft: { parent } });
  draw();
}

function takeBack() {
  if (page.ring.length) page.ring.pop();
  else page.cells.pop();
  Object.assign(page, { checked: [], answer: null });
  draw();
}

function checkCard() {
  const told = h("div", { role: "status", id: "check-told" });
  const tolerance = h("input", { type: "number", name: "tolerance", min: 0.1, max: 100, step: 0.1, value: page.tolerance, oninput: () => { page.tolerance = Number(tolerance.value); } });
  const reason = h("input", { name: "reason", maxlength: 500, autocomplete: "off" });
  const boxes = (page.answer?.refused ?? []).map((code) => ({ code, box: h("input", { type: "checkbox", name: `accept-${code}` }) }));
  const body = (accepted) => ({
    rank: page.rank, cells: page.cells, tolerance_m: page.tolerance, level_zh: page.level, accepted,
    reason: reason.value.trim() || null,
  });
  const ask = async (deed, accepted) => {
    try {
      page.answer = await deed(body(accepted));
      page.checked = page.answer.cells;
      if (page.answer.grid_version_id !== null) {
        page.cells = [];
        await load();
      }
      draw();
      byId("check").scrollIntoView({ block: "nearest" });
    } catch (error) {
      show(told, problemBox(error));
    }
  };
  return h("section", { class: "p-card", id: "check" },
    h("h2", {}, w("trace.check")),
    page.cells.length ? h("ul", { class: "p-list" }, page.cells.map((cell) => h("li", {}, h("b", {}, cell.code), ` ${cell.name}`, movedText(cell.code)))) : h("p", { class: "empty" }, w("trace.none")),
    h("label", { class: "field" }, h("span", {}, w("trace.tolerance")), tolerance),
    h("button", { type: "button", class: "button", id: "check-now", onclick: () => ask(traceApi.check, []) }, w("trace.checkNow")),
    told,
    page.answer ? answerText(boxes, reason) : null,
    page.answer && page.answer.grid_version_id === null && may(page.session, "plan", "draft") ? draftForm(body, told) : null,
    page.answer && page.answer.grid_version_id === null && may(page.session, "plan", "publish")
      ? sureButton(w("trace.publish"), () => ask(traceApi.publish, boxes.filter(({ box }) => box.checked).map(({ code }) => code)), { id: "publish" })
      : null);
}

/** What was traced becomes a plan, so that another person approves it. */
function draftForm(body, told) {
  const title = h("input", { name: "draft-name", required: true, maxlength: 100, autocomplete: "off" });
  const keep = async (event) => {
    event.preventDefault();
    try {
      const { plan_id: id } = await traceApi.draft({ ...body([]), title: title.value.trim() });
      show(told, h("p", { class: "notice good", id: "drafted" }, w("trace.drafted", { id }), " ", h("a", { href: `/redraw#${id}` }, w("trace.openDraft"))));
    } catch (error) {
      show(told, problemBox(error));
    }
  };
  return h("form", { id: "draft", onsubmit: keep },
    h("label", { class: "field" }, h("span", {}, w("trace.draftName")), title),
    h("p", { class: "quiet" }, w("trace.draftWhy")),
    h("button", { class: "button primary", id: "keep-draft" }, w("trace.keepDraft")));
}

function movedText(code) {
  const row = page.answer?.cells.find((cell) => cell.code === code);
  if (!row) return null;
  const mu = (row.area_m2 / M2_PER_MU).toFixed(2);
  return h("small", {}, ` ${w("trace.area", { mu })} · ${w("trace.moved", { m: row.moved_m.toFixed(1) })}`);
}

function answerText(boxes, reason) {
  if (page.answer.grid_version_id !== null) return h("p", { class: "notice good", id: "published" }, w("trace.published", { id: page.answer.grid_version_id }));
  const found = Object.entries(page.answer.kinds);
  if (!found.length) return h("p", { class: "notice good" }, w("trace.clean"));
  return [
    h("ul", {}, found.map(([, words]) => h("li", {}, say(words)))),
    boxes.map(({ code, box }) => h("label", { class: "i-check" }, box, w("trace.accept", { what: say(page.answer.kinds[code]) }))),
    boxes.length ? h("label", { class: "field" }, h("span", {}, w("trace.reason")), reason) : null,
  ];
}

await openFrame({ title: () => w("trace.title"), load, draw });
