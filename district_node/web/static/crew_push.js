// Lets the district call this phone while its page is closed or its screen is locked: subscribes at
// the browser's push service and gives the district the subscription. What the phone shows then is
// the worker's.
import { language } from "/shared/i18n.js";

const { unit, push: offered, pushKey } = document.body.dataset;
const READY_MS = 10_000; // a worker that is not there by then did not start
const PATH = `/crew/${encodeURIComponent(unit)}/push`;
let state = begun();
let changed = () => {};
let ringing = null; // the order that the calls were last looked through for

function begun() {
  if (!offered) return "none";
  if (offered === "unlinked") return "unlinked";
  if (!isSecureContext) return "insecure";
  const isThere = "serviceWorker" in navigator && "PushManager" in window;
  return isThere && "Notification" in window ? "asking" : "missing";
}

/**
 * none (the district sends nothing), unlinked (this browser is no phone of the unit), insecure,
 * missing (the browser has no such thing), ask (it waits for a press), denied, asking, away (no push
 * service), refused (by the district), works.
 */
export const pushState = () => state;

/** Subscribe where the crew has allowed it before; `listener()` when the state is another. */
export async function openPush(listener) {
  changed = listener;
  if (state !== "asking") return;
  await take();
  navigator.permissions
    ?.query({ name: "notifications" })
    .then((status) => (status.onchange = take))
    .catch(() => {}); // a browser without the query is asked at the next opening
}

/** Ask the crew, who has just pressed, whether the page may show notifications. */
export async function askPush() {
  await Notification.requestPermission();
  await take();
}

async function take() {
  const { permission } = Notification;
  if (permission === "granted") become(await subscribed());
  else become(permission === "denied" ? "denied" : "ask");
}

function become(next) {
  state = next;
  changed();
}

async function subscribed() {
  let own;
  try {
    own = await subscription(await worker());
  } catch {
    return "away"; // the browser has no push service, or does not reach it
  }
  return (await give(own)) ? "works" : "refused";
}

/** The registration of the page's worker, once it runs. */
function worker() {
  const late = new Promise((_, fail) => setTimeout(() => fail(new Error("late")), READY_MS));
  return Promise.race([navigator.serviceWorker.ready, late]);
}

/** One to the key of this district: another one would be refused by the push service. */
async function subscription(registration) {
  const { pushManager } = registration;
  const key = bytesOf(pushKey);
  const kept = await pushManager.getSubscription();
  if (kept && isSame(kept.options.applicationServerKey, key)) return kept;
  await kept?.unsubscribe();
  return pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
}

async function give(own) {
  const { endpoint, keys } = own.toJSON();
  const body = JSON.stringify({ endpoint, keys, language: language() });
  try {
    const headers = { "content-type": "application/json" };
    const answer = await fetch(PATH, { method: "PUT", headers, body });
    return answer.ok;
  } catch {
    return true; // no network just now: the district has it from before, or at the next opening
  }
}

/** Take away the notifications of orders that ring no more; `order`: the id of the one that does. */
export async function closeCalls(order) {
  if (state !== "works" || order === ringing) return;
  ringing = order;
  const registration = await navigator.serviceWorker.ready;
  const shown = await registration.getNotifications();
  for (const one of shown) if (one.tag !== order) one.close();
}

function bytesOf(text) {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

function isSame(buffer, bytes) {
  const found = new Uint8Array(buffer ?? []);
  return found.length === bytes.length && found.every((one, i) => one === bytes[i]);
}
