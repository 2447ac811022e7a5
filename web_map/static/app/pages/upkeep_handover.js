// A post goes from one officer to the next with its open cases: choose, look, confirm.
import { todayOn } from "../i18n/index.js";
import { h, settle, show } from "../ui/dom.js";
import { problemBox } from "../ui/problem.js";
import { toast } from "../ui/toast.js";
import { upkeepApi } from "./upkeep_api.js";
import { officerLabel, officerSelect, officersOf, postLabel } from "./upkeep_officers.js";
import { w } from "./upkeep_words.js";

const MOST_ROWS = 200;
const OTHER = "other";

export async function loadHandover() {
  const [posts, handovers] = await Promise.all([upkeepApi.posts(), upkeepApi.handovers()]);
  return { posts: posts.items, total: posts.total, handovers: handovers.items, chosen: null };
}

export function handoverView(_session, page, reload) {
  const room = h("div", {});
  const draw = () => show(room, page.chosen ? handoverForm(page, draw, reload) : postList(page, draw));
  draw();
  return h("div", { class: "p-cards p-two" },
    h("section", { class: "p-card", id: "posts" }, room),
    historyCard(page));
}

function postList(page, draw) {
  const body = h("ul", { class: "p-list p-tall", id: "post-rows" });
  const filter = h("input", {
    type: "search", name: "post-filter", autocomplete: "off", placeholder: w("up.postFilter"), "aria-label": w("up.postFilter"),
    oninput: settle(() => fill(), 80),
  });
  const fill = () => {
    const words = filter.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
    const found = page.posts.filter((post) => {
      const text = `${post.duty_name ?? ""} ${postLabel(post)} ${post.cell_code}`.toLowerCase();
      return words.every((word) => text.includes(word));
    });
    show(body,
      found.slice(0, MOST_ROWS).map(row),
      found.length === 0 ? h("li", { class: "empty" }, w("up.postNone")) : null,
      found.length > MOST_ROWS ? h("li", { class: "quiet" }, w("up.postCut", { n: MOST_ROWS, total: found.length })) : null);
  };
  const row = (post) => h("li", {},
    h("div", { class: "p-row-main" },
      h("b", {}, postLabel(post)), " ",
      post.officer_id === null ? h("span", { class: "pill pill-vacant" }, w("up.vacant")) : h("span", { dir: "auto" }, post.duty_name), " ",
      post.on_leave ? h("span", { class: "pill pill-leave" }, w("up.onLeave")) : null,
      post.officer_id === null ? null : h("small", {}, w("up.openCases", { n: post.open_cases }))),
    post.officer_id === null ? null : h("button", {
      type: "button", class: "button small",
      onclick: () => {
        page.chosen = post;
        draw();
        document.querySelector("[name=to-officer]")?.focus();
      },
    }, w("up.choosePost")));
  fill();
  return [
    h("h2", {}, w("up.postList")),
    page.total > page.posts.length ? h("p", { class: "quiet" }, w("up.postCut", { n: page.posts.length, total: page.total })) : null,
    h("div", { class: "field" }, filter),
    body,
  ];
}

function handoverForm(page, draw, reload) {
  const post = page.chosen;
  const others = officersOf(page.posts).filter((one) => one.officer_id !== post.officer_id);
  const to = officerSelect(others, { name: "to-officer", required: true }, h("option", { value: OTHER }, w("up.handoverOther")));
  const number = h("input", { name: "to-number", type: "number", min: 1, step: 1 });
  const numberRow = h("label", { class: "field", hidden: true }, h("span", {}, w("up.handoverOtherId")), number);
  const from = h("input", { name: "from-on", type: "date", required: true, value: todayOn() });
  const told = h("div", { role: "status", id: "preview" });
  const stale = () => show(told);
  to.onchange = () => {
    numberRow.hidden = to.value !== OTHER;
    number.required = to.value === OTHER;
    stale();
  };
  number.oninput = stale;
  from.onchange = stale;
  const body = () => ({
    post_id: post.post_id,
    from_officer_id: post.officer_id,
    to_officer_id: Number(to.value === OTHER ? number.value : to.value),
    from_on: from.value,
  });
  const preview = async (event) => {
    event.preventDefault();
    const wanted = body();
    try {
      const found = await upkeepApi.previewHandover(wanted);
      show(told, h("div", { class: "notice" },
        h("p", {}, w(found.is_now ? "up.previewNow" : "up.previewLater", { n: found.case_count, on: wanted.from_on })),
        found.recused_count ? h("p", {}, w("up.previewRecused", { n: found.recused_count })) : null,
        h("button", { type: "button", class: "button primary", id: "do-handover", onclick: () => run(wanted) }, w("up.handoverDo"))));
      told.querySelector("button").focus();
    } catch (error) {
      show(told, problemBox(error));
    }
  };
  const run = async (wanted) => {
    try {
      const done = await upkeepApi.handOver(wanted);
      await reload();
      if (done.case_count === null) toast(w("up.handoverLater", { on: wanted.from_on }));
      else if (done.queued_count) toast(w("up.handoverQueued", { n: done.case_count, queued: done.queued_count }));
      else toast(w("up.handoverDone", { n: done.case_count }));
    } catch (error) {
      show(told, problemBox(error));
    }
  };
  const back = () => {
    page.chosen = null;
    draw();
  };
  return h("form", { onsubmit: preview },
    h("h2", {}, w("up.handover", { post: postLabel(post) })),
    h("p", {}, w("up.handoverFrom", { who: officerLabel(post) }), " · ", w("up.openCases", { n: post.open_cases })),
    h("label", { class: "field" }, h("span", {}, w("up.handoverTo")), to),
    numberRow,
    h("label", { class: "field" }, h("span", {}, w("up.handoverOn")), from),
    h("div", { class: "p-buttons" },
      h("button", { class: "button primary" }, w("up.preview")),
      h("button", { type: "button", class: "button", onclick: back }, w("up.back"))),
    told);
}

function historyCard(page) {
  const names = new Map(page.posts.filter((post) => post.officer_id !== null).map((post) => [post.officer_id, post.duty_name]));
  const places = new Map(page.posts.map((post) => [post.post_id, postLabel(post)]));
  const who = (officerId) => names.get(officerId) ?? `#${officerId}`;
  return h("section", { class: "p-card", id: "handovers" },
    h("h2", {}, w("up.handoverList")),
    page.handovers.length === 0
      ? h("p", { class: "empty" }, w("up.handoverNone"))
      : h("ul", { class: "p-list" }, page.handovers.map((item) =>
          h("li", {},
            h("div", { class: "p-row-main" }, w("up.handoverRow", {
              post: places.get(item.post_id) ?? `${item.post_kind} ${item.cell_code ?? ""}`,
              from: who(item.from_officer_id), to: who(item.to_officer_id), on: item.from_on,
            })),
            item.applied_at
              ? h("small", { class: "quiet" }, w("up.handoverApplied", { n: item.case_count }))
              : h("span", { class: "pill pill-leave" }, w("up.handoverWaiting"))))));
}
