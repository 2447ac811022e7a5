// What is asked of the server about cases, beside kind, open or closed, and view.

export const NO_FILTERS = { state: null, due: null, area: null, from: null, to: null };
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** True when one of them narrows the list. */
export const isFiltered = (state) => Object.keys(NO_FILTERS).some((key) => state[key]);

/** The filters of a state, as the query of /api/cases. */
export const caseQuery = ({ state, due, area, from, to }) =>
  Object.fromEntries(Object.entries({ state, due, cell: area, from, to }).filter(([, value]) => value));

/** What a hash says of them; what does not read well is left out. */
export function parseFilters(pairs) {
  const found = {};
  if (/^[a-z_]{1,40}$/.test(pairs.get("state") ?? "")) found.state = pairs.get("state");
  if (["late", "soon"].includes(pairs.get("due"))) found.due = pairs.get("due");
  if (/^[\w.-]{1,40}$/.test(pairs.get("area") ?? "")) found.area = pairs.get("area");
  const [from, to] = (pairs.get("t") ?? "").split("..");
  if (DAY.test(from ?? "")) found.from = from;
  if (DAY.test(to ?? "")) found.to = to;
  return found;
}

/** Parts of the hash; parseFilters gives the same filters back. */
export function formatFilters({ state, due, area, from, to }) {
  const parts = [];
  if (state) parts.push(`state=${state}`);
  if (due) parts.push(`due=${due}`);
  if (area) parts.push(`area=${encodeURIComponent(area)}`);
  if (from || to) parts.push(`t=${from ?? ""}..${to ?? ""}`);
  return parts;
}
