// A button for what cannot be taken back: it asks once more, on the spot.
import { t } from "../i18n/index.js";
import { h } from "./dom.js";

const WAIT_MS = 6000;

/** Runs run() on the second press within six seconds; props as for h(). */
export function sureButton(label, run, props = {}) {
  let timer = 0;
  const calm = () => {
    timer = 0;
    button.textContent = label;
    button.classList.remove("sure");
  };
  const button = h("button", {
    type: "button",
    class: "button small",
    "aria-live": "polite",
    ...props,
    onclick: async () => {
      if (!timer) {
        button.textContent = t("action.sure", { deed: label });
        button.classList.add("sure");
        timer = setTimeout(calm, WAIT_MS);
        return;
      }
      clearTimeout(timer);
      calm();
      button.disabled = true;
      try {
        await run();
      } finally {
        button.disabled = false;
      }
    },
  }, label);
  return button;
}
