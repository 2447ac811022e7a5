// How large things are for somebody metres away: pixels per arc minute. Pure.

const ARC_MINUTE = Math.tan(Math.PI / 180 / 60);
// a 98-inch screen, 2.17 m wide, seen from 5 m, where nothing else is said
const USUAL_WIDTH_MM = 2170;
const USUAL_DIST_M = 5;

const within = (value, low, high) => (value >= low && value <= high ? value : null);

/** {pitchMm, distM} of ?pitch=…&dist=…; what does not read well is the usual screen. */
export function readPlace(search, widthPx) {
  const query = new URLSearchParams(search);
  return {
    pitchMm: within(Number.parseFloat(query.get("pitch")), 0.05, 10) ?? USUAL_WIDTH_MM / widthPx,
    distM: within(Number.parseFloat(query.get("dist")), 0.2, 100) ?? USUAL_DIST_M,
  };
}

/** Pixels that one arc minute covers. */
export const pixelsPerArcMinute = ({ pitchMm, distM }) => (distM * 1000 * ARC_MINUTE) / pitchMm;

/** Upper limits of at most four classes of whole numbers above zero, about equally filled. */
export function findBreaks(values) {
  const some = values.filter((value) => value > 0).sort((a, b) => a - b);
  if (!some.length) return [];
  const breaks = [];
  for (const share of [0.25, 0.5, 0.75, 1]) {
    const limit = some[Math.max(0, Math.ceil(some.length * share) - 1)];
    if (limit > (breaks.at(-1) ?? 0)) breaks.push(limit);
  }
  return breaks;
}

/** Which class a number falls in: -1 for zero, else the index of its limit. */
export function classOf(value, breaks) {
  if (!(value > 0)) return -1;
  const found = breaks.findIndex((limit) => value <= limit);
  return found < 0 ? breaks.length - 1 : found;
}

/** The first n months before and with a day (YYYY-MM-DD), oldest first. */
export function monthsUntil(day, n) {
  const [year, month] = day.split("-").map(Number);
  return Array.from({ length: n }, (_, i) => {
    const index = year * 12 + (month - 1) - (n - 1 - i);
    return `${Math.floor(index / 12)}-${String((index % 12) + 1).padStart(2, "0")}`;
  });
}
