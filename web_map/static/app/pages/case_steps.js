// The steps allowed next, and nothing else; one opens its own small form.
import { may } from "../data/rights.js";
import { say, term, todayOn } from "../i18n/index.js";
import { h, show } from "../ui/dom.js";
import { problemBox } from "../ui/problem.js";
import { caseApi } from "./case_api.js";
import { stepField } from "./case_fields.js";
import { w } from "./case_words.js";

/** The card; done(answer, step) runs after the server took the step, again() after it refused as stale. */
export function stepsCard(session, page, { done, again }) {
  const { steps } = page.steps;
  const room = h("div", { id: "step-room" });
  const offer = () => show(room,
    steps.length === 0 || !may(session, "case", "step")
      ? h("p", { class: "empty" }, w("cp.nextNone"))
      : h("ul", { class: "cp-steps" }, steps.map((step) =>
          h("li", {}, h("button", { type: "button", class: "button", dataset: { step: step.step }, onclick: () => open(step) }, say(step))))),
    page.steps.never.length
      ? h("details", { class: "more-fields" }, h("summary", {}, w("cp.never")),
          h("ul", { class: "plain" }, page.steps.never.map((way) => h("li", {}, h("b", {}, say(way)), " ", say(way.why)))))
      : null);
  const open = (step, given = {}) => {
    const form = stepForm(step, page, { done, again, cancel: offer });
    show(room, form);
    for (const [name, value] of Object.entries(given)) {
      const field = form.elements[name];
      field.value = String(value);
      field.dispatchEvent(new Event("change"));
    }
    (room.querySelector("textarea") ?? room.querySelector("select, input, button"))?.focus();
    room.scrollIntoView({ block: "nearest" });
  };
  // another card opens a step with something chosen: null where the step is not allowed now
  page.opener = (name, given) => {
    const step = steps.find((one) => one.step === name);
    return step && may(session, "case", "step") ? () => open(step, given) : null;
  };
  offer();
  return h("section", { class: "p-card", id: "next" },
    h("h2", {}, w("cp.next")), h("p", { class: "quiet" }, w("cp.nextWhy")), room);
}

function stepForm(step, page, { done, again, cancel }) {
  const fields = [
    ...step.needs.map((name) => stepField(name, step, page, true)),
    ...step.asks.map((name) => stepField(name, step, page, false)),
  ];
  const on = h("input", { name: "on", type: "date", max: todayOn(), required: true, value: todayOn() });
  const trouble = h("div", {});
  const button = h("button", { class: "button primary", id: "take-step" }, w("cp.do", { step: say(step) }));
  const submit = async (event) => {
    event.preventDefault();
    button.disabled = true;
    const given = Object.assign({}, ...fields.map((field) => field.read()));
    const kept = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null));
    try {
      done(await caseApi.takeStep(page.detail.code, { step: step.step, revision: page.steps.rev, on: on.value, ...kept }), step);
    } catch (error) {
      button.disabled = false;
      const box = problemBox(error, error.status === 409 ? again : null);
      show(trouble, box);
    }
  };
  return h("form", { onsubmit: submit, onkeydown: (event) => event.key === "Escape" && cancel() },
    h("h3", {}, say(step), " ", h("small", { class: "quiet" }, w("cp.to", { state: term("state", step.to) }))),
    fields.map((field) => field.node),
    h("label", { class: "field" }, h("span", {}, w("cp.on")), on),
    trouble,
    h("div", { class: "p-buttons" }, button, h("button", { type: "button", class: "button", onclick: cancel }, w("cp.cancel"))));
}
