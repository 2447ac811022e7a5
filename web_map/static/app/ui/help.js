// What the keys do, in a dialog.
import { t } from "../i18n/index.js";
import { byId, h, show } from "./dom.js";

const KEYS = [
  ["/", "help.search"],
  ["← ↑ → ↓", "help.pan"],
  ["+ −", "help.zoom"],
  ["0", "help.fit"],
  ["1 – 6", "help.level"],
  ["Enter", "help.ask"],
  ["L", "help.legend"],
  ["P", "help.print"],
  ["M", "help.measure"],
  ["S", "help.area"],
  ["Ctrl Enter", "help.finish"],
  ["Ctrl Z", "help.undo"],
  ["Esc", "help.escape"],
  ["?", "help.help"],
];

export function openHelp() {
  const dialog = byId("dialog");
  show(
    dialog,
    h("header", { class: "panel-head" }, h("h2", {}, t("help.title")),
      h("button", { type: "button", class: "icon-button close", "aria-label": t("action.close"), onclick: () => dialog.close() }, "×")),
    h("dl", { class: "keys" }, KEYS.map(([key, words]) =>
      h("div", {}, h("dt", {}, h("kbd", {}, key)), h("dd", {}, t(words))))),
    h("p", { class: "quiet" }, t("help.note")),
  );
  dialog.showModal();
}
