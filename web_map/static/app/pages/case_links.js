// One dispute, many doors: cases like this one, what was joined, and every reporter told.
import { may } from "../data/rights.js";
import { formatMetres, formatMoment, named, term } from "../i18n/index.js";
import { h, show } from "../ui/dom.js";
import { problemBox, problemText } from "../ui/problem.js";
import { sureButton } from "../ui/sure_button.js";
import { toast } from "../ui/toast.js";
import { caseApi } from "./case_api.js";
import { w } from "./case_joint_words.js";

const caseLink = (code) => h("a", { href: `/case#${encodeURIComponent(code)}` }, code);

export function linksCard(session, page, reload) {
  if (!page.links) return null;
  const { detail } = page;
  const mayLink = may(session, "case_link", "add");
  const { items } = page.links;
  const own = items.find((item) => item.code === detail.code);
  const joined = items.filter((item) => item.code !== detail.code);
  // what is joined already is no suggestion, and nothing is merged into a case that was merged itself
  const alike = (page.suggestions?.items ?? []).filter((one) => !items.some((item) => item.code === one.code || item.main_code === one.code));
  const trouble = h("div", {});
  const guarded = async (deed) => {
    try {
      show(trouble);
      await deed();
    } catch (error) {
      show(trouble, problemBox(error, error.status === 409 ? reload : null));
    }
  };
  const unlink = () => guarded(async () => {
    await caseApi.unlink(detail.code, page.steps.rev);
    await reload();
    toast(w("cj.unlinked"));
  });
  const link = (mainCode, relation) => guarded(async () => {
    await caseApi.link(detail.code, { main_code: mainCode, relation, rev: page.steps.rev });
    await reload();
    toast(w(`cj.linked.${relation}`, { code: mainCode }), {
      action: {
        label: w("cj.undo"),
        // somebody may have gone on to another case meanwhile: the link is undone where it was made
        run: async () => {
          try {
            await caseApi.unlink(detail.code, (await caseApi.steps(detail.code)).rev);
            if (page.code === detail.code) await reload();
            toast(w("cj.unlinked"));
          } catch (error) {
            toast(problemText(error));
          }
        },
      },
    });
  });
  return h("section", { class: "p-card", id: "links" },
    h("h2", {}, w("cj.links")),
    own ? h("p", { class: "notice", id: "own-link" },
      w(`cj.own.${own.relation}`), " ", own.main_code ? caseLink(own.main_code) : w("cj.unseen"), " ",
      may(session, "case_link", "remove") ? sureButton(w("cj.unlink"), unlink, { id: "unlink" }) : null) : null,
    joined.length
      ? h("ul", { class: "plain", id: "joined" }, joined.map((item) =>
          h("li", {}, w(`cj.joined.${item.relation}`), " ", item.code ? caseLink(item.code) : w("cj.unseen"), " ",
            h("span", { class: "quiet" },
              [named(page.sources.get(item.source)), item.state ? term("state", item.state) : "", formatMoment(item.linked_at)].filter(Boolean).join(" · ")))))
      : null,
    !own && !joined.length && !alike.length ? h("p", { class: "empty" }, w("cj.linksNone")) : null,
    alike.length && !own
      ? [h("h3", {}, w("cj.alike")), h("p", { class: "quiet" }, w("cj.alikeWhy")),
         h("ul", { class: "cj-alike", id: "alike" }, alike.map((one) => h("li", {},
           h("p", {}, caseLink(one.code), " ", h("span", { class: "pill pill-vacant" }, term("state", one.state))),
           h("p", { class: "quiet" }, [named(page.kinds.get(one.kind)), named(page.sources.get(one.source)), one.happened_on, one.cell_name,
             one.distance_m === null ? null : w("cj.apart", { n: formatMetres(one.distance_m) })].filter(Boolean).join(" · ")),
           mayLink ? joinButtons(one.code, link) : null)))]
      : null,
    mayLink && !own ? byCode(link) : null,
    trouble);
}

const joinButtons = (code, link) => h("p", { class: "cj-buttons" }, ["same", "part"].map((relation) =>
  sureButton(w(`cj.do.${relation}`), () => link(code, relation), { dataset: { [relation]: code } })));

function byCode(link) {
  const code = h("input", { name: "main-code", required: true, maxlength: 40, autocomplete: "off" });
  const relation = h("select", { name: "relation" }, ["same", "part"].map((one) => h("option", { value: one }, w(`cj.do.${one}`))));
  const submit = (event) => {
    event.preventDefault();
    return link(code.value.trim(), relation.value);
  };
  return h("details", { class: "more-fields", id: "link-by-code" }, h("summary", {}, w("cj.byCode")),
    h("form", { onsubmit: submit },
      h("label", { class: "field" }, h("span", {}, w("cj.mainCode")), code),
      h("label", { class: "field" }, h("span", {}, w("cj.relation")), relation),
      h("p", { class: "quiet" }, w("cj.relationWhy")),
      h("button", { class: "button" }, w("cj.linkIt"))));
}

/** Every reporter of every door, masked: who must be told what, and who was. */
export function noticesCard(session, page) {
  if (!page.notices?.items.length) return null;
  const { detail } = page;
  const card = h("section", { class: "p-card", id: "notices" });
  const trouble = h("div", {});
  const tell = (item, channel) => async () => {
    try {
      page.notices = await caseApi.tell(detail.code, { case_party_id: item.case_party_id, reason: item.reason, channel: channel.value });
      draw();
    } catch (error) {
      show(trouble, problemBox(error));
    }
  };
  const draw = () => show(card,
    h("h2", {}, w("cj.notices"), " ", page.notices.owed ? h("b", { class: "pill pill-leave", id: "owed" }, w("cj.owed", { n: page.notices.owed })) : null),
    h("p", { class: "quiet" }, w("cj.noticesWhy")),
    h("ul", { class: "plain" }, page.notices.items.map((item) => {
      const channel = h("select", { "aria-label": w("cj.channel") }, ["phone", "visit", "letter", "message", "in_person"].map((one) => h("option", { value: one }, w(`cj.channel.${one}`))));
      return h("li", { dataset: { notice: `${item.case_party_id}-${item.reason}` } },
        h("b", { dir: "auto" }, item.name ?? w("cj.noName")), " ", item.phone ? h("code", {}, item.phone) : null, " ",
        h("span", { class: "quiet" }, item.case_code === detail.code ? "" : item.case_code, " ", w(`cj.reason.${item.reason}`)), " ",
        item.told_at
          ? h("b", { class: "pill pill-good" }, "✓ ", w("cj.told", { at: formatMoment(item.told_at), how: w(`cj.channel.${item.channel}`) }))
          : may(session, "reporter_notice", "tell")
            ? h("span", { class: "cj-tell" }, channel, h("button", { type: "button", class: "button small", onclick: tell(item, channel) }, w("cj.tell")))
            : h("b", { class: "pill pill-leave" }, w("cj.notTold")));
    })), trouble);
  draw();
  return card;
}
