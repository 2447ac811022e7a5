// Money between the parties: claimed, agreed, paid; what was struck out stays to be seen.
import { may } from "../data/rights.js";
import { term, todayOn } from "../i18n/index.js";
import { h, show } from "../ui/dom.js";
import { problemBox } from "../ui/problem.js";
import { sureButton } from "../ui/sure_button.js";
import { caseApi } from "./case_api.js";
import { w } from "./case_joint_words.js";

const WHAT = ["claimed", "agreed", "paid"];
// decimal strings of at most 14 digits: exact as numbers; what is left is reckoned in whole fen
const yuan = (text) => `${Number(text).toLocaleString("zh-CN", { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;
const fen = (text) => BigInt(Math.round(Number(text) * 100));

export function amountsCard(session, page) {
  if (!page.amounts) return null;
  const mayAdd = may(session, "case_amount", "add");
  if (!page.amounts.items.length && !mayAdd) return null;
  const card = h("section", { class: "p-card", id: "amounts" });
  const trouble = h("div", {});
  const guarded = async (deed) => {
    try {
      page.amounts = await deed();
      show(trouble);
      draw();
    } catch (error) {
      show(trouble, problemBox(error));
    }
  };
  const draw = () => {
    const { items, sums } = page.amounts;
    const left = fen(sums.agreed) - fen(sums.paid);
    show(card,
      h("h2", {}, w("cj.amounts")),
      items.length === 0 ? h("p", { class: "empty" }, w("cj.amountsNone")) : [
        h("dl", { class: "cj-sums" }, WHAT.map((what) => h("div", {}, h("dt", {}, w(`cj.what.${what}`)), h("dd", { dataset: { sum: what } }, yuan(sums[what]))))),
        left > 0n ? h("p", { class: "quiet", id: "left-to-pay" }, w("cj.left", { n: yuan(Number(left) / 100) })) : null,
        h("ul", { class: "p-list" }, items.map((item) => amount(item))),
      ],
      trouble,
      mayAdd ? form() : null);
  };
  const amount = (item) => h("li", { class: item.is_void ? "rg-struck" : null },
    h("div", { class: "p-row-main" },
      h("b", {}, w(`cj.what.${item.what}`), " ", w("cj.yuan", { n: yuan(item.amount_yuan) })), item.is_void ? h("b", { class: "pill pill-vacant" }, w("cj.void")) : null,
      h("small", {}, item.on_date, who(item) ? ` · ${who(item)}` : "")),
    item.is_void || !may(session, "case_amount", "void") ? null
      : sureButton(w("cj.voidIt"), () => guarded(() => caseApi.voidAmount(page.detail.code, item.id)), { class: "button small danger", dataset: { void: item.id } }));
  const nameOf = (id) => {
    const party = page.detail.parties.find((one) => one.id === id);
    return party ? `${term("side", party.side)} ${party.organisation ?? party.name ?? ""}`.trim() : "";
  };
  const who = (item) => [nameOf(item.payer_party_id), nameOf(item.payee_party_id)].filter(Boolean).join(" → ");
  const form = () => {
    const what = h("select", { name: "what" }, WHAT.map((one) => h("option", { value: one }, w(`cj.what.${one}`))));
    const value = h("input", { name: "amount", type: "number", min: "0.01", step: "0.01", max: "999999999999", required: true, inputmode: "decimal" });
    const on = h("input", { name: "amount-on", type: "date", value: todayOn(), required: true });
    const party = (name) => h("select", { name }, h("option", { value: "" }, "—"), page.detail.parties.map((one) => h("option", { value: one.id }, nameOf(one.id))));
    const [payer, payee] = [party("payer"), party("payee")];
    const field = (label, input) => h("label", { class: "field" }, h("span", {}, w(label)), input);
    const submit = (event) => {
      event.preventDefault();
      return guarded(() => caseApi.addAmount(page.detail.code, {
        what: what.value, amount_yuan: value.value, on_date: on.value,
        payer_party_id: payer.value ? Number(payer.value) : null, payee_party_id: payee.value ? Number(payee.value) : null,
      }));
    };
    return h("details", { class: "more-fields", id: "add-amount" }, h("summary", {}, w("cj.addAmount")),
      h("form", { onsubmit: submit },
        h("div", { class: "field-pair" }, field("cj.what", what), field("cj.amountYuan", value)),
        field("cj.amountOn", on),
        page.detail.parties.length > 1 ? h("div", { class: "field-pair" }, field("cj.payer", payer), field("cj.payee", payee)) : null,
        h("button", { class: "button" }, w("cj.addIt"))));
  };
  draw();
  return card;
}
