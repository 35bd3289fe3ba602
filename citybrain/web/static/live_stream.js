// The live stream of a screen: one EventSource, reopened when it breaks or is silent. A lost
// connection is always shown. Draws nothing but that banner.
import { nowUs, durationText, syncClock } from "./clock.js";
import { onLanguage, t } from "./i18n.js";
import { setText } from "./keyed_list.js";

const SILENT_MS = 10_000;
const RETRY_MS = [500, 1000, 2000, 4000];

/**
 * Call `draw(snapshot)` for everything that `url` pushes, and `changed(isUp)` when the link goes up
 * or down.
 */
export function watchStream(url, draw, changed = () => {}) {
  const state = {
    source: null,
    receivedAt: performance.now(),
    up: null,
    attempts: 0,
    snapshotAt: 0,
    reopening: 0,
  };
  const banner = document.getElementById("connection-lost");

  const updateBanner = () => {
    const age = durationText(state.snapshotAt ? (nowUs() - state.snapshotAt) / 1e6 : 0);
    setText(banner.firstElementChild, t(state.snapshotAt ? "page.lost" : "page.connecting"));
    setText(banner.lastElementChild, state.snapshotAt ? t("page.lost_age", { age }) : "");
  };
  const setUp = (up) => {
    if (state.up === up) return;
    state.up = up;
    document.body.classList.toggle("is-disconnected", !up);
    banner.hidden = up;
    if (!up) updateBanner();
    changed(up);
  };
  const received = () => {
    state.receivedAt = performance.now();
    state.attempts = 0;
    setUp(true);
  };
  const open = () => {
    clearTimeout(state.reopening);
    state.reopening = 0;
    state.source?.close();
    state.receivedAt = performance.now();
    const source = (state.source = new EventSource(url));
    source.onmessage = (event) => {
      const began = performance.now();
      const snapshot = JSON.parse(event.data);
      if (snapshot?.at) syncClock(snapshot.at);
      state.snapshotAt = nowUs();
      received();
      draw(snapshot);
      document.dispatchEvent(
        new CustomEvent("drawn", {
          detail: { at: snapshot?.at ?? 0, ms: performance.now() - began },
        }),
      );
    };
    source.addEventListener("heartbeat", () => {
      state.snapshotAt = nowUs();
      received();
    });
    source.onerror = () => {
      setUp(false);
      if (source.readyState === EventSource.CLOSED) reopenLater();
    };
  };
  const reopenLater = () => {
    if (state.reopening) return;
    const wait = RETRY_MS[Math.min(state.attempts, RETRY_MS.length - 1)];
    state.attempts += 1;
    state.reopening = setTimeout(open, wait);
  };

  setInterval(() => {
    if (performance.now() - state.receivedAt > SILENT_MS) {
      setUp(false);
      state.receivedAt = performance.now();
      reopenLater();
    }
    if (state.up === false) updateBanner();
  }, 1000);
  onLanguage(() => state.up === false && updateBanner());
  globalThis.addEventListener("online", open);
  setTimeout(() => state.up === null && setUp(false), 1500);
  open();
}
