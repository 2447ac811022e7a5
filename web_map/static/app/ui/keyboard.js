// Keys that work anywhere except while typing. The map itself handles arrows, + and − when focused.

const TYPING = "input:not([type=checkbox]):not([type=file]), textarea, select, [contenteditable]";

/** Bind keys: deeds is {search, fit, legend, print, help, escape, undo, ask, zoom(d), pan(x, y), level(n)}. */
export function bindKeys(mapNode, deeds) {
  const plain = {
    "/": deeds.search,
    0: deeds.fit,
    l: deeds.legend,
    p: deeds.print,
    m: () => deeds.tool("measure"),
    s: () => deeds.tool("area"),
    "?": deeds.help,
    "+": () => deeds.zoom(1),
    "=": () => deeds.zoom(1),
    "-": () => deeds.zoom(-1),
    ArrowUp: () => deeds.pan(0, -1),
    ArrowDown: () => deeds.pan(0, 1),
    ArrowLeft: () => deeds.pan(-1, 0),
    ArrowRight: () => deeds.pan(1, 0),
  };

  // where the last deed came from: the crosshair is for keys only
  const by = (hand) => () => {
    document.body.dataset.hand = hand;
  };
  document.addEventListener("keydown", by("keys"), true);
  document.addEventListener("pointerdown", by("pointer"), true);

  document.addEventListener("keydown", (event) => {
    if (document.body.classList.contains("signed-out") || document.querySelector("dialog[open]")) return;
    const target = event.target;
    if (event.key === "Escape") {
      if (deeds.escape()) event.preventDefault();
      return;
    }
    if (target.matches?.(TYPING) || event.altKey) return;
    if (event.ctrlKey || event.metaKey) {
      if (event.key === "Enter" && deeds.finish()) event.preventDefault();
      if (event.key.toLowerCase() === "z" && !event.shiftKey && deeds.undo()) event.preventDefault();
      return;
    }
    const onMap = target === mapNode;
    if (event.key === "Enter" && onMap) {
      event.preventDefault();
      deeds.ask();
      return;
    }
    if (event.key === "Backspace" && deeds.undo()) {
      event.preventDefault();
      return;
    }
    // Leaflet moves a focused map by itself; elsewhere arrows belong to the page unless nothing has focus.
    const moves = event.key.startsWith("Arrow");
    if (moves && target !== document.body) return;
    if (onMap && ["+", "=", "-"].includes(event.key)) return;
    const level = /^[1-9]$/.test(event.key) ? Number(event.key) : 0;
    const deed = level ? () => deeds.level(level) : plain[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!deed) return;
    event.preventDefault();
    deed();
  });
}
