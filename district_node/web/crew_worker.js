// The worker of a crew's page: it keeps the page's own files, so that the page opens without a
// network, and shows the orders that its district pushes. What the network has always comes first;
// the API is none of its business.
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

self.addEventListener("push", (event) => event.waitUntil(called(event.data)));

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(openPage(event.notification.data));
});

// the browser has changed its subscription by itself: the old one is called in vain
self.addEventListener("pushsubscriptionchange", (event) => event.waitUntil(renewed(event)));

/** A browser lets no push go by without a notification: one that cannot be read is shown, too. */
function called(data) {
  const { title, body, order = "order", page, lang = "" } = orderIn(data);
  return self.registration.showNotification(title, {
    body,
    lang,
    tag: order, // the same order again takes the place of the first call
    renotify: true,
    requireInteraction: true,
    vibrate: [600, 150, 600, 150, 600],
    icon: "/shared/icon-192.png",
    data: page ?? scopePath(),
  });
}

function orderIn(data) {
  try {
    const order = data.json();
    if (order.title) return order;
  } catch {
    // shown without words of its own
  }
  return { title: "New order · 新任务", body: "" };
}

async function openPage(page) {
  const windows = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const open = windows.find((one) => new URL(one.url).pathname === page);
  if (open) return open.focus();
  return self.clients.openWindow(page);
}

async function renewed({ oldSubscription, newSubscription }) {
  const { pushManager } = self.registration;
  const own = newSubscription ?? (await pushManager.subscribe(oldSubscription.options));
  const headers = { "content-type": "application/json" };
  const { endpoint, keys } = own.toJSON();
  const body = JSON.stringify({ endpoint, keys });
  await fetch(`${scopePath()}/push`, { method: "PUT", headers, body });
}

const scopePath = () => new URL(self.registration.scope).pathname;

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
