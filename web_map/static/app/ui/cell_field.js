// A field that takes a grid: typed by name, code or initials, chosen from the search.
import { api } from "../data/api.js";
import { h, settle, show } from "./dom.js";

let next = 0;

/** A labelled input with suggestions; code() is the chosen code, null when empty. */
export function cellField({ label, hint, name = "cell", value = "" }) {
  const listId = `cells-${(next += 1)}`;
  const known = new Map(value ? [[value, value]] : []);
  const list = h("datalist", { id: listId });
  const input = h("input", { name, list: listId, autocomplete: "off", maxlength: 60, spellcheck: "false", value });
  const ask = settle(async () => {
    const q = input.value.trim();
    if (!q || known.has(q)) return;
    const { items } = await api.search(q).catch(() => ({ items: [] }));
    const cells = items.filter((item) => item.kind === "cell");
    for (const cell of cells) known.set(cell.code, cell.code);
    show(list, cells.map((cell) => h("option", { value: cell.code, label: cell.name }, cell.name)));
  }, 200);
  input.oninput = ask;
  return {
    row: h("label", { class: "field" }, h("span", {}, label), input, list, h("small", { class: "quiet" }, hint)),
    input,
    /** The server decides whether a code exists; what was typed goes there as it is. */
    code: () => input.value.trim() || null,
  };
}
