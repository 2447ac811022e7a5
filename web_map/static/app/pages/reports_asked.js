// What a report is asked about: a period and how to step through periods, and an area.
import { todayOn } from "../i18n/index.js";
import { cellField } from "../ui/cell_field.js";
import { h } from "../ui/dom.js";
import { w } from "./reports_words.js";

export const PERIODS = ["day", "week", "month", "year"];

const parts = (day) => day.split("-").map(Number);
const iso = (date) => date.toISOString().slice(0, 10);

/** The day as many periods earlier or later; stays inside the month it lands in. */
export function stepDay(day, period, steps) {
  const [year, month, date] = parts(day);
  if (period === "day" || period === "week") {
    return iso(new Date(Date.UTC(year, month - 1, date + steps * (period === "week" ? 7 : 1))));
  }
  const months = period === "month" ? steps : 12 * steps;
  const first = new Date(Date.UTC(year, month - 1 + months, 1));
  const last = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate();
  first.setUTCDate(Math.min(date, last));
  return iso(first);
}

/** The day before a day: periods are told with their last day, answers come with the first day after. */
export const dayBefore = (day) => stepDay(day, "day", -1);

export const segments = (name, values, chosen, word, choose) =>
  h("div", { class: "segments", role: "group", "aria-label": w(`rp.${name}`) }, values.map((value) =>
    h("button", { type: "button", id: `${name}-${value}`, "aria-pressed": String(value === chosen), onclick: () => choose(value) }, word(value))));

/** A row of controls: back, the day, forward, to today. */
export function dayStepper(asked, again) {
  const day = h("input", { type: "date", name: "on", id: "on", value: asked.on, min: "2000-01-01", max: "2100-12-31", "aria-label": w("rp.on") });
  day.onchange = () => {
    if (!day.validity.valid || !day.value) return;
    asked.on = day.value;
    again();
  };
  const go = (steps) => () => {
    asked.on = steps === 0 ? todayOn() : stepDay(asked.on, asked.period, steps);
    again();
  };
  return h("div", { class: "rp-stepper" },
    h("button", { type: "button", class: "button", id: "earlier", onclick: go(-1), "aria-label": w("rp.earlier") }, "←"),
    day,
    h("button", { type: "button", class: "button", id: "later", onclick: go(1), "aria-label": w("rp.later") }, "→"),
    h("button", { type: "button", class: "button", id: "this", onclick: go(0) }, w("rp.today")));
}

/** A grid as the area of a report; empty is all that one sees. */
export function areaField(asked, again) {
  const field = cellField({ label: w("rp.area"), hint: w("rp.areaHint"), name: "area", value: asked.area ?? "" });
  field.input.id = "area";
  field.input.onchange = () => {
    asked.area = field.code();
    again();
  };
  return field.row;
}
