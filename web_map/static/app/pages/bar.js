// The bar on top: the place, how fresh the data is, the language, who is signed in.
import { may } from "../data/rights.js";
import { formatTime, named, t } from "../i18n/index.js";
import { byId, h, show } from "../ui/dom.js";
import { signOut } from "../ui/signin.js";

/** Bar over the whole page; draw() after a change of language. */
export function createBar({ store, onHelp }) {
  let fresh = null;
  let place = null;

  byId("lang").onclick = () => store.set({ lang: store.get().lang === "zh" ? "en" : "zh" });
  byId("help-open").onclick = onHelp;

  function drawFresh() {
    const node = byId("freshness");
    if (!fresh) return show(node, t("fresh.none"));
    node.className = `fresh fresh-${fresh.state}`;
    const words = fresh.state === "offline" ? t("fresh.offline") : fresh.state === "late" ? t("fresh.late") : t(fresh.live ? "fresh.live" : "fresh.polled");
    return show(node, h("i", { "aria-hidden": "true" }), h("b", {}, words), " ", t("fresh.at", { time: formatTime(fresh.at) }));
  }

  return {
    draw() {
      byId("lang").textContent = store.get().lang === "zh" ? "English" : "中文";
      byId("lang").setAttribute("lang", store.get().lang === "zh" ? "en" : "zh-CN");
      drawFresh();
    },
    freshness(next) {
      fresh = next;
      drawFresh();
    },
    sayPlace(next, session) {
      place = next;
      byId("place-name").textContent = named(place);
      byId("synthetic").hidden = !place.synthetic;
      document.title = `${named(place)} · ${t("app.name")}`;
      show(
        byId("user"),
        h("a", {
          class: "icon-button phone-only", href: may(session, "case", "list") ? "/desk" : "/account",
          "aria-label": t("bar.more"), title: t("bar.more"),
        }, "☰"),
        may(session, "case", "list") ? h("a", { class: "link only-desk", href: "/desk" }, t("bar.desk")) : null,
        h("a", { class: "login", href: "/account", title: t("signin.account") }, session.login),
        h("button", {
          type: "button", class: "link", id: "sign-out",
          onclick: signOut,
        }, t("signin.out")),
      );
      this.note(place);
    },
    /** The line on the map: borders are indicative, always; synthetic when it is. */
    note(next) {
      const version = next.grid_version;
      show(
        byId("map-note"),
        h("span", {}, t("tag.indicative")),
        next.synthetic ? h("b", {}, t("tag.synthetic")) : null,
        version
          ? h("span", {}, t("map.version", { on: version.valid_from ?? version.grid_version_id }))
          : null,
      );
    },
  };
}
