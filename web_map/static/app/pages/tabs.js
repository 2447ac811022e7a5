// Phone: one of list, map, legend and panel at a time. Wide screens show all and ignore this.

const BASES = ["list", "map", "legend"];

/** Show a tab; the bases are what the panel goes back to. */
export function showTab(tab) {
  const { body } = document;
  body.dataset.tab = tab;
  if (BASES.includes(tab)) body.dataset.base = tab;
  for (const button of document.querySelectorAll("[data-tab-to]")) {
    button.setAttribute("aria-current", String(button.dataset.tabTo === tab));
  }
}

/** Where the user came from before the panel opened. */
export const showBase = () => showTab(document.body.dataset.base ?? "list");

/** Buttons of the tab bar; onShow() runs after a change. The list comes first. */
export function bindTabs(onShow) {
  for (const button of document.querySelectorAll("[data-tab-to]")) {
    button.onclick = () => {
      showTab(button.dataset.tabTo);
      onShow();
    };
  }
  showTab("list");
}
