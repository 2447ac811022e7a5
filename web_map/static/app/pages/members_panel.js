// One member: home, what he offers, the households he keeps in touch with.
import { named } from "../i18n/index.js";
import { byId, h, show } from "../ui/dom.js";
import { problemBox } from "../ui/problem.js";
import { membersApi } from "./members_api.js";
import { w } from "./members_words.js";

/** Opens the dialog; changed() runs after something was saved. */
export async function memberPanel(id, page, changed) {
  const dialog = byId("dialog");
  const close = () => dialog.close();
  show(dialog, h("p", { class: "loading" }, w("m.loading")));
  if (!dialog.open) dialog.showModal();
  try {
    draw(await membersApi.member(id));
  } catch (error) {
    show(dialog, problemBox(error), closeButton());
  }

  function closeButton() {
    return h("button", { type: "button", class: "button wide", onclick: close }, w("m.back"));
  }

  function draw(item, said = null) {
    show(dialog, h("div", { class: "m-panel" },
      h("h2", {}, item.name, " ", h("small", {}, named(page.words.duties.get(item.duty)))),
      said,
      item.phone ? h("a", { class: "m-call wide", href: `tel:${item.phone}` }, `${w("m.call")} ${item.phone}`) : null,
      h("dl", { class: "m-facts" },
        fact("m.grid", item.lives_elsewhere ? w("m.elsewhere") : item.cell?.name)),
      h("button", { type: "button", class: "button wide", id: "change-home", onclick: () => choose(item, homeForm) }, w("m.changeHome")),
      helpForm(item),
      h("h3", {}, w("m.contacts")),
      item.contact_households.length
        ? h("ul", { class: "m-contacts" }, item.contact_households.map((home) =>
            h("li", {}, h("b", {}, home.head_name ?? ""), " ", home.address, h("small", {}, home.cell?.name ?? ""))))
        : h("p", { class: "quiet" }, w("m.noContacts")),
      h("button", { type: "button", class: "button wide", id: "choose-contacts", onclick: () => choose(item, contactForm) }, w("m.addContact")),
      closeButton()));
  }

  function fact(key, value) {
    return h("div", {}, h("dt", {}, w(key)), h("dd", {}, value));
  }

  function helpForm(item) {
    const willing = h("input", { type: "checkbox", name: "volunteers", checked: item.volunteers, onchange: () => { boxes.hidden = !willing.checked; } });
    const boxes = h("fieldset", { class: "m-skills", hidden: !item.volunteers },
      h("legend", {}, w("m.skills")),
      page.words.skillList.map((word) =>
        h("label", { class: "m-check" },
          h("input", { type: "checkbox", name: "skill", value: word.slug, checked: item.skills.includes(word.slug) }), named(word))));
    const phone = h("input", { type: "tel", value: item.phone ?? "", maxlength: 40, autocomplete: "off" });
    const branch = h("input", { value: item.home_branch, maxlength: 100, autocomplete: "off" });
    const trouble = h("div", {});
    const submit = async (event) => {
      event.preventDefault();
      const skills = willing.checked
        ? [...boxes.querySelectorAll("input:checked")].map((box) => box.value)
        : [];
      try {
        const next = await membersApi.change(id, {
          rev: item.rev, volunteers: willing.checked, skills,
          phone: phone.value.trim() || null, home_branch: branch.value.trim(),
        });
        draw(next, h("p", { class: "notice good", role: "status" }, w("m.saved")));
        changed();
      } catch (error) {
        show(trouble, problemBox(error));
      }
    };
    return h("form", { onsubmit: submit },
      h("label", { class: "field" }, h("span", {}, w("m.phone")), phone),
      h("label", { class: "field" }, h("span", {}, w("m.homeBranch")), branch),
      h("label", { class: "m-check" }, willing, w("m.volunteer")), boxes, trouble,
      h("button", { class: "button wide" }, w("m.save")));
  }

  async function choose(item, makeForm) {
    show(dialog, h("p", { class: "loading" }, w("m.loading")));
    try {
      const { items } = await membersApi.households(item.group.party_group_id, null);
      makeForm(item, items);
    } catch (error) {
      show(dialog, problemBox(error), closeButton());
    }
  }

  function contactForm(item, homes) {
    const listed = new Set(item.contact_households.map((home) => home.household_id));
    const known = new Set(homes.map((home) => home.household_id));
    const all = [...item.contact_households.filter((home) => !known.has(home.household_id)), ...homes];
    choiceForm(item, w("m.chooseContacts"), all,
      (home) => ({ type: "checkbox", checked: listed.has(home.household_id) }),
      async (ids) => {
        await membersApi.setContacts(id, ids);
        return membersApi.member(id);
      });
  }

  function homeForm(item, homes) {
    const nowhere = { household_id: 0, head_name: w("m.elsewhere"), address: "", cell: null };
    choiceForm(item, w("m.chooseHome"), [nowhere, ...homes],
      (home) => ({ type: "radio", name: "home", required: true, checked: home.household_id === (item.household_id ?? 0) }),
      ([home]) => membersApi.change(id, { rev: item.rev, household_id: home || null }));
  }

  /** A list of households to tick; save(ids) resolves with the member as it is then. */
  function choiceForm(item, title, homes, control, save) {
    const trouble = h("div", {});
    const rows = homes.map((home) =>
      h("li", {}, h("label", { class: "m-check" },
        h("input", { ...control(home), value: home.household_id }),
        h("span", {}, h("b", {}, home.head_name ?? ""), " ", home.address, h("small", {}, home.cell?.name ?? "")))));
    const filter = h("input", {
      type: "search", class: "m-filter", placeholder: w("m.filter"), "aria-label": w("m.filter"), autocomplete: "off",
      oninput: () => { for (const row of rows) row.hidden = !row.textContent.includes(filter.value.trim()); },
    });
    const submit = async (event) => {
      event.preventDefault();
      const ids = [...event.target.querySelectorAll("input:checked")].map((box) => Number(box.value));
      try {
        draw(await save(ids), h("p", { class: "notice good", role: "status" }, w("m.saved")));
        changed();
      } catch (error) {
        show(trouble, problemBox(error));
      }
    };
    show(dialog, h("form", { class: "m-panel", onsubmit: submit },
      h("h2", {}, item.name), h("p", {}, title),
      homes.length === 0 ? h("p", { class: "empty" }, w("m.noHouseholds")) : filter,
      h("ul", { class: "m-choice" }, rows), trouble,
      h("button", { class: "button primary wide" }, w("m.save")),
      h("button", { type: "button", class: "button wide", onclick: () => draw(item) }, w("m.cancel"))));
  }
}
