// Lets a crew's page open without a network: it registers the worker that keeps the page's files,
// gives it those of this very opening, and keeps the last screen that its district sent.
import { read, write } from "/shared/browser_storage.js";

const CACHE = "citybrain-crew-v1"; // as the worker calls it
const WORKER = "/crew-worker.js";
let state = "serviceWorker" in navigator && isSecureContext ? "works" : "missing";

/** Whether the page opens without a network: works or missing. */
export const shellState = () => state;

/** Keep the page's files; `changed()` is called when that failed. */
export async function keepShell(changed) {
  if (state === "missing") return;
  try {
    const isNew = !navigator.serviceWorker.controller;
    await navigator.serviceWorker.register(WORKER, { scope: location.pathname });
    if (isNew) await keepOpened(); // the worker was not there yet when they were asked for
  } catch {
    state = "missing"; // e.g. a browser that keeps nothing
    changed();
  }
}

async function keepOpened() {
  const loaded = performance.getEntriesByType("resource").map((one) => new URL(one.name));
  const own = loaded.filter((url) => url.origin === location.origin).map((url) => url.pathname);
  const files = own.filter((path) => !path.startsWith("/api/"));
  const cache = await caches.open(CACHE);
  await cache.addAll([...new Set([location.pathname, ...files])]);
}

/** Keep `view`, but nothing that is of other people: no contact, no message. */
export function keepScreen(unit, view) {
  const screen = { ...view, contact: "", messages: [] };
  write(keyOf(unit), { screen, at: Date.now() });
}

/** The last screen that was kept, as { screen, at }; null: none. */
export const keptScreen = (unit) => read(keyOf(unit));

const keyOf = (unit) => `citybrain-screen-v1-${unit}`;
