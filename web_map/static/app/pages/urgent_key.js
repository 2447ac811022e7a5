// The urgent key: two presses and where one stands; without a position a place is asked for.
import { newIdempotencyKey, request } from "../data/api.js";
import { h, show } from "../ui/dom.js";
import { findHere } from "../ui/here.js";
import { placeField } from "../ui/place_field.js";
import { problemBox } from "../ui/problem.js";
import { sureButton } from "../ui/sure_button.js";
import { w } from "./urgent_words.js";

const KINDS = { cell: "ur.cell", place: "ur.name", point: "ur.point" };

/** The card. A retry after a lost answer files nothing twice: the key belongs to the press. */
export function urgentCard() {
  const room = h("div", { id: "urgent-room" });
  let key = newIdempotencyKey();

  const send = async (place, accuracy = null) => {
    try {
      const body = accuracy === null ? { place } : { place, accuracy_m: accuracy };
      const filed = await request("POST", "/api/cases/urgent", { json: body, headers: { "Idempotency-Key": key } });
      key = newIdempotencyKey();
      done(filed.code);
    } catch (error) {
      show(room, problemBox(error, () => send(place, accuracy)), fallback());
    }
  };
  const press = async () => {
    show(room, h("p", { class: "loading" }, w("ur.looking")));
    const here = await findHere();
    if (here) await send({ lng: here.lng, lat: here.lat }, here.accuracy_m);
    else {
      const field = fallback();
      show(room, field);
      field.querySelector("input").focus();
    }
  };
  const fallback = () => placeField({
    label: w("ur.place"),
    hint: w("ur.placeHint"),
    none: w("ur.none"),
    kindWord: (kind) => (KINDS[kind] ? w(KINDS[kind]) : ""),
    choose: (hit) => send(hit.kind === "cell" ? { cell_code: hit.code } : { lng: hit.lng, lat: hit.lat }),
  }).row;
  const offer = () => show(room, sureButton(w("ur.press"), press, { class: "button danger wide", id: "urgent-key" }));
  const done = (code) => {
    show(room, h("div", { class: "notice good", id: "urgent-filed", role: "status" },
      h("b", {}, w("ur.done")), h("span", { class: "big-code" }, code),
      h("div", { class: "row" },
        h("a", { class: "button primary", href: `/case#${encodeURIComponent(code)}` }, w("ur.open")),
        h("button", { type: "button", class: "button", onclick: offer }, w("ur.again")))));
    room.querySelector("a").focus();
  };
  offer();
  return h("section", { class: "p-card", id: "urgent" },
    h("h2", {}, w("ur.title")), h("p", { class: "quiet" }, w("ur.why")), room);
}
