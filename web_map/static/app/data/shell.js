// The frame of a page that opens without a network: its files, and of the session what it needs to know.

/** How long such a page may be opened without having reached the server. */
export const OPEN_DAYS = 3;
// no key of the session is kept
const KEPT_OF_SESSION = ["login", "role", "role_name_zh", "role_name_en", "area_code", "officer_id", "may"];

export const keepSession = (vault, session) =>
  vault.put("session", "me", Object.fromEntries(KEPT_OF_SESSION.map((name) => [name, session[name]])), OPEN_DAYS);

/** Ask the worker to keep the files of this very page. */
export async function keepShell() {
  const registration = await navigator.serviceWorker?.register("/sw.js").catch(() => null);
  if (!registration) return;
  await navigator.serviceWorker.ready;
  const used = performance.getEntriesByType("resource").map((entry) => new URL(entry.name).pathname);
  navigator.serviceWorker.addEventListener("message", (event) => {
    if (event.data?.kept) document.body.dataset.shell = "kept";
  });
  registration.active?.postMessage({ keep: [...new Set([location.pathname, ...used])] });
}
