// One's own sign-ins: when each began and was last used; end one, or all.
import { formatMoment } from "../i18n/index.js";
import { h, show } from "../ui/dom.js";
import { problemBox } from "../ui/problem.js";
import { signOutEverywhere } from "../ui/signin.js";
import { sureButton } from "../ui/sure_button.js";
import { accountApi } from "./account_api.js";
import { w } from "./account_words.js";

/** The section; changed(sentence) reads the list again. */
export function sessionSection(sessions, changed) {
  const trouble = h("div", {});
  const doing = (deed) => () => deed().catch((error) => show(trouble, problemBox(error)));
  const end = (item) => doing(async () => {
    await accountApi.endSession(item.handle);
    await changed(w("acc.endedOne"));
  });
  return h("section", { class: "p-card", id: "sessions" },
    h("h2", {}, w("acc.sessions")),
    h("p", { class: "quiet" }, w("acc.sessionsWhy")),
    h("ul", { class: "p-list" }, sessions.map((item) =>
      h("li", {},
        h("div", { class: "p-row-main" },
          h("b", {}, w("acc.began", { at: formatMoment(item.began_at) })), " ",
          item.is_this ? h("span", { class: "pill pill-good" }, w("acc.thisOne")) : null,
          h("small", {}, w("acc.seen", { at: formatMoment(item.seen_at) }))),
        item.is_this ? null : sureButton(w("acc.endOne"), end(item), { class: "button small danger" })))),
    sureButton(w("acc.everywhere"), doing(signOutEverywhere), { class: "button danger", id: "sign-out-everywhere" }),
    trouble);
}
