// Cases by code, kind, state, place and days; never by person.
import { formatMoment, named, term } from "../i18n/index.js";
import { cellField } from "../ui/cell_field.js";
import { h, show } from "../ui/dom.js";
import { problemBox } from "../ui/problem.js";
import { queueApi } from "./queue_api.js";
import { caseAddress } from "./queue_found.js";
import { w } from "./queue_words.js";

const STATES = ["registered", "accepted", "guided", "not_accepted", "assigned", "forwarded", "signed_for", "in_hand", "agreement", "decision", "referred", "closed", "followed_up", "archived"];
const asked = { kind: "", state: "", cell: "", from: "", to: "" };

export function findView(session, page) {
  const room = h("div", { id: "hits", "aria-live": "polite" });
  const select = (name, options) => {
    const control = h("select", { name }, h("option", { value: "" }, w("qu.any")), options.map(([value, text]) => h("option", { value }, text)));
    control.value = asked[name];
    return control;
  };
  const field = (label, input) => h("label", { class: "field" }, h("span", {}, w(label)), input);
  const code = h("input", { name: "code", maxlength: 40, autocomplete: "off" });
  const kind = select("kind", page.place.case_kinds.map((one) => [one.kind, named(one)]));
  const state = select("state", STATES.map((one) => [one, term("state", one)]));
  const cell = cellField({ label: w("qu.cell"), hint: w("qu.otherHint"), value: asked.cell });
  const day = (name) => h("input", { type: "date", name, value: asked[name], min: "2000-01-01", max: "2100-12-31" });
  const [from, to] = [day("from"), day("to")];
  let items = [];
  let next = null;
  let total = 0;
  const look = async (after = null) => {
    if (!after) show(room, h("p", { class: "loading" }, w("qu.loading")));
    try {
      const found = await queueApi.cases({ ...asked, after });
      items = after ? [...items, ...found.items] : found.items;
      ({ next, total } = found);
      draw();
    } catch (error) {
      show(room, problemBox(error));
    }
  };
  const draw = () => show(room,
    h("p", { class: "quiet", id: "hit-count" }, w("qu.hits", { n: total })),
    items.length === 0 ? h("p", { class: "empty" }, w("qu.hitsNone")) : null,
    h("ul", { class: "qu-list" }, items.map((item) => h("li", { dataset: { code: item.code } },
      h("div", { class: "qu-main" },
        h("p", {}, h("a", { href: caseAddress(item.code) }, item.code), " ", h("b", {}, named(page.kinds.get(item.kind)) || item.kind)),
        h("p", { class: "quiet" }, [item.cell_name ?? w("qu.nowhere"), term("state", item.state), formatMoment(item.registered_at), item.lead?.officer?.duty_name ?? w("qu.noLead")].join(" · ")))))),
    next ? h("p", { class: "more" }, h("button", { type: "button", class: "button", onclick: () => look(next) }, w("qu.moreGo"))) : null);
  const submit = (event) => {
    event.preventDefault();
    if (code.value.trim()) {
      location.href = caseAddress(code.value.trim());
      return;
    }
    Object.assign(asked, { kind: kind.value, state: state.value, cell: cell.code() ?? "", from: from.value, to: to.value });
    look();
  };
  return h("section", { class: "p-card p-wide", id: "find" },
    h("h2", {}, w("qu.findTitle")), h("p", { class: "quiet" }, w("qu.findWhy")),
    h("form", { class: "qu-form", onsubmit: submit },
      field("qu.code", code), field("qu.kind", kind), field("qu.state", state), cell.row, field("qu.from", from), field("qu.to", to),
      h("button", { class: "button primary", id: "find-go" }, w("qu.go"))),
    room);
}
