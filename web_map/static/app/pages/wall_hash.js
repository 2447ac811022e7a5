// The wall's view in the URL: #zoom/lat/lng&cell=CODE&t=2026-09&risk=all.12&lang=en. Codes only.

const CODE = /^[\w.-]{1,40}$/;

/** What the hash says; anything that does not read well is left out. */
export function parseWallHash(hash) {
  const [first, ...rest] = hash.replace(/^#/, "").split("&");
  const found = { view: null, cell: null, month: null, risk: null, lang: "zh" };
  const view = first.split("/").map(Number);
  if (view.length === 3 && view.every(Number.isFinite) && Math.abs(view[1]) <= 90) {
    found.view = { zoom: view[0], lat: view[1], lng: view[2] };
  }
  const pairs = new Map(rest.map((pair) => pair.split("=")));
  if (CODE.test(pairs.get("cell") ?? "")) found.cell = pairs.get("cell");
  if (/^\d{4}-(0[1-9]|1[0-2])$/.test(pairs.get("t") ?? "")) found.month = pairs.get("t");
  const risk = /^([a-z_]{1,40})\.(\d{1,2})$/.exec(pairs.get("risk") ?? "");
  if (risk) found.risk = { group: risk[1], months: Number(risk[2]) };
  if (pairs.get("lang") === "en") found.lang = "en";
  return found;
}

/** The hash of a view; parseWallHash gives it back. */
export function formatWallHash({ view, cell, month, risk, lang }) {
  const parts = [view ? `${Number(view.zoom.toFixed(2))}/${view.lat.toFixed(5)}/${view.lng.toFixed(5)}` : ""];
  if (cell) parts.push(`cell=${cell}`);
  if (month) parts.push(`t=${month}`);
  if (risk) parts.push(`risk=${risk.group}.${risk.months}`);
  if (lang === "en") parts.push("lang=en");
  return `#${parts.join("&")}`;
}
