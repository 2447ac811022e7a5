// The one panel beside the map: what was chosen, and what can be done with it.
import { t } from "../i18n/index.js";
import { byId, h, show } from "./dom.js";

/** Panel host; onClose runs when the user closes it. */
export function createPanel({ onClose }) {
  const room = byId("panel");
  let opener = null;

  return {
    /** Show content under a heading; focus moves in only when asked (a click keeps the map). */
    show(title, content, { focus = false, sign = null, back = null } = {}) {
      if (room.hidden) opener = document.activeElement;
      const scroll = room.dataset.title === title ? room.querySelector(".panel-body")?.scrollTop : 0;
      room.dataset.title = title;
      const held = room.contains(document.activeElement) ? document.activeElement.id : null;
      show(
        room,
        h(
          "header",
          { class: "panel-head" },
          back ? h("button", { type: "button", class: "icon-button", "aria-label": t("action.back"), title: t("action.back"), onclick: back }, "‹") : null,
          sign,
          h("h2", { id: "panel-title", tabindex: "-1" }, title),
          h("button", { type: "button", class: "icon-button close", id: "panel-close", "aria-label": t("action.close"), title: t("action.close"), onclick: () => onClose() }, "×"),
        ),
        h("div", { class: "panel-body" }, content),
      );
      room.hidden = false;
      room.setAttribute("aria-labelledby", "panel-title");
      document.body.classList.add("panel-open");
      if (scroll) room.querySelector(".panel-body").scrollTop = scroll;
      if (focus) room.querySelector("h2").focus();
      else if (held) (document.getElementById(held) ?? room.querySelector("h2")).focus();
    },
    close() {
      if (room.hidden) return;
      const inside = room.contains(document.activeElement);
      room.hidden = true;
      room.dataset.title = "";
      show(room);
      document.body.classList.remove("panel-open");
      if (inside && opener?.isConnected) opener.focus();
    },
    isOpen: () => !room.hidden,
    focusIn: () => room.querySelector("h2")?.focus(),
  };
}
