// Service requests: who asks, who can help, taken, done. They are no disputes.
import { formatMoment, named } from "../i18n/index.js";
import { h, show } from "../ui/dom.js";
import { problemBox } from "../ui/problem.js";
import { membersApi } from "./members_api.js";
import { w } from "./members_words.js";

/** The list of requests with a form for a new one. */
export function requestsView(page) {
  const room = h("section", { class: "m-group", id: "requests" });
  const label = (kind) => named(page.words.skills.get(kind)) || kind;
  list();
  return room;

  async function guarded(deed) {
    try {
      await deed();
    } catch (error) {
      show(room, problemBox(error, list), back());
    }
  }

  function back() {
    return h("button", { type: "button", class: "button wide", onclick: list }, w("m.back"));
  }

  function list() {
    return guarded(async () => {
      show(room, h("p", { class: "loading" }, w("m.loading")));
      const [{ items }, hours] = await Promise.all([membersApi.requests(), membersApi.hours()]);
      const done = hours.items.reduce((sum, row) => sum + row.requests, 0);
      const minutes = hours.items.reduce((sum, row) => sum + row.minutes, 0);
      show(room,
        h("p", { class: "m-note" }, w("m.hours", { n: done, hours: (minutes / 60).toFixed(1) })),
        h("button", { type: "button", class: "button primary wide", id: "request-new", onclick: form }, w("m.requestNew")),
        items.length
          ? h("ul", { class: "m-requests" }, items.map((item) =>
              h("li", {}, h("button", { type: "button", onclick: () => openOne(item.code) },
                h("b", {}, label(item.kind)), h("span", { class: `tag m-${item.state}` }, w(`m.state.${item.state}`)),
                h("span", { class: "m-text" }, item.text),
                h("small", {}, `${item.cell?.name ?? ""} · ${formatMoment(item.registered_at)}`)))))
          : h("p", { class: "empty" }, w("m.requestsNone")));
    });
  }

  function form() {
    const cells = page.groups.flatMap((group) => group.cells);
    const trouble = h("div", {});
    const field = (key, control) => h("label", { class: "field" }, h("span", {}, w(key)), control);
    const submit = async (event) => {
      event.preventDefault();
      const given = Object.fromEntries(new FormData(event.target));
      try {
        const made = await membersApi.fileRequest({
          kind: given.kind, text: given.text, place: { cell_code: given.cell },
          contact_name: given.contact_name || null, contact_phone: given.contact_phone || null,
        });
        await openOne(made.code);
      } catch (error) {
        show(trouble, problemBox(error));
      }
    };
    show(room, h("form", { onsubmit: submit },
      field("m.requestKind", h("select", { name: "kind" }, page.words.skillList.map((word) => h("option", { value: word.slug }, named(word))))),
      field("m.requestText", h("textarea", { name: "text", required: true, maxlength: 1000, rows: 3 })),
      field("m.requestWhere", h("select", { name: "cell" }, cells.map((cell) => h("option", { value: cell.code }, cell.name)))),
      field("m.requestContact", h("input", { name: "contact_name", maxlength: 60, autocomplete: "off" })),
      field("m.requestPhone", h("input", { name: "contact_phone", type: "tel", maxlength: 40, autocomplete: "off" })),
      trouble,
      h("button", { class: "button primary wide" }, w("m.requestFile")), back()));
  }

  function openOne(code) {
    return guarded(async () => draw(await membersApi.request(code)));
  }

  function act(item, name, body) {
    return guarded(async () => draw(await membersApi.step(item.code, name, { rev: item.rev, ...body })));
  }

  async function draw(item) {
    const mine = item.offers.find((offer) => offer.is_mine && offer.state !== "withdrawn");
    const helpers = item.state === "open" ? await membersApi.helpers(item.code) : null;
    show(room,
      h("h2", {}, label(item.kind), " ", h("span", { class: `tag m-${item.state}` }, w(`m.state.${item.state}`))),
      h("p", { class: "m-text" }, item.text),
      h("p", { class: "m-note" }, `${item.cell?.name ?? ""} · ${formatMoment(item.registered_at)}`),
      item.contact.name || item.contact.phone
        ? h("p", {}, `${w("m.requestContact")}：${item.contact.name ?? ""} `,
            item.contact.phone?.includes("*") === false ? h("a", { href: `tel:${item.contact.phone}` }, item.contact.phone) : (item.contact.phone ?? ""))
        : null,
      item.offers.length ? h("ul", { class: "m-diff" }, item.offers.map((offer) =>
        h("li", {}, h("b", {}, offer.group), ` ${w(`m.state.${offer.state}`)} `,
          offer.member ? w("m.takenBy", { name: offer.member.name }) : ""))) : null,
      item.state === "taken" && mine?.state === "taken" ? finishForm(item, mine) : null,
      item.state === "open" && mine?.state === "offered"
        ? h("button", { type: "button", class: "button wide", onclick: () => act(item, "decline", { party_group_id: mine.party_group_id }) }, w("m.decline")) : null,
      helpers ? helperLists(item, helpers) : null,
      item.state === "open" || item.state === "taken"
        ? h("button", { type: "button", class: "button wide", onclick: () => act(item, "withdraw", {}) }, w("m.withdraw")) : null,
      back());
  }

  function finishForm(item, mine) {
    const minutes = h("input", { type: "number", min: 1, max: 6000, value: 60, required: true, inputmode: "numeric" });
    return h("form", { onsubmit: (event) => { event.preventDefault(); act(item, "finish", { minutes: Number(minutes.value) }); } },
      h("label", { class: "field" }, h("span", {}, w("m.minutes")), minutes),
      h("button", { class: "button primary wide" }, w("m.finish")),
      h("button", { type: "button", class: "button wide", onclick: () => act(item, "decline", { party_group_id: mine.party_group_id }) }, w("m.giveBack")));
  }

  function near(row) {
    if (row.distance_m === null) return w("m.elsewhere");
    return row.distance_m === 0 ? w("m.here") : w("m.distance", { n: row.distance_m });
  }

  function helperLists(item, helpers) {
    const asked = new Set(item.offers.filter((offer) => offer.state === "offered").map((offer) => offer.party_group_id));
    const led = new Set(page.groups.map((group) => group.party_group_id));
    const others = helpers.groups.filter((group) => !led.has(group.party_group_id));
    return [
      h("h3", {}, w("m.helpers")),
      helpers.members.length
        ? h("ul", { class: "m-people", id: "helpers" }, helpers.members.map((row) =>
            h("li", { class: "m-person" },
              h("span", { class: "m-who" }, h("span", { class: "m-name" }, row.name),
                h("small", {}, [row.is_skilled ? w("m.skilled") : null, near(row), row.load ? w("m.load", { n: row.load }) : null].filter(Boolean).join(" · "))),
              h("button", { type: "button", class: "m-call", onclick: () => act(item, "take", { member_id: row.member_id }) }, w("m.take")))))
        : h("p", { class: "quiet" }, w("m.helpersNone")),
      others.length
        ? [h("h3", {}, w("m.groupsNear")),
           h("ul", { class: "m-people" }, others.map((group) =>
             h("li", { class: "m-person" },
               h("span", { class: "m-who" }, h("span", { class: "m-name" }, group.name),
                 h("small", {}, `${w("m.groupNumbers", group)} · ${near(group)}`)),
               asked.has(group.party_group_id)
                 ? h("span", { class: "m-call off" }, w("m.state.offered"))
                 : h("button", { type: "button", class: "m-call", onclick: () => act(item, "dispatch", { party_group_id: group.party_group_id }) }, w("m.ask")))))]
        : null,
    ];
  }
}
