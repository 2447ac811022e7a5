// 待派: cases without an officer; whoever directs names the post, and the case is theirs to sign for.
import { may } from "../data/rights.js";
import { formatMoment, named, t, term } from "../i18n/index.js";
import { cellField } from "../ui/cell_field.js";
import { h, show } from "../ui/dom.js";
import { problemBox } from "../ui/problem.js";
import { toast } from "../ui/toast.js";
import { caseApi } from "./case_api.js";
import { queueApi } from "./queue_api.js";
import { caseAddress } from "./queue_found.js";
import { w } from "./queue_words.js";

export const loadWaiting = () => queueApi.waiting();

const isOpen = (item) => item.closed_on === null;

export function dispatchView(session, page) {
  let { items, next } = page.data;
  const list = h("ul", { class: "qu-list", id: "waiting" });
  const foot = h("p", { class: "more" });
  const trouble = h("div", {});
  const more = async () => {
    try {
      const older = await queueApi.waiting(next);
      items = [...items, ...older.items];
      ({ next } = older);
      draw();
    } catch (error) {
      show(trouble, problemBox(error));
    }
  };
  const gone = (code) => {
    items = items.filter((item) => item.code !== code);
    draw();
  };
  const draw = () => {
    const open = items.filter(isOpen);
    show(list, open.map((item) => entry(session, page, item, gone)));
    show(foot, open.length ? null : h("span", { class: "empty" }, w("qu.waitingNone")),
      next ? h("button", { type: "button", class: "button", onclick: more }, w("qu.moreGo")) : null);
  };
  draw();
  return h("section", { class: "p-card p-wide", id: "dispatch" },
    h("h2", {}, w("qu.dispatchTitle")), h("p", { class: "quiet" }, w("qu.dispatchWhy")), trouble, list, foot);
}

function entry(session, page, item, gone) {
  const room = h("div", { class: "qu-room" });
  const button = h("button", { type: "button", class: "button", dataset: { dispatch: item.code }, onclick: open }, w("qu.give"));
  async function open() {
    button.hidden = true;
    show(room, h("p", { class: "loading" }, w("qu.loading")));
    try {
      show(room, giveForm(item, (await caseApi.receivers(item.code)).items, gone));
      room.querySelector("select").focus();
    } catch (error) {
      button.hidden = false;
      show(room, problemBox(error));
    }
  }
  return h("li", { dataset: { code: item.code } },
    h("div", { class: "qu-main" },
      h("p", {}, h("a", { href: caseAddress(item.code) }, item.code), " ", h("b", {}, named(page.kinds.get(item.kind)) || item.kind),
        item.urgent ? h("b", { class: "pill pill-urgent" }, "! ", w("qu.urgent")) : null),
      h("p", { class: "quiet" }, [item.cell_name ?? w("qu.nowhere"), term("state", item.state), formatMoment(item.registered_at)].join(" · ")),
      h("p", {}, t(`queue.${item.queue_reason}`))),
    may(session, "case", "step") ? button : null,
    room);
}

function giveForm(item, posts, gone) {
  const post = h("select", { name: "post", required: true });
  const offer = (found) => {
    const held = found.filter((one) => one.officer);
    show(post, h("option", { value: "" }, held.length ? "—" : w("qu.nobodyHere")),
      held.map((one) => h("option", { value: one.post_id },
        `${one.cell_name} ${named(one)} ${one.officer.duty_name}${one.state === "on_leave" ? w("qu.onLeave") : ""}`)));
  };
  const other = cellField({ label: w("qu.otherCell"), hint: w("qu.otherHint"), name: "other-cell" });
  const days = h("input", { name: "days", type: "number", min: 1, max: 366, inputmode: "numeric" });
  const trouble = h("div", {});
  other.input.onchange = async () => {
    try {
      offer((await caseApi.receivers(item.code, other.code())).items);
    } catch (error) {
      show(trouble, problemBox(error));
    }
  };
  offer(posts);
  const submit = async (event) => {
    event.preventDefault();
    try {
      // what was only registered is taken up first; each step stands on the record by itself
      let now = await caseApi.steps(item.code);
      if (now.steps.some((step) => step.step === "accept")) now = await caseApi.takeStep(item.code, { step: "accept", revision: now.rev });
      await caseApi.takeStep(item.code, {
        step: "assign", revision: now.rev, post_id: Number(post.value), ...(days.value ? { days: Number(days.value) } : {}),
      });
      gone(item.code);
      toast(w("qu.given", { code: item.code, who: post.selectedOptions[0].textContent }));
    } catch (error) {
      show(trouble, problemBox(error));
    }
  };
  return h("form", { onsubmit: submit },
    h("label", { class: "field" }, h("span", {}, w("qu.post")), post),
    h("div", { class: "field-pair" }, other.row, h("label", { class: "field" }, h("span", {}, w("qu.days")), days)),
    trouble,
    h("button", { class: "button primary", id: `give-${item.code}` }, w("qu.giveNow")));
}
