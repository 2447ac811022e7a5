// Who is responsible here, and why: the pieces that the place panel and the case panel share.
import { formatMetres, named, say, t, term } from "../i18n/index.js";
import { h } from "./dom.js";

const FINEST_FIRST = (a, b) => b.rank - a.rank;

export const phoneLink = (phone) =>
  phone
    ? h("a", { class: "phone", href: `tel:${String(phone).replace(/[^\d+]/g, "")}` },
        h("span", { "aria-hidden": "true" }, "☎ "), phone)
    : h("span", { class: "quiet" }, t("officer.noPhone"));

/** The person in charge as a card, or the queue with its reason. */
export function leadCard(lead, queueReason) {
  if (!lead?.officer) {
    return h(
      "div",
      { class: "lead lead-queue", id: "lead" },
      h("p", { class: "lead-title" }, t("lead.queue")),
      h("p", {}, queueReason ? term("queue", queueReason) : t("lead.queueWhy")),
    );
  }
  return h(
    "div",
    { class: "lead", id: "lead" },
    h("p", { class: "lead-title" }, t("lead.title")),
    h("p", { class: "lead-name", dir: "auto" }, lead.officer.duty_name),
    h("p", { class: "lead-post" }, h("span", { dir: "auto" }, lead.cell_name), " · ", named(lead)),
    phoneLink(lead.officer.duty_phone),
  );
}

export const whyLine = (why) =>
  h("p", { class: "why", id: "why" }, h("b", {}, t("why.title")), say(why) || t("why.none"));

/** Micro grid first, then base grid, village, township: name and code of each. */
export function pathList(cells, levels) {
  const nameOf = new Map(levels.map((level) => [level.rank, named(level)]));
  return h(
    "dl",
    { class: "path", id: "path" },
    [...cells].sort(FINEST_FIRST).map((cell) =>
      h("div", {},
        h("dt", {}, nameOf.get(cell.rank) ?? t("path.level", { n: cell.rank })),
        h("dd", {}, h("span", { dir: "auto" }, cell.name), h("code", {}, cell.code)))),
  );
}

/** How the point lies: inside, on a border, near, outside; who comes second and how far. */
export function howLine(location) {
  const parts = [term("how", location.how)];
  const { border_distance_m: border, runner_up: second } = location;
  const hasBorder = Number.isFinite(border) && location.how !== "border";
  const same = hasBorder && Number.isFinite(second?.distance_m) && Math.abs(second.distance_m - border) < 0.5;
  if (same) parts.push(t("how.borderWith", { name: second.name, distance: formatMetres(border) }));
  else if (hasBorder) parts.push(t("how.borderDistance", { distance: formatMetres(border) }));
  if (second && !same) {
    parts.push(
      Number.isFinite(second.distance_m)
        ? t("how.runnerUp", { name: second.name, distance: formatMetres(second.distance_m) })
        : t("how.runnerUpShare", { name: second.name, share: Math.round((second.share ?? 0) * 100) }),
    );
  }
  if (location.joint?.length) {
    parts.push(t("how.joint", { names: location.joint.map((cell) => cell.name).join(t("list.and")) }));
  }
  return h("p", { class: `how how-${location.how}`, id: "how" }, parts.join(t("how.join")));
}

/** Every post of the path, nearest first; vacant and on leave said in words. */
export function postTable(posts) {
  if (!posts?.length) return h("p", { class: "quiet" }, t("posts.none"));
  return h(
    "ul",
    { class: "posts", id: "posts" },
    [...posts].sort(FINEST_FIRST).map((post) =>
      h(
        "li",
        { class: `post post-${post.state}` },
        h("span", { class: "post-title" }, named(post), h("small", { dir: "auto" }, post.cell_name)),
        post.officer && post.state !== "vacant"
          ? h("span", { class: "post-who" },
              h("span", { dir: "auto" }, post.officer.duty_name),
              post.state === "on_leave"
                ? h("b", { class: "pill pill-leave" }, t("post.on_leave"))
                : phoneLink(post.officer.duty_phone))
          : h("b", { class: "pill pill-vacant" }, t("post.vacant")),
      )),
  );
}
