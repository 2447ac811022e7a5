// The panels beside the map: what shapes the picture, did it come true, what is new, why here.
import { h, show } from "../ui/dom.js";
import { problemBox } from "../ui/problem.js";
import { toast } from "../ui/toast.js";
import { language } from "../i18n/index.js";
import { decide, readChance } from "./risk_api.js";
import { drawDensity, drawRisk, patch } from "./risk_picture.js";
import { number, recurrence } from "./risk_text.js";
import { w } from "./risk_words.js";

const card = (title, ...rest) => h("section", { class: "p-card" }, h("h2", {}, title), rest);
const percent = (share) => `${Math.round(share * 100)} %`;

/** Where reports come from and how late: what the picture owes to reporting. */
export function biasPanel(figures) {
  const { bias } = figures;
  const total = bias.cases || 1;
  const rows = Object.entries(bias.sources).sort((a, b) => (b[1] ?? 0) - (a[1] ?? 0));
  return card(w("risk.bias"),
    h("p", { class: "quiet" }, w("risk.biasWhy")),
    h("table", { class: "p-table" }, h("tbody", {}, rows.map(([source, n]) =>
      h("tr", {}, h("th", { scope: "row" }, w(`risk.source.${source}`)),
        h("td", {}, n === null ? w("risk.underFive") : w("risk.n", { n })),
        h("td", {}, n === null ? "" : h("meter", { min: 0, max: total, value: n, "aria-label": percent(n / total) })))))),
    h("p", {}, w("risk.reported", { n: bias.reported ?? "–", of: bias.cases ?? "–" })),
    bias.days_to_report.median === null ? null : h("p", {}, w("risk.lag", {
      median: bias.days_to_report.median, most: Math.round(bias.days_to_report.nine_of_ten) })),
    h("p", {}, h("b", {}, w("risk.apart", { unlocated: bias.unlocated ?? "–", pinned: bias.pinned ?? "–", future: bias.future ?? "–", outside: figures.outside ?? "–", without: figures.cases_without_denominator ?? "–" }))));
}

/** Rolling back-test beside last year's counts and chance. */
export function scorePanel(score) {
  if (!score) return null;
  if (!score.told) return card(w("risk.score"), h("p", { class: "empty" }, w("risk.scoreNone")));
  const row = (name) => {
    const map = score.maps[name];
    return h("tr", {}, h("th", { scope: "row" }, w(`risk.score.${name}`)),
      h("td", {}, w("risk.scoreHits", { hits: number(map.hits), cases: map.cases })), h("td", {}, number(map.pai)), h("td", {}, name === "chance" || map.pei_star === null ? "–" : map.pei_star.toFixed(2)),
      h("td", { class: "rk-strip" }, map.by_quarter.map((pai) =>
        h("span", { class: pai === null ? "rk-q rk-q-none" : pai > 1 ? "rk-q rk-q-good" : "rk-q rk-q-bad" }, number(pai)))));
  };
  return card(w("risk.score"),
    h("p", { class: "quiet" }, w("risk.scoreWhy", { quarters: score.quarters, share: percent(score.share_of_area) })),
    h("table", { class: "p-table" },
      h("thead", {}, h("tr", {}, ["risk.scoreMap", "risk.scoreInside", "risk.scorePai", "risk.scorePei", "risk.scoreQuarters"].map((key) => h("th", { scope: "col" }, w(key))))),
      h("tbody", {}, ["model", "raw", "chance"].map(row))));
}

/** Rate ratios of what lies around. */
export function whyPanel(why) {
  if (!why) return null;
  if (!why.told) return card(w("risk.why"), h("p", { class: "empty" }, w("risk.whyNone")));
  return card(w("risk.why"),
    h("p", { class: "quiet" }, w("risk.whyWhy")),
    h("table", { class: "p-table" }, h("tbody", {}, why.ratios.map((one) =>
      h("tr", {}, h("th", { scope: "row" }, w(`risk.near.${one.name}`)),
        h("td", {}, w("risk.ratio", { ratio: number(one.ratio), low: number(one.low), high: number(one.high) }), plainRatio(one)),
        h("td", {}, one.tells ? w("risk.associated") : w("risk.saysNothing")))))));
}

const plainRatio = ({ plain }) => (plain
  ? h("small", { class: "rk-plain" }, w("risk.plain", { ratio: number(plain[0]), low: number(plain[1]), high: number(plain[2]) }))
  : null);

/** Near repeat: does one case bring others near it. */
export function repeatPanel(repeat) {
  if (!repeat) return null;
  return card(w("risk.repeat"),
    h("p", { class: "quiet" }, w("risk.repeatWhy")),
    repeat.told
      ? [h("p", { id: "repeat" }, w("risk.repeatPairs", { pairs: repeat.pairs, expected: number(repeat.expected) })),
        h("p", {}, h("b", {}, w(repeat.tells ? "risk.repeatYes" : "risk.repeatNo")))]
      : h("p", { class: "empty" }, w("risk.repeatNone")));
}

