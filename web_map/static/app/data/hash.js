// The view in the URL: #zoom/lat/lng&level=3&sel=case:CODE&lang=en&hide=a,b&only=open&layers=zones&base=0
// with state, due, area, t=FROM..TO, mode and ring.  Codes, days and coordinates only; search text and persons never get here.

import { formatFilters, parseFilters } from "./filters.js";
import { formatRing, parseRing } from "./geometry.js";

const SELECTION = /^(case:[\w.-]{1,60}|at:-?\d{1,3}(\.\d+)?,-?\d{1,2}(\.\d+)?)$/;
const MODES = new Set(["measure", "area"]);
const ONLY = new Set(["all", "open", "closed", "queue"]);

/** What the hash says; anything that does not read well is left out. */
export function parseHash(hash) {
  const [first, ...rest] = hash.replace(/^#/, "").split("&");
  const found = {};
  const view = first.split("/").map(Number);
  if (view.length === 3 && view.every(Number.isFinite) && Math.abs(view[1]) <= 90) {
    found.view = { zoom: view[0], lat: view[1], lng: view[2] };
  }
  const pairs = new Map(rest.map((pair) => pair.split("=").map(decodeURIComponent)));
  if (/^\d{1,2}$/.test(pairs.get("level") ?? "")) found.level = Number(pairs.get("level"));
  if (SELECTION.test(pairs.get("sel") ?? "")) found.sel = pairs.get("sel");
  if (["zh", "en"].includes(pairs.get("lang"))) found.lang = pairs.get("lang");
  if (ONLY.has(pairs.get("only"))) found.only = pairs.get("only");
  if (/^[a-z_,]{1,600}$/.test(pairs.get("hide") ?? "")) {
    found.hidden = new Set(pairs.get("hide").split(",").filter(Boolean));
  }
  if (/^[a-z,-]{1,200}$/.test(pairs.get("layers") ?? "")) {
    found.layers = new Set(pairs.get("layers").split(",").filter(Boolean));
  }
  if (/^\d{1,2}$/.test(pairs.get("base") ?? "")) found.base = Number(pairs.get("base"));
  if (MODES.has(pairs.get("mode"))) found.mode = pairs.get("mode");
  const ring = parseRing(pairs.get("ring"));
  if (ring) found.ring = ring;
  return { ...found, ...parseFilters(pairs) };
}

/** The hash of a state; parseHash(formatHash(s)) gives the same view, level, sel, lang, filters. */
export function formatHash(state) {
  const { view, level, sel, lang, only, hidden, layers, base, mode, ring } = state;
  const parts = [];
  if (view) parts.push(`${trim(view.zoom, 2)}/${view.lat.toFixed(5)}/${view.lng.toFixed(5)}`);
  else parts.push("");
  if (level) parts.push(`level=${level}`);
  if (sel) parts.push(`sel=${sel}`);
  if (lang) parts.push(`lang=${lang}`);
  if (only && only !== "all") parts.push(`only=${only}`);
  if (hidden && hidden.size) parts.push(`hide=${[...hidden].sort().join(",")}`);
  if (layers && layers.size) parts.push(`layers=${[...layers].sort().join(",")}`);
  if (Number.isInteger(base)) parts.push(`base=${base}`);
  parts.push(...formatFilters(state));
  if (mode) parts.push(`mode=${mode}`);
  if (ring) parts.push(`ring=${formatRing(ring)}`);
  return `#${parts.join("&")}`;
}

const trim = (value, digits) => String(Number(value.toFixed(digits)));

/** A place selection as numbers, or null. */
export function selectedPoint(sel) {
  const match = /^at:([^,]+),(.+)$/.exec(sel ?? "");
  return match ? { lng: Number(match[1]), lat: Number(match[2]) } : null;
}

/** A case selection as its code, or null. */
export function selectedCase(sel) {
  return sel && sel.startsWith("case:") ? sel.slice(5) : null;
}

const IN_HASH = [
  "view", "level", "sel", "lang", "only", "hidden", "layers", "base", "state", "due", "area", "from", "to", "mode", "ring",
];

/** Bind a store to location.hash both ways; onOutside(found) runs when somebody edits the URL. */
export function bindHash(store, onOutside) {
  let written = location.hash;
  store.on(IN_HASH, (state) => {
    written = formatHash(state);
    history.replaceState(null, "", written);
  });
  window.addEventListener("hashchange", () => {
    if (location.hash !== written) onOutside(parseHash(location.hash));
  });
}
