// Accounts: invite, link again, close; many from a table; the tokens of programs.
import { formatMoment, named } from "../i18n/index.js";
import { cellField } from "../ui/cell_field.js";
import { h, settle, show } from "../ui/dom.js";
import { problemBox } from "../ui/problem.js";
import { shownOnce } from "../ui/shown_once.js";
import { sureButton } from "../ui/sure_button.js";
import { tokenSection } from "./account_tokens.js";
import { upkeepApi } from "./upkeep_api.js";
import { bulkCard } from "./upkeep_bulk.js";
import { w } from "./upkeep_words.js";

const MOST_ROWS = 200;

export async function loadAccounts() {
  const [accounts, tokens] = await Promise.all([upkeepApi.accounts(), upkeepApi.tokens()]);
  return { ...accounts, tokens: tokens.items, filter: "" };
}

export function accountsView(session, page, reload) {
  const said = h("div", { role: "status", id: "said" });
  const roles = new Map(page.roles.map((role) => [role.role, role]));
  const tell = async (node) => {
    await reload();
    show(document.getElementById("said"), node);
    document.getElementById("said").scrollIntoView({ block: "center" });
  };
  const tokensOf = page.items.filter((item) => !item.is_disabled).map((item) => ({ login: item.login, verbs: roles.get(item.role)?.verbs ?? [] }));
  return [
    said,
    h("div", { class: "p-cards" },
      listCard(session, page, roles, tell),
      inviteCard(page, tell),
      bulkCard(),
      tokenSection(session, page.tokens, async (_sentence, node = null) => tell(node), {
        title: w("up.tokens"), why: w("up.tokensWhy"), label: w("up.tokenFor"), accounts: tokensOf,
        revoke: upkeepApi.revokeToken,
      })),
  ];
}

function stateOf(item) {
  if (item.is_disabled) return ["pill-vacant", w("up.stateClosed")];
  if (item.is_locked) return ["pill-urgent", w("up.stateLocked")];
  if (item.invited_until) return ["pill-leave", w("up.stateInvited", { at: formatMoment(item.invited_until) })];
  if (item.must_change_password) return ["pill-leave", w("up.stateWaiting")];
  return ["pill-good", w("up.stateActive")];
}

const linkNotice = (made) =>
  shownOnce(w("up.link", { login: made.login, at: formatMoment(made.expires_at) }), `${location.origin}${made.link}`, "new-link");

function listCard(session, page, roles, tell) {
  const body = h("tbody", {});
  const note = h("p", { class: "quiet" });
  const trouble = h("div", {});
  const attempt = (deed) => async () => {
    try {
      await tell(await deed());
    } catch (error) {
      show(trouble, problemBox(error));
    }
  };
  const again = (item) => attempt(async () => linkNotice(await upkeepApi.inviteAgain(item.login)));
  const close = (item) => attempt(async () => {
    const done = await upkeepApi.deactivate(item.login);
    return h("p", { class: "notice" }, w("up.deactivated", { login: done.login, posts: done.posts, cases: done.open_cases }));
  });
  const row = (item) => {
    const [tone, words] = stateOf(item);
    const cells = [
      ["up.login", h("code", {}, item.login)],
      ["up.role", named(roles.get(item.role)) || item.role],
      ["up.area", item.area_name ? [item.area_name, " ", h("code", {}, item.area_code)] : w("up.areaWhole")],
      ["up.officerId", item.officer_id ?? ""],
      ["up.state", h("span", { class: `pill ${tone}` }, words)],
    ];
    return h("tr", { class: item.is_disabled ? "p-over" : null },
      cells.map(([key, value]) => h("td", { "data-label": w(key) }, value === "" ? null : h("div", {}, value))),
      h("td", {}, item.is_disabled ? null : h("div", { class: "p-deeds" },
        h("button", { type: "button", class: "button small", onclick: again(item) }, w("up.inviteAgain")),
        item.login === session.login ? null : sureButton(w("up.deactivate"), close(item), { class: "button small danger" }))));
  };
  const fill = () => {
    const words = page.filter.toLowerCase().split(/\s+/).filter(Boolean);
    const found = page.items.filter((item) => {
      const role = roles.get(item.role);
      const text = `${item.login} ${item.role} ${role?.name_zh ?? ""} ${role?.name_en ?? ""} ${item.area_code ?? ""} ${item.area_name ?? ""}`.toLowerCase();
      return words.every((word) => text.includes(word));
    });
    show(body, found.slice(0, MOST_ROWS).map(row));
    show(note, found.length === 0 ? w("up.accountNone") : found.length > MOST_ROWS ? w("up.postCut", { n: MOST_ROWS, total: found.length }) : null);
  };
  const filter = h("input", {
    type: "search", name: "account-filter", autocomplete: "off", value: page.filter,
    placeholder: w("up.accountFilter"), "aria-label": w("up.accountFilter"),
    oninput: settle(() => {
      page.filter = filter.value.trim();
      fill();
    }, 80),
  });
  fill();
  return h("section", { class: "p-card p-wide", id: "accounts" },
    h("h2", {}, w("up.accountList")),
    h("div", { class: "field" }, filter), trouble,
    h("table", { class: "p-table" },
      h("thead", {}, h("tr", {}, ["up.login", "up.role", "up.area", "up.officerId", "up.state", "up.deeds"].map((key) => h("th", { scope: "col" }, w(key))))),
      body),
    note);
}

function inviteCard(page, tell) {
  const login = h("input", { name: "new-login", required: true, minlength: 2, maxlength: 40, autocomplete: "off", spellcheck: "false" });
  const role = h("select", { name: "new-role", required: true },
    h("option", { value: "" }, "—"), page.roles.map((one) => h("option", { value: one.role }, named(one))));
  const area = cellField({ label: w("up.area"), hint: `${w("up.cellHint")}；${w("up.cellWhole")}`, name: "new-area" });
  const officer = h("input", { name: "new-officer", type: "number", min: 1, step: 1 });
  const trouble = h("div", {});
  const submit = async (event) => {
    event.preventDefault();
    try {
      const made = await upkeepApi.invite({
        login: login.value.trim(), role: role.value, area_code: area.code(), officer_id: Number(officer.value) || null,
      });
      await tell(linkNotice(made));
    } catch (error) {
      show(trouble, problemBox(error));
    }
  };
  return h("section", { class: "p-card", id: "invite" },
    h("h2", {}, w("up.invite")),
    h("p", { class: "quiet" }, w("up.inviteHint")),
    h("form", { onsubmit: submit },
      h("div", { class: "field-pair" },
        h("label", { class: "field" }, h("span", {}, w("up.login")), login),
        h("label", { class: "field" }, h("span", {}, w("up.role")), role)),
      area.row,
      h("label", { class: "field" }, h("span", {}, w("up.officerId")), officer),
      trouble,
      h("button", { class: "button primary" }, w("up.inviteSend"))));
}
