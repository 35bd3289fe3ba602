// Keeps the phone's screen on while the crew has an order. The browser lets go of it whenever the
// page is out of sight, so it is taken again when the page is back.
let isWanted = false;
let isAsking = false;
let lock = null;
let wasRefused = false;
let changed = () => {};

/** Call `listener()` when what `awakeState()` says is another. */
export const onAwake = (listener) => (changed = listener);

/** missing (the browser has no such thing), refused (the last time it was asked), or works. */
export function awakeState() {
  if (!("wakeLock" in navigator)) return "missing";
  return wasRefused ? "refused" : "works";
}

/** Whether the screen is to stay on from now. */
export function stayAwake(wanted) {
  if (wanted === isWanted) return;
  isWanted = wanted;
  if (wanted) take();
  else letGo();
}

async function take() {
  if (!isWanted || isAsking || lock || document.hidden || !("wakeLock" in navigator)) return;
  isAsking = true;
  try {
    lock = await navigator.wakeLock.request("screen");
    lock.addEventListener("release", () => (lock = null));
    wasRefused = false;
  } catch {
    wasRefused = true; // e.g. the battery is low
  }
  isAsking = false;
  if (!isWanted) letGo();
  changed();
}

function letGo() {
  lock?.release();
  lock = null;
}

document.addEventListener("visibilitychange", take);
