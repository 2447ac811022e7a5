// The clocks of a case: the next due first, each with its calculation line by line.
import { say } from "../i18n/index.js";
import { h } from "../ui/dom.js";
import { w } from "./case_words.js";

const TONES = { running: "pill-good", soon: "pill-leave", late: "pill-urgent", paused: "pill-vacant", stopped: "pill-vacant" };

export const lightPill = (light) => h("b", { class: `pill ${TONES[light]}` }, w(`cp.light.${light}`));

export function clocksCard(clocks) {
  const open = clocks.filter((clock) => clock.light !== "stopped");
  const over = clocks.filter((clock) => clock.light === "stopped");
  return h("section", { class: "p-card", id: "clocks" },
    h("h2", {}, w("cp.clocks")),
    clocks.length === 0 ? h("p", { class: "empty" }, w("cp.clocksNone")) : h("ul", { class: "cp-clocks" }, [...open, ...over].map(clockItem)));
}

function clockItem(clock) {
  return h("li", { class: clock.light === "stopped" ? "p-over" : null },
    h("p", { class: "p-note-head" },
      h("b", {}, say(clock)), lightPill(clock.light),
      clock.due_on ? h("span", {}, w("cp.dueOn", { on: clock.due_on })) : null,
      clock.is_provisional ? h("small", { class: "quiet" }, w("cp.provisional")) : null),
    h("details", { class: "more-fields" },
      h("summary", {}, w("cp.lines")),
      h("ol", { class: "cp-lines" }, clock.lines.map((line) => h("li", {}, say(line)))),
      h("p", { class: "quiet" }, clock.law, clock.is_local ? ` · ${w("cp.local")}` : "")));
}
