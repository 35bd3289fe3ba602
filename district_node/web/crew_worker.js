// The worker of a crew's page: it keeps the page's own files, so that the page opens without a
// network. What the network has always comes first; the API is none of its business.
const CACHE = "citybrain-crew-v1";
const FOLDERS = ["/crew/", "/static/", "/shared/", "/leaflet/"];
const FILES = ["/translations.js", "/favicon.ico"];
const PATIENCE_MS = 4000; // a network that answers later is as good as none
const MATCH = { ignoreSearch: true, ignoreVary: true }; // one page, whatever it was asked with

self.addEventListener("install", () => self.skipWaiting());

self.addEventListener("activate", (event) => event.waitUntil(dropOthers()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  const isOurs = FILES.includes(pathname) || FOLDERS.some((one) => pathname.startsWith(one));
  if (request.method !== "GET" || origin !== location.origin || !isOurs) return;
  event.respondWith(answered(request));
});

async function answered(request) {
  const cache = await caches.open(CACHE);
  const coming = fetched(request, cache);
  const kept = await cache.match(request, MATCH);
  if (!kept) return coming;
  const late = new Promise((_, fail) => setTimeout(() => fail(new Error("late")), PATIENCE_MS));
  try {
    return await Promise.race([coming, late]);
  } catch {
    coming.catch(() => {}); // it is not waited for any more
    return kept;
  }
}

/** What says that somebody has to sign in first is shown, and not kept. */
async function fetched(request, cache) {
  const response = await fetch(request);
  if (response.ok && response.type === "basic" && !response.redirected) {
    const { origin, pathname } = new URL(request.url);
    await cache.put(origin + pathname, response.clone());
  }
  return response;
}

async function dropOthers() {
  const names = await caches.keys();
  const old = names.filter((name) => name.startsWith("citybrain-crew-") && name !== CACHE);
  await Promise.all(old.map((name) => caches.delete(name)));
}
