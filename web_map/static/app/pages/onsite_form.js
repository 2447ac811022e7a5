// The form on the spot: where, what, a photo. Big targets; nothing typed is lost by sending.
import { api } from "../data/api.js";
import { formatPoint } from "../data/coordinates.js";
import { named, todayOn } from "../i18n/index.js";
import { leadCard } from "../ui/answer.js";
import { h, settle, show } from "../ui/dom.js";
import { problemBox } from "../ui/problem.js";
import { crosshairMap } from "./onsite_map.js";
import { shrinkPhoto } from "./onsite_photo.js";
import { w } from "./onsite_words.js";

const MOST_PHOTOS = 4;
const SOURCE = "grid_worker";

/** send(body, photos) takes over what was written; start() once the card is in the document. */
export function onsiteForm({ place, vault, isOnline, send }) {
  const at = h("p", { class: "os-at", id: "at", role: "status" });
  const who = h("div", { id: "who-here" });
  const trouble = h("div", { id: "form-trouble" });
  const strip = h("ul", { class: "os-photos", id: "photos" });
  let photos = [];
  let accuracy = null;
  let locating = false;
  let taking = false;

  const kind = h("select", { name: "kind", required: true },
    place.case_kinds.map((item) => h("option", { value: item.kind, selected: item.kind === "land" }, named(item))));
  const text = h("textarea", { name: "text", rows: 4, maxlength: 4000, required: true });
  const urgent = h("input", { name: "urgent", type: "checkbox" });
  const pick = h("input", {
    type: "file", name: "photo", accept: "image/*", capture: "environment", multiple: true, class: "unseen", id: "photo",
    onchange: addPhotos,
  });

  const askWho = settle(async (point) => {
    if (!isOnline()) {
      show(who, h("p", { class: "quiet" }, w("os.whoLater")));
      return;
    }
    try {
      const found = await api.responsible({ ...point, kind: kind.value, accuracy_m: accuracy });
      show(who, leadCard(found.lead, found.queue_reason));
    } catch (error) {
      show(who, error.status === 0 ? h("p", { class: "quiet" }, w("os.whoLater")) : problemBox(error));
    }
  }, 500);

  const map = crosshairMap({
    place, vault, isOnline,
    moved(point) {
      if (!locating) accuracy = null;
      show(at, w("os.at", { point: formatPoint(point) }), accuracy ? w("os.accuracy", { n: accuracy }) : "");
      askWho(point);
    },
  });
  kind.onchange = () => askWho(map.centre());

  async function goHere() {
    show(trouble);
    locating = true;
    try {
      accuracy = await map.locate();
      const point = map.centre();
      show(at, w("os.at", { point: formatPoint(point) }), w("os.accuracy", { n: accuracy }));
    } catch (error) {
      show(trouble, h("p", { class: "notice" }, w(error.message)));
    } finally {
      locating = false;
    }
  }

  async function addPhotos() {
    show(trouble);
    for (const file of [...pick.files].slice(0, MOST_PHOTOS - photos.length)) {
      try {
        photos.push(await shrinkPhoto(file));
      } catch {
        show(trouble, h("p", { class: "notice" }, w("os.badPhoto")));
      }
    }
    pick.value = "";
    drawPhotos();
  }

  function drawPhotos() {
    show(strip, photos.map((photo, i) =>
      h("li", {},
        h("img", { src: URL.createObjectURL(photo), alt: w("os.photoN", { n: i + 1 }), onload: (event) => URL.revokeObjectURL(event.target.src) }),
        h("button", {
          type: "button", class: "button small", "aria-label": w("os.removePhoto", { n: i + 1 }),
          onclick: () => {
            photos = photos.filter((other) => other !== photo);
            drawPhotos();
          },
        }, "×"))));
  }

  async function submit(event) {
    event.preventDefault();
    if (taking) return; // pressed twice is meant once
    taking = true;
    show(trouble);
    const body = {
      kind: kind.value, text: text.value.trim(), source: SOURCE, urgent: urgent.checked, happened_on: todayOn(),
      accuracy_m: accuracy ?? undefined, place: map.centre(),
    };
    const taken = photos;
    try {
      await send(body, taken);
      text.value = "";
      urgent.checked = false;
      photos = [];
      drawPhotos();
    } catch (error) {
      show(trouble, problemBox(error));
    } finally {
      taking = false;
    }
  }

  const card = h("section", { class: "p-card os-form", id: "onsite" },
    h("h2", {}, w("os.heading")),
    map.room,
    at,
    h("button", { type: "button", class: "button wide", id: "here", onclick: goHere }, w("os.here")),
    who,
    h("form", { onsubmit: submit },
      h("label", { class: "field" }, h("span", {}, w("os.kind")), kind),
      h("label", { class: "field" }, h("span", {}, w("os.text")), text, h("small", { class: "quiet" }, w("os.textHint"))),
      h("label", { class: "check" }, urgent, h("span", {}, w("os.urgent"))),
      pick,
      h("label", { class: "button wide", for: "photo", id: "take-photo" }, w("os.photo")),
      h("small", { class: "quiet" }, w("os.photoHint")),
      strip,
      trouble,
      h("button", { class: "button primary wide", id: "send" }, w("os.send"))));
  return { card, start: () => map.start() };
}
