// What a tool shows in the panel beside the map; it can be said again in another language.

/** part: {title(), content(), onClose?()}. */
export function createSidePanel(panel) {
  let shown = null;
  const say = (options) => panel.show(shown.title(), shown.content(), options);

  return {
    open(part, options = {}) {
      if (shown && shown !== part) shown.onClose?.();
      shown = part;
      say(options);
    },
    close() {
      const left = shown;
      shown = null;
      left?.onClose?.();
    },
    shows: (part) => shown === part,
    isOpen: () => shown !== null,
    redraw: () => shown && say(),
  };
}
