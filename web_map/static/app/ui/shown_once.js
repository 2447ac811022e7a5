// A secret that is shown one time: to copy, then gone from the page.
import { t } from "../i18n/index.js";
import { h } from "./dom.js";

/** A notice with the secret, a copy button and a way to put it away. */
export function shownOnce(why, secret, id) {
  const box = h("code", { class: "p-secret", id, tabindex: "0" }, secret);
  const told = h("p", { role: "status" });
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(secret);
      told.textContent = t("secret.copied");
    } catch {
      getSelection().selectAllChildren(box);
      told.textContent = t("secret.byHand");
    }
  };
  const node = h("div", { class: "notice good p-once" },
    h("p", {}, why), box,
    h("div", { class: "row" },
      h("button", { type: "button", class: "button", id: `${id}-copy`, onclick: copy }, t("secret.copy")),
      h("button", { type: "button", class: "button", onclick: () => node.remove() }, t("secret.hide"))),
    told);
  return node;
}
