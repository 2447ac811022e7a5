// Short notices that go by themselves; one may carry a button.
import { t } from "../i18n/index.js";
import { byId, h } from "./dom.js";

const STAY_MS = 8000;
const MOST = 4;

/** Show a notice; action {label, run} adds a button. */
export function toast(text, { action = null, tone = "calm", sign = null } = {}) {
  const room = byId("toasts");
  const leave = () => node.remove();
  const node = h(
    "div",
    { class: `toast ${tone}` },
    sign,
    h("span", { class: "toast-text" }, text),
    action &&
      h("button", { type: "button", class: "link", onclick: () => { leave(); action.run(); } }, action.label),
    h("button", { type: "button", class: "close", "aria-label": t("action.close"), onclick: leave }, "×"),
  );
  room.append(node);
  while (room.children.length > MOST) room.firstChild.remove();
  setTimeout(leave, STAY_MS);
}