/** Where reports come from: a picture that is never called risk. */
export function densityPanel(density, shapes) {
  if (!density) return null;
  if (!density.told) return card(w("risk.density"), h("p", { class: "empty" }, w("risk.densityNone")));
  return card(w("risk.density"),
    h("p", { class: "quiet" }, w("risk.densityWhy", { km: number(density.bandwidth_m / 1000) })),
    drawDensity(density, shapes, w("risk.densityLabel")),
    h("ul", { class: "rk-legend" }, density.bands.map((from, i) =>
      h("li", {}, patch(`band-${i + 1}`), w("risk.densityBand", { from })))));
}

const CHECKS = ["dust", "marks", "unpaid_money"];
const REASONS = {
  confirmed: ["dust", "marks", "unpaid_money", "other_cause"],
  dismissed: ["one_event_many_cases", "campaign_or_patrol", "wrong_place", "no_cause_found"],
};

/** Tasks "check causes"; after a decision onDone() reads them again. */
export function alarmPanel(alarms, groups, mayDecide, onDone) {
  const name = (slug) => groups.find((group) => group.slug === slug)?.[language()] ?? slug;
  const score = alarms.score.map((row) => h("li", {}, w("risk.alarmScore", { group: name(row.kind_group), ...row })));
  return h("section", { class: "p-card p-wide", id: "alarms" }, h("h2", {}, w("risk.alarms")),
    h("p", { class: "quiet" }, w("risk.alarmsWhy")),
    alarms.items.length
      ? h("ul", { class: "p-list" }, alarms.items.map((one) => alarmRow(one, name, mayDecide, onDone)))
      : h("p", { class: "empty" }, w("risk.alarmsNone")),
    score.length ? [h("h3", {}, w("risk.alarmScores")), h("ul", { class: "p-list" }, score)] : null);
}

function alarmRow(one, name, mayDecide, onDone) {
  const box = h("div", { class: "rk-decide" });
  const open = one.state === "open";
  if (open && mayDecide) show(box, decideForm(one, box, onDone));
  return h("li", {},
    h("div", { class: "p-row-main" },
      h("b", {}, `${one.cell_name ?? one.cell_code ?? ""} · ${name(one.kind_group)}`),
      h("small", {}, w("risk.alarmCounts", { months: one.months, n: one.observed, expected: number(one.expected), cells: one.cell_codes.length })),
      h("small", {}, recurrence(one.recurrence_months), " · ", w("risk.asOfMonth", { month: one.month.slice(0, 7) }))),
    h("span", { class: "pill" }, w(`risk.state.${one.state}`), one.reason ? `：${w(`risk.reason.${one.reason}`)}` : ""), box);
}

function decideForm(one, box, onDone) {
  const id = `alarm-${one.code}`;
  const boxes = CHECKS.map((check) => h("label", {}, h("input", { type: "checkbox", name: check }), w(`risk.check.${check}`)));
  const reason = h("select", { id, required: true }, h("option", { value: "" }, w("risk.chooseReason")),
    Object.entries(REASONS).map(([state, reasons]) => h("optgroup", { label: w(`risk.state.${state}`) },
      reasons.map((slug) => h("option", { value: `${state}:${slug}` }, w(`risk.reason.${slug}`))))));
  return h("form", {
    onsubmit: async (event) => {
      event.preventDefault();
      const [state, slug] = reason.value.split(":");
      const checked = CHECKS.filter((_, n) => boxes[n].querySelector("input").checked);
      try {
        await decide(one.code, { state, checked, reason: slug });
        toast(w("risk.decided"));
        await onDone();
      } catch (error) {
        if (error.status !== 401) box.append(problemBox(error));
      }
    },
  }, h("fieldset", {}, h("legend", {}, w("risk.task")), boxes), h("label", { for: id }, w("risk.reasonLabel")), reason,
  h("button", { type: "submit", class: "button" }, w("risk.decide")));
}

/** Chance maps beside the real one. */
export function shufflePanel(chosen, found) {
  const node = h("div", { class: "rk-shuffle", id: "shuffle" });
  let seed = 0;
  const button = h("button", { type: "button", class: "button", id: "shuffle-go" }, w("risk.shuffle"));
  button.onclick = async () => {
    button.disabled = true;
    seed += 1;
    try {
      const chance = await readChance(chosen, 5, seed);
      const real = found.cells.filter((cell) => cell.word === "clearly_higher").map((cell) => cell.code);
      const picture = (red, title, kind) => h("figure", { class: kind },
        drawRisk(found.shapes, found.cells, { label: title, red }),
        h("figcaption", {}, `${title}：${w("risk.redCells", { n: red.length })}`));
      show(node,
        h("p", {}, chance.red_by_chance === null ? w("risk.shuffleNone") : w("risk.shuffleTold", { red: chance.red_by_chance, maps: chance.chance_maps })),
        h("div", { class: "rk-figures" }, picture(real, w("risk.realMap"), "rk-real"),
          chance.maps.map((one, n) => picture(one.red, w("risk.chanceMap", { n: n + 1 }), "rk-chance"))));
    } catch (error) {
      if (error.status !== 401) show(node, problemBox(error));
    }
    button.disabled = false;
    button.textContent = w("risk.shuffleAgain");
  };
  return h("section", { class: "p-card p-wide" }, h("h2", {}, w("risk.shuffleTitle")),
    h("p", { class: "quiet" }, w("risk.shuffleWhy")), button, node);
}
