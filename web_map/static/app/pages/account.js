// My account: password, leave, tokens, sign-ins. Every signed-in role has this page.
import { api } from "../data/api.js";
import { may } from "../data/rights.js";
import { named, todayOn } from "../i18n/index.js";
import { byId, h, show } from "../ui/dom.js";
import { problemBox } from "../ui/problem.js";
import { sureButton } from "../ui/sure_button.js";
import { toast } from "../ui/toast.js";
import { accountApi } from "./account_api.js";
import { sessionSection } from "./account_sessions.js";
import { tokenSection } from "./account_tokens.js";
import { w } from "./account_words.js";
import { openFrame } from "./frame.js";

const page = { leave: [], sessions: [], tokens: [] };

async function load(session) {
  const [leave, sessions, tokens] = await Promise.all([
    may(session, "leave", "read") && session.officer_id !== null ? accountApi.leave() : { items: [] },
    accountApi.sessions(),
    may(session, "token", "read_own") ? accountApi.tokens() : { items: [] },
  ]);
  page.leave = leave.items.filter((item) => item.officer_id === session.officer_id);
  page.sessions = sessions.items;
  page.tokens = tokens.items;
}

function draw(session, said = null) {
  const changed = async (sentence, node = null) => {
    await load(session);
    draw(session, node);
    if (sentence) toast(sentence);
  };
  show(byId("view"),
    said,
    h("div", { class: "p-cards" },
      meSection(session),
      passwordSection(),
      may(session, "leave", "add_own") ? leaveSection(session, changed) : null,
      sessionSection(page.sessions, changed),
      may(session, "token", "read_own") ? tokenSection(session, page.tokens, changed) : null));
  said?.querySelector("code")?.focus();
}

function meSection(session) {
  const rows = [
    ["acc.login", session.login],
    ["acc.role", named({ name_zh: session.role_name_zh, name_en: session.role_name_en })],
    ["acc.area", session.area_code ?? w("acc.whole")],
    ["acc.officer", session.officer_id ?? w("acc.noOfficer")],
  ];
  return h("section", { class: "p-card", id: "me" },
    h("h2", {}, w("acc.me")),
    h("dl", { class: "facts" }, rows.map(([key, value]) => h("div", {}, h("dt", {}, w(key)), h("dd", {}, value)))));
}

function passwordSection() {
  const input = (name, kind, props = {}) =>
    h("input", { name, type: "password", autocomplete: kind, required: true, maxlength: 200, ...props });
  const old = input("old", "current-password");
  const fresh = input("new", "new-password", { minlength: 10 });
  const again = input("again", "new-password", { minlength: 10 });
  const told = h("div", { role: "status" });
  const submit = async (event) => {
    event.preventDefault();
    if (fresh.value !== again.value) {
      show(told, h("p", { class: "notice" }, w("acc.differ")));
      again.focus();
      return;
    }
    try {
      await api.changePassword(old.value, fresh.value);
      event.target.reset();
      show(told, h("p", { class: "notice good" }, w("acc.changed")));
    } catch (error) {
      show(told, problemBox(error));
    }
  };
  return h("section", { class: "p-card", id: "password" },
    h("h2", {}, w("acc.password")),
    h("form", { onsubmit: submit },
      h("label", { class: "field" }, h("span", {}, w("acc.old")), old),
      h("label", { class: "field" }, h("span", {}, w("acc.new")), fresh),
      h("label", { class: "field" }, h("span", {}, w("acc.again")), again),
      told,
      h("button", { class: "button primary" }, w("acc.change"))));
}

function leaveSection(session, changed) {
  const head = [h("h2", {}, w("acc.leave")), h("p", { class: "quiet" }, w("acc.leaveWhy"))];
  if (session.officer_id === null) {
    return h("section", { class: "p-card", id: "leave-own" }, head, h("p", { class: "empty" }, w("acc.noLeave")));
  }
  const trouble = h("div", {});
  const day = (name) => h("input", { name, type: "date", required: true, value: todayOn() });
  const from = day("from");
  const to = day("to");
  from.onchange = () => {
    if (to.value < from.value) to.value = from.value;
  };
  const doing = (deed, sentence) => async (event) => {
    event?.preventDefault();
    try {
      await deed();
      await changed(sentence);
    } catch (error) {
      show(trouble, problemBox(error));
    }
  };
  const end = (item) => doing(() => accountApi.endLeave(item.officer_leave_id), w("acc.leaveEnded"));
  return h("section", { class: "p-card", id: "leave-own" }, head,
    page.leave.length === 0
      ? h("p", { class: "empty" }, w("acc.leaveNone"))
      : h("ul", { class: "p-list" }, page.leave.map((item) =>
          h("li", {},
            h("div", { class: "p-row-main" },
              h("b", {}, w("acc.days", { from: item.from_on ?? "…", to: item.to_on ?? "…" })), " ",
              item.is_now ? h("span", { class: "pill pill-leave" }, w("acc.now")) : null),
            sureButton(w(item.is_now ? "acc.endNow" : "acc.takeBack"), end(item))))),
    h("form", { onsubmit: doing(() => accountApi.addLeave(from.value, to.value), w("acc.leaveAdded")) },
      h("div", { class: "field-pair" },
        h("label", { class: "field" }, h("span", {}, w("acc.from")), from),
        h("label", { class: "field" }, h("span", {}, w("acc.to")), to)),
      trouble,
      h("button", { class: "button primary" }, w("acc.addLeave"))));
}

openFrame({ title: () => w("acc.title"), load, draw });
