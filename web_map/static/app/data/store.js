// One small store: plain keys, listeners by key. What belongs in the URL is written by hash.js.

export function createStore(initial) {
  let state = { ...initial };
  const listeners = new Set();

  return {
    get: () => state,
    /** Change keys; listeners of keys that really changed run once, in the order they were added. */
    set(patch) {
      const changed = new Set();
      for (const key of Object.keys(patch)) {
        if (!Object.is(state[key], patch[key])) changed.add(key);
      }
      if (changed.size === 0) return;
      state = { ...state, ...patch };
      for (const { keys, fn } of [...listeners]) {
        if (keys.some((key) => changed.has(key))) fn(state, changed);
      }
    },
    /** Call fn(state, changedKeys) when one of the keys changes; returns the way to stop. */
    on(keys, fn) {
      const listener = { keys, fn };
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
