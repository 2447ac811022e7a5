// The wall's legend as text: what is counted, the limits, how many cells, when, from where.
import { h, s, show } from "../ui/dom.js";

const swatch = (fill, hatch) =>
  s("svg", { viewBox: "0 0 26 20", "aria-hidden": "true" },
    s("rect", { x: 0, y: 0, width: 26, height: 20, fill, stroke: "#8ea3b8" }),
    hatch && s("path", { d: "M0 20 20 0M8 20 26 2M-6 14 8 0", stroke: hatch, "stroke-width": 2 }));

/** [{text, fill, hatch}] of the classes that are on the map, lowest first. */
export function listClasses(breaks, look, { hasHidden, say }) {
  const colors = look.ramp.slice(look.ramp.length - breaks.length);
  const classes = [{ text: say("classNone"), fill: look.none }];
  if (hasHidden) classes.push({ text: say("classHidden"), fill: look.unknown.fill, hatch: look.unknown.hatch });
  breaks.forEach((limit, i) => {
    const from = (breaks[i - 1] ?? 0) + 1;
    classes.push({ text: from === limit ? String(limit) : `${from}–${limit}`, fill: colors[i] });
  });
  return classes;
}

export function drawLegend(node, { title, classes, source }) {
  show(node,
    h("strong", {}, title),
    h("div", { class: "w-classes" },
      classes.map(({ text, fill, hatch }) => h("span", { class: "w-class" }, swatch(fill, hatch), text))),
    h("small", {}, source));
}
