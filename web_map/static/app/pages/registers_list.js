// What stands in a register, newest first; a slip of one's own is struck out and stays to be seen.
import { h, show } from "../ui/dom.js";
import { problemBox } from "../ui/problem.js";
import { sureButton } from "../ui/sure_button.js";
import { toast } from "../ui/toast.js";
import { w } from "./registers_words.js";

/** A card; row(item) gives {head, lines, more?} of one entry, register is its part of registersApi. */
export function registerCard({ title, none, found, register, row }) {
  const room = h("div", {});
  const trouble = h("div", {});
  let { items, next } = found;
  const guarded = async (deed) => {
    try {
      show(trouble);
      await deed();
    } catch (error) {
      show(trouble, problemBox(error));
    }
  };
  const put = (changed) => {
    items = items.map((item) => (item.id === changed.id ? changed : item));
    draw();
  };
  const strike = (item) => guarded(async () => {
    put(await register.strike(item.id));
    toast(w("rg.struckNow"));
  });
  const more = () => guarded(async () => {
    const older = await register.list(next);
    items = [...items, ...older.items];
    ({ next } = older);
    draw();
  });
  const draw = () => show(room,
    items.length === 0 ? h("p", { class: "empty" }, none) : null,
    h("ul", { class: "p-list rg-list" }, items.map((item) => entry(item))),
    next ? h("p", { class: "more" }, h("button", { type: "button", class: "button", onclick: more }, w("rg.more"))) : null);
  const entry = (item) => {
    const { head, lines, more: extra } = row(item, { put, guarded });
    return h("li", { class: item.is_struck ? "rg-struck" : null, dataset: { entry: item.id } },
      h("div", { class: "p-row-main" }, h("b", {}, head), item.is_struck ? h("b", { class: "pill pill-vacant" }, w("rg.struck")) : null,
        lines.filter(Boolean).map((line) => h("small", {}, line))),
      item.is_struck ? null : [
        extra ?? null,
        item.is_own ? sureButton(w("rg.strike"), () => strike(item), { class: "button small danger", dataset: { strike: item.id } }) : null,
      ]);
  };
  draw();
  return h("section", { class: "p-card", id: "entries" }, h("h2", {}, title), trouble, room);
}

/** After an entry: what was written, and the way back. */
export function receipt(text, register, id, reload) {
  const trouble = h("div", {});
  const undo = async () => {
    try {
      await register.strike(id);
      toast(w("rg.struckNow"));
      await reload();
    } catch (error) {
      show(trouble, problemBox(error));
    }
  };
  return h("div", { class: "notice good", id: "entered", role: "status", tabindex: "-1" },
    h("p", {}, "✓ ", text),
    h("button", { type: "button", class: "button", id: "undo-entry", onclick: undo }, w("rg.undo")), trouble);
}

const named = (list, slug, key) => {
  const term = list.find((one) => one.slug === slug);
  return term ? term[key] : slug;
};

/** The word of a register's list in the language of the page. */
export const wordOf = (list, slug) => named(list, slug, document.documentElement.lang === "en" ? "en" : "zh");
