// A combobox for a place: name, grid, initials or pasted coordinates; arrows and Enter choose.
import { api } from "../data/api.js";
import { formatPoint, parseCoordinates } from "../data/coordinates.js";
import { h, settle, show } from "./dom.js";

/** choose(hit) runs with {kind: cell|place|point, name, lng, lat, code?} of what was chosen. */
export function placeField({ label, hint, none, kindWord, choose }) {
  const list = h("ul", { class: "results", id: "place-hits", role: "listbox", hidden: true });
  const input = h("input", {
    id: "place-input", name: "place", role: "combobox", maxlength: 100, autocomplete: "off", spellcheck: "false",
    "aria-expanded": "false", "aria-controls": "place-hits", "aria-autocomplete": "list",
  });
  let hits = [];
  let active = -1;
  let asking = null;

  const close = () => {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const take = (hit) => {
    close();
    input.value = hit.name;
    choose(hit);
  };
  const draw = (note = null) => {
    show(list,
      hits.map((hit, i) =>
        h("li", {
          id: `place-hit-${i}`, role: "option", "aria-selected": String(i === active),
          onmousedown: (event) => {
            event.preventDefault();
            take(hit);
          },
        }, h("span", { dir: "auto" }, hit.name), h("small", {}, kindWord(hit.kind), hit.code ? ` ${hit.code}` : ""))),
      note ? h("li", { class: "quiet", role: "presentation" }, note) : null);
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
    if (active >= 0) input.setAttribute("aria-activedescendant", `place-hit-${active}`);
    else input.removeAttribute("aria-activedescendant");
  };
  const look = async () => {
    const q = input.value.trim();
    asking?.abort();
    hits = [];
    active = -1;
    if (!q) {
      close();
      return;
    }
    const point = parseCoordinates(q);
    if (point) {
      hits = [{ kind: "point", name: formatPoint(point), ...point }];
      active = 0;
      draw();
      return;
    }
    asking = new AbortController();
    try {
      hits = (await api.search(q, asking.signal)).items;
      active = hits.length ? 0 : -1;
      draw(hits.length ? null : none);
    } catch (error) {
      if (error.name !== "AbortError") draw(none);
    }
  };
  input.oninput = settle(look, 180);
  input.onblur = close;
  input.onkeydown = (event) => {
    const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (move && hits.length) {
      event.preventDefault();
      active = (active + move + hits.length) % hits.length;
      draw();
    } else if (event.key === "Enter" && !event.ctrlKey) {
      event.preventDefault();
      if (active >= 0 && !list.hidden) take(hits[active]);
    } else if (event.key === "Escape") close();
  };
  return {
    row: h("div", { class: "field search dk-search" }, h("label", { for: "place-input" }, label), input, list, h("small", { class: "quiet" }, hint)),
    focus: () => input.focus(),
  };
}
