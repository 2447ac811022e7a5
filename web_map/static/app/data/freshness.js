// How old the data on the screen is: fresh, late after two intervals, offline after five.

export const REFRESH_MS = 60000;

/** "fresh" | "late" | "offline" for data read age_ms ago. */
export function freshness(ageMs, intervalMs = REFRESH_MS) {
  if (ageMs >= 5 * intervalMs) return "offline";
  return ageMs >= 2 * intervalMs ? "late" : "fresh";
}

/** Calls refresh() each interval and report({at, state}) each few seconds; done() marks a success. */
export function keepFresh({ refresh, report, intervalMs = REFRESH_MS }) {
  let at = null;
  const look = () => at && report({ at, state: freshness(Date.now() - at, intervalMs) });
  setInterval(look, 5000);
  setInterval(() => {
    if (document.visibilityState === "visible") refresh();
  }, intervalMs);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible" && at && Date.now() - at > intervalMs) refresh();
  });
  return {
    done() {
      at = Date.now();
      look();
    },
  };
}
