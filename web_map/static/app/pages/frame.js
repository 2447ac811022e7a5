// The frame of the plain pages: sign-in, the bar with the pages one may open, language, sign-out.
import { whenSignedOut } from "../data/api.js";
import { may } from "../data/rights.js";
import { language, named, setLanguage } from "../i18n/index.js";
import { byId, h, show } from "../ui/dom.js";
import { problemBox } from "../ui/problem.js";
import { redrawGate, requireSession, signIn, signOut } from "../ui/signin.js";
import { w } from "./frame_words.js";

// Page → what one must be allowed to do for it to be of use: any one of these.
const PAGES = [
  { page: "map", path: "/", needs: [["case", "list"], ["location", "read"]] },
  { page: "desk", path: "/desk", needs: [["case", "list"]] },
  { page: "onsite", path: "/onsite", needs: [["case", "file"]] },
  { page: "queue", path: "/queue", needs: [["case", "list"]] },
  { page: "registers", path: "/registers", needs: [["reception", "list"], ["grid_settlement", "list"]] },
  { page: "reports", path: "/reports", needs: [["report", "read"]] },
  { page: "risk", path: "/risk", needs: [["risk", "read"]] },
  { page: "land", path: "/land", needs: [["land_strip", "read"], ["land_finding", "read"]] },
  { page: "land_field", path: "/land-field", needs: [["land_strip", "measure"]] },
  { page: "members", path: "/members", needs: [["party_group", "read"]] },
  {
    page: "upkeep", path: "/upkeep",
    needs: [["shift_note", "read"], ["leave", "add"], ["handover", "add"], ["user", "read"]],
  },
  { page: "import", path: "/import", needs: [["import", "add"]] },
  { page: "trace", path: "/trace", needs: [["plan", "read"]] },
  { page: "redraw", path: "/redraw", needs: [["plan", "read"]] },
  { page: "audit", path: "/audit", needs: [["audit", "read"]] },
  { page: "account", path: "/account", needs: [] },
];
const LANG = "wangge.lang";

export const isSynthetic = document.body.dataset.synthetic === "yes";

/**
 * Start a page. title() and draw(session) are called again whenever the language changes; load(session)
 * reads what draw() shows, once at the start and after every new sign-in. offlineSession() gives who used
 * the page last, for a page that works without a network.
 */
export async function openFrame({ title, load, draw, offlineSession }) {
  let session = null;
  setLanguage(sessionStorage.getItem(LANG) === "en" ? "en" : "zh");

  function drawBar() {
    document.title = title();
    byId("title").textContent = title();
    byId("skip").textContent = w("frame.skip");
    byId("lang").textContent = w("frame.other");
    byId("lang").lang = language() === "zh" ? "en" : "zh-CN";
    byId("leave").textContent = w("frame.leave");
    const mark = byId("synthetic");
    if (mark) mark.textContent = w("frame.synthetic");
    byId("nav").setAttribute("aria-label", w("frame.nav"));
    const here = document.body.dataset.page;
    const open = session
      ? PAGES.filter(({ needs }) => needs.length === 0 || needs.some(([object, verb]) => may(session, object, verb)))
      : [];
    show(byId("nav"), open.map(({ page, path }) =>
      h("a", { href: path, "aria-current": page === here ? "page" : null }, w(`frame.page.${page}`))));
    show(byId("who"), session ? [h("b", {}, session.login), " ", named({ name_zh: session.role_name_zh, name_en: session.role_name_en })] : null);
  }

  async function read() {
    show(byId("view"), h("p", { class: "loading" }, w("frame.loading")));
    drawBar();
    try {
      await load(session);
      draw(session);
    } catch (error) {
      if (error.status !== 401) show(byId("view"), problemBox(error, read));
    }
  }

  byId("lang").onclick = () => {
    setLanguage(language() === "zh" ? "en" : "zh");
    sessionStorage.setItem(LANG, language());
    drawBar();
    redrawGate();
    if (session && !document.body.classList.contains("signed-out")) draw(session);
  };
  byId("leave").onclick = signOut;
  whenSignedOut(async () => {
    session = await signIn({ synthetic: isSynthetic });
    await read();
  });
  drawBar();
  session = await requireSession({ synthetic: isSynthetic, offlineSession });
  await read();
}
