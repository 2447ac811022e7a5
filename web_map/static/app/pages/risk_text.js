// Numbers as sentences: counts first, power and chance in words.
import { w } from "./risk_words.js";

const one = (value) => (value === null || value === undefined ? "–" : value.toFixed(1));

/** "about 1 time in 8", "about 7 times in 10". */
export function times(share) {
  if (share < 0.01) return w("risk.hardly");
  if (share > 0.98) return w("risk.nearlyAlways");
  if (share > 0.5) return w("risk.timesInTen", { n: Math.round(share * 10) });
  return w("risk.onceIn", { n: Math.round(1 / share) });
}

/** How seldom chance alone does this. */
export function recurrence(months) {
  if (months < 24) return w("risk.onceInMonths", { n: Math.round(months) });
  const years = months / 12;
  return years > 100 ? w("risk.lessThanOnceIn", { n: 100 }) : w("risk.onceInYears", { n: Math.round(years) });
}

/** What is said of one cell, counts first; a list of sentences. */
export function tellCell(cell, figures) {
  if (cell.word === null) return [w("risk.tooSmallCell", { n: Math.round(cell.households) })];
  if (cell.hidden) return [w("risk.hiddenCell")];
  const told = [w("risk.counted", { months: figures.months, n: cell.observed })];
  if (cell.word === "no_denominator") return [...told, w("risk.nothingToDivide")];
  told[0] = w("risk.counts", {
    months: figures.months, n: cell.observed, expected: one(cell.expected),
    units: Math.round(cell.units), unit: w(`risk.unit.${figures.denominator}`),
  });
  if (cell.low !== null) told.push(w("risk.plausibly", { low: one(cell.low), high: one(cell.high) }));
  if (cell.noticed !== null) told.push(w("risk.noticedHere", { times: times(cell.noticed) }));
  if (cell.word === "clearly_higher" && cell.agreed) told.push(w(`risk.agreed.${cell.agreed.length}`));
  if (cell.one_scale) told.push(w("risk.oneScale"));
  if (cell.at_edge) told.push(w("risk.atEdge"));
  return told;
}

/** Power of the whole map in words. */
export const tellPower = (figures) =>
  figures.noticed === null
    ? w("risk.noPower")
    : w("risk.power", { n: figures.cases, months: figures.months, times: times(figures.noticed) });

export const number = one;
