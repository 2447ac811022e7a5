// Keeps the frame of the pages that work without a network: their HTML, modules, styles. Never a row:
// nothing under /api or /tiles is looked at. With a network every file is asked for as always, so old
// and new files never meet; without one the last complete set is used.
const SHELL = "wangge-shell-1";
const PAGES = new Set(["/onsite", "/land-field"]);

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  const ours = url.origin === self.location.origin && event.request.method === "GET";
  if (!ours || !(PAGES.has(url.pathname) || url.pathname.startsWith("/static/"))) return;
  event.respondWith(fresh(event.request, url.pathname));
});

// The page names the files that it was made of.
self.addEventListener("message", (event) => {
  const paths = (event.data?.keep ?? []).filter((path) => path.startsWith("/static/") || PAGES.has(path));
  event.waitUntil(keepAll(paths).then(() => event.source?.postMessage({ kept: paths.length })));
});

async function fresh(request, path) {
  try {
    const answer = await fetch(request);
    if (answer.ok) (await caches.open(SHELL)).put(path, answer.clone());
    return answer;
  } catch (error) {
    const kept = await caches.match(path, { ignoreSearch: true });
    if (kept) return kept;
    throw error;
  }
}

async function keepAll(paths) {
  const shell = await caches.open(SHELL);
  await Promise.all(paths.map(async (path) => {
    const answer = await fetch(path, { cache: "no-cache" });
    if (answer.ok) await shell.put(path, answer);
  }));
}
