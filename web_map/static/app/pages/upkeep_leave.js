// Leave of the post-holders of one's area.
import { todayOn } from "../i18n/index.js";
import { h, show } from "../ui/dom.js";
import { problemBox } from "../ui/problem.js";
import { sureButton } from "../ui/sure_button.js";
import { toast } from "../ui/toast.js";
import { upkeepApi } from "./upkeep_api.js";
import { officersOf, officerSelect } from "./upkeep_officers.js";
import { w } from "./upkeep_words.js";

export async function loadLeave() {
  const [leave, posts] = await Promise.all([upkeepApi.leave(), upkeepApi.posts()]);
  return { items: leave.items, officers: officersOf(posts.items) };
}

export function leaveView(_session, page, reload) {
  const trouble = h("div", {});
  const doing = (deed, sentence) => async (event) => {
    event?.preventDefault();
    try {
      await deed();
      await reload();
      toast(sentence);
    } catch (error) {
      show(trouble, problemBox(error));
    }
  };
  const end = (item) => doing(() => upkeepApi.endLeave(item.officer_leave_id), w("up.leaveEnded"));
  const officer = officerSelect(page.officers, { name: "officer", required: true });
  const day = (name) => h("input", { name, type: "date", required: true, value: todayOn() });
  const [from, to] = [day("from"), day("to")];
  from.onchange = () => {
    if (to.value < from.value) to.value = from.value;
  };
  const add = () => upkeepApi.addLeave({ officer_id: Number(officer.value), from_on: from.value, to_on: to.value });
  return h("div", { class: "p-cards p-two" },
    h("section", { class: "p-card", id: "add-leave" },
      h("h2", {}, w("up.leaveAdd")),
      h("form", { onsubmit: doing(add, w("up.leaveAdded")) },
        h("label", { class: "field" }, h("span", {}, w("up.officer")), officer),
        h("div", { class: "field-pair" },
          h("label", { class: "field" }, h("span", {}, w("up.from")), from),
          h("label", { class: "field" }, h("span", {}, w("up.to")), to)),
        h("button", { class: "button primary" }, w("up.leaveSend")))),
    h("section", { class: "p-card", id: "leave-list" },
      h("h2", {}, w("up.leaveList")),
      trouble,
      page.items.length === 0
        ? h("p", { class: "empty" }, w("up.leaveNone"))
        : h("ul", { class: "p-list" }, page.items.map((item) =>
            h("li", {},
              h("div", { class: "p-row-main" }, h("b", { dir: "auto" }, item.duty_name), " ",
                item.is_now ? h("span", { class: "pill pill-leave" }, w("up.leaveNow")) : null,
                h("small", {}, w("up.leaveDays", { from: item.from_on ?? "…", to: item.to_on ?? "…" }))),
              sureButton(w(item.is_now ? "up.leaveEnd" : "up.leaveDrop"), end(item)))))));
}
