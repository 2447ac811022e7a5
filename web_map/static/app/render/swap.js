// One tile layer in place of another: the old picture stays until the new one is there.

/** swap(layer) puts a grid layer on the map; swap(null) takes the last one off. */
export function createSwap(map) {
  let whole = null; // the picture that stays
  let coming = null; // not there yet; the next may come first

  return (next) => {
    coming?.remove();
    coming = next;
    if (!next) {
      whole?.remove();
      whole = null;
      return;
    }
    next.once("load", () => {
      if (next !== coming) return;
      whole?.remove();
      whole = next;
      coming = null;
    });
    next.addTo(map);
  };
}
