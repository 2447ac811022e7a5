// Search by code, name or coordinates. Words go by POST; nothing of them gets into the URL.
import { api } from "../data/api.js";
import { formatPoint, parseCoordinates } from "../data/coordinates.js";
import { named, t, term } from "../i18n/index.js";
import { byId, h, settle, show } from "./dom.js";
import { problemText } from "./problem.js";

const CASE_CODE = /^[A-Za-z]{0,4}[\d-]{6,30}$/;

/** A combobox in #search; go(item) runs with {kind, lng, lat, code?} of the chosen result. */
export function createSearch({ place, findCase, go }) {
  const room = byId("search");
  const list = h("ul", { class: "results", id: "search-results", role: "listbox", hidden: true });
  const input = h("input", {
    type: "search", id: "search-input", role: "combobox", maxlength: 100, autocomplete: "off", spellcheck: "false",
    "aria-expanded": "false", "aria-controls": "search-results", "aria-autocomplete": "list",
  });
  let items = [];
  let active = -1;
  let asking = null;

  const levelName = (rank) => named(place.levels.find((level) => level.rank === rank));

  function close() {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function choose(item) {
    close();
    input.value = "";
    input.blur();
    go(item);
  }

  function draw(note = null) {
    show(
      list,
      items.map((item, i) =>
        h("li", {
          id: `result-${i}`, role: "option", "aria-selected": String(i === active),
          onmousedown: (event) => { event.preventDefault(); choose(item); },
        },
        h("span", { class: "result-name", dir: "auto" }, item.name),
        h("small", {}, item.kind === "cell" ? levelName(item.rank) : term("search", item.kind), item.code && item.kind !== "case" ? ` ${item.code}` : ""))),
      note ? h("li", { class: "quiet", role: "presentation" }, note) : null,
    );
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
    if (active >= 0) input.setAttribute("aria-activedescendant", `result-${active}`);
    else input.removeAttribute("aria-activedescendant");
  }

  async function look() {
    const q = input.value.trim();
    asking?.abort();
    items = [];
    active = -1;
    if (!q) return close();
    const point = parseCoordinates(q);
    if (point) {
      items = [{ kind: "point", name: formatPoint(point), ...point }];
      active = 0;
      return draw();
    }
    const known = CASE_CODE.test(q) ? findCase(q) : null;
    if (known) items = [{ kind: "case", code: known.code, name: known.code }];
    asking = new AbortController();
    try {
      const found = await api.search(q, asking.signal);
      items = [...items, ...found.items];
      active = items.length ? 0 : -1;
      draw(items.length ? null : t("search.none"));
    } catch (error) {
      if (error.name !== "AbortError") draw(problemText(error));
    }
    return undefined;
  }

  const lookSoon = settle(look, 180);
  input.addEventListener("input", lookSoon);
  input.addEventListener("blur", close);
  input.addEventListener("focus", () => input.value && items.length && draw());
  input.addEventListener("keydown", async (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!items.length) return;
      active = (active + (event.key === "ArrowDown" ? 1 : -1) + items.length) % items.length;
      draw();
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (!items.length) await look();
      if (items[Math.max(active, 0)]) choose(items[Math.max(active, 0)]);
    } else if (event.key === "Escape") {
      event.stopPropagation();
      input.value = "";
      close();
      input.blur();
    }
  });

  return {
    draw() {
      input.placeholder = t("search.placeholder");
      input.setAttribute("aria-label", t("search.label"));
      if (!room.contains(input)) show(room, input, h("kbd", { "aria-hidden": "true" }, "/"), list);
    },
    focus: () => input.focus(),
  };
}
