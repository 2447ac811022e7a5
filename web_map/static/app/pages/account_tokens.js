// Tokens in one's own name: list, revoke, and for who may, make one and see its text once.
import { may } from "../data/rights.js";
import { formatMoment } from "../i18n/index.js";
import { h, show } from "../ui/dom.js";
import { problemBox } from "../ui/problem.js";
import { shownOnce } from "../ui/shown_once.js";
import { sureButton } from "../ui/sure_button.js";
import { accountApi } from "./account_api.js";
import { w } from "./account_words.js";

// A program makes no keys or accounts and unmasks nobody; the server refuses these too.
const NEVER = /^(token|user|event)\.|^personal\.unmask$/;

/**
 * The section; changed(sentence, node) reads the list again. One's own tokens, or with other = {title,
 * why, label, accounts: [{login, verbs}], revoke} those of the accounts that one looks after.
 */
export function tokenSection(session, tokens, changed, other = null) {
  const end = other?.revoke ?? accountApi.revokeToken;
  const mayMake = may(session, "token", "add");
  const trouble = h("div", {});
  const revoke = async (token) => {
    try {
      await end(token.api_token_id);
      await changed(w("acc.revoked"));
    } catch (error) {
      show(trouble, problemBox(error));
    }
  };
  return h("section", { class: "p-card", id: "tokens" },
    h("h2", {}, other?.title ?? w("acc.tokens")),
    h("p", { class: "quiet" }, other?.why ?? w("acc.tokensWhy")),
    tokens.length === 0
      ? h("p", { class: "empty" }, w("acc.tokensNone"))
      : h("ul", { class: "p-list" }, tokens.map((token) => tokenRow(token, revoke, other !== null))),
    trouble,
    mayMake ? makeForm(session, changed, other) : h("p", { class: "quiet" }, w("acc.byAdmin")));
}

function tokenRow(token, revoke, named) {
  const isOver = token.state !== "valid";
  return h("li", { class: isOver ? "p-over" : null },
    h("div", { class: "p-row-main" },
      named ? h("code", {}, token.login, " ") : null,
      h("b", {}, token.name), " ",
      h("span", { class: `pill ${isOver ? "pill-vacant" : "pill-good"}` }, w(`acc.state.${token.state}`)),
      h("small", {}, [
        w("acc.tokenUntil", { at: formatMoment(token.expires_at) }),
        token.last_used_at ? w("acc.tokenUsed", { at: formatMoment(token.last_used_at) }) : w("acc.tokenUnused"),
      ].join(" · ")),
      h("code", { class: "p-verbs" }, token.verbs.join(" "))),
    isOver ? null : sureButton(w("acc.revoke"), () => revoke(token), { class: "button small danger" }));
}

function makeForm(session, changed, other) {
  const accounts = other?.accounts ?? [{ login: session.login, verbs: session.may.filter((verb) => !NEVER.test(verb)) }];
  const trouble = h("div", {});
  const name = h("input", { name: "token-name", required: true, maxlength: 60, autocomplete: "off" });
  const days = h("input", { name: "token-days", type: "number", min: 1, max: 365, required: true, value: "90" });
  const login = h("select", { name: "token-login" }, accounts.map((one) => h("option", { value: one.login }, one.login)));
  const boxes = h("fieldset", { class: "p-verb-choice" });
  const offer = () => show(boxes,
    h("legend", {}, w("acc.tokenVerbs")),
    accounts.find((one) => one.login === login.value)?.verbs.map((verb) =>
      h("label", {}, h("input", { type: "checkbox", name: "verb", value: verb }), h("code", {}, verb))) ?? []);
  login.onchange = offer;
  offer();
  const submit = async (event) => {
    event.preventDefault();
    const chosen = [...boxes.querySelectorAll("input:checked")].map((box) => box.value);
    try {
      const made = await accountApi.makeToken({
        login: login.value, name: name.value.trim(), verbs: chosen, days: Number(days.value),
      });
      await changed(null, shownOnce(w("acc.once"), made.token, "new-token"));
    } catch (error) {
      show(trouble, problemBox(error));
    }
  };
  return h("details", { class: "more-fields", id: "make-token" },
    h("summary", {}, w("acc.make")),
    h("form", { onsubmit: submit },
      other ? h("label", { class: "field" }, h("span", {}, other.label), login) : null,
      h("div", { class: "field-pair" },
        h("label", { class: "field" }, h("span", {}, w("acc.tokenName")), name),
        h("label", { class: "field" }, h("span", {}, w("acc.tokenDays")), days)),
      boxes, trouble,
      h("button", { class: "button primary" }, w("acc.makeIt"))));
}
