// One of a few, chosen by a tap or by arrows: large buttons that behave as radio buttons.
import { h } from "./dom.js";

/** {node, value(), choose(v)}: options are [value, text] pairs; changed(value) runs after a choice. */
export function choiceButtons({ label, name, options, value = null, changed = () => {} }) {
  let chosen = value;
  const inputs = options.map(([one]) =>
    h("input", { type: "radio", name, value: one, checked: one === value, onchange: () => choose(one) }));
  const node = h("fieldset", { class: "choice-buttons", dataset: { choice: name } },
    h("legend", {}, label),
    h("div", { class: "choice-row" }, options.map(([, text], i) => h("label", {}, inputs[i], h("span", {}, text)))));
  function choose(one) {
    chosen = one;
    for (const input of inputs) input.checked = input.value === one;
    changed(one);
  }
  return { node, value: () => chosen, choose };
}
