// Officers of one's area as a list to choose from.
import { named } from "../i18n/index.js";
import { h } from "../ui/dom.js";

/** Each officer once, with the first of the posts held; rows of /api/posts. */
export function officersOf(posts) {
  const found = new Map();
  for (const post of posts) {
    if (post.officer_id !== null && !found.has(post.officer_id)) found.set(post.officer_id, post);
  }
  return [...found.values()];
}

export const postLabel = (post) => `${post.cell_name} ${named(post)}`;
export const officerLabel = (post) => `${post.duty_name} · ${postLabel(post)}`;

/** A select of officers; more options come first. */
export function officerSelect(officers, props, ...more) {
  return h("select", props,
    h("option", { value: "" }, "—"),
    more,
    officers.map((post) => h("option", { value: post.officer_id }, officerLabel(post))));
}
