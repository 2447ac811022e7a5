// The inbox: a badge in the bar, a list in the panel.
import { api } from "../data/api.js";
import { formatMoment, t, term } from "../i18n/index.js";
import { byId, h } from "./dom.js";
import { problemBox } from "./problem.js";

/** refresh() reads the inbox and sets the badge; open() shows the list. */
export function createInbox({ panel, choose }) {
  let inbox = { items: [], unread: 0 };
  let problem = null;
  let open = false;

  function badge() {
    const node = byId("inbox-badge");
    node.hidden = !inbox.unread;
    node.textContent = inbox.unread > 99 ? "99+" : String(inbox.unread);
    node.setAttribute("aria-label", t("inbox.unread", { n: inbox.unread }));
  }

  async function refresh() {
    try {
      inbox = await api.inbox();
      problem = null;
    } catch (error) {
      problem = error;
    }
    badge();
    if (open) draw();
  }

  async function follow(item) {
    if (!item.read_at) {
      try {
        await api.markRead(item.notification_id);
        item.read_at = new Date().toISOString();
        inbox.unread = Math.max(0, inbox.unread - 1);
        badge();
      } catch (error) {
        problem = error;
      }
    }
    if (item.case_code) choose(item.case_code);
    else draw();
  }

  function draw(options) {
    panel.show(
      t("inbox.title"),
      problem
        ? problemBox(problem, refresh)
        : inbox.items.length
          ? h("ul", { class: "inbox" }, inbox.items.map((item) =>
              h("li", {}, h("button", { type: "button", class: item.read_at ? "read" : "unread", onclick: () => follow(item) },
                h("b", {}, term("notice", item.kind)), h("code", {}, item.case_code ?? ""),
                h("small", {}, formatMoment(item.created_at))))))
          : h("p", { class: "empty" }, t("inbox.empty")),
      options,
    );
  }

  return {
    refresh,
    badge,
    open() {
      open = true;
      draw({ focus: true });
      return refresh();
    },
    redraw: draw,
    close() {
      open = false;
    },
    isOpen: () => open,
  };
}
