// One stream of server-sent events: reopened when it breaks or is silent. A lost connection is
// always shown, and turns off what would act on what is not known any more. Knows nothing of what
// is sent; draws nothing but that banner.
import { durationText, nowUs, syncClock } from "./clock.js";
import { onLanguage, t } from "./i18n.js";
import { setText } from "./keyed_list.js";
import { leaveIfSignedOut } from "./person.js";

const SILENT_MS = 10_000; // more than two heartbeats
const RETRY_MS = [500, 1000, 2000, 4000];
const FIRST_MS = 1500; // a page that shows nothing for longer says that it is connecting

// from here on the banner says what is wrong
document.querySelector("#not-whole:not(.is-shown)")?.remove();

/**
 * Keep a stream of `address()` open; it is asked for at every opening. `onMessage(value)` gets the
 * JSON of each message, `onState(isUp)` each change of the link. `open()` of what is returned
 * leaves the stream for one of the address of now.
 */
export function keepOpen({ address, onMessage, onState = () => {} }) {
  const state = { source: null, receivedAt: 0, up: null, attempts: 0, toldAt: 0, reopening: 0 };
  const banner = document.getElementById("connection-lost");
  const controls = document.getElementById("controls"); // a crew's page has none: it works offline

  const drawBanner = () => {
    const age = durationText(state.toldAt ? (nowUs() - state.toldAt) / 1e6 : 0);
    setText(banner.firstElementChild, t(state.toldAt ? "page.lost" : "page.connecting"));
    setText(banner.lastElementChild, state.toldAt ? t("page.lost_age", { age }) : "");
  };
  const setUp = (up) => {
    if (state.up === up) return;
    state.up = up;
    document.body.classList.toggle("is-disconnected", !up);
    banner.hidden = up;
    if (controls) controls.disabled = !up;
    if (!up) drawBanner();
    onState(up);
  };
  const received = () => {
    state.receivedAt = performance.now();
    state.attempts = 0;
    state.toldAt = nowUs();
    setUp(true);
  };
  const reopenLater = () => {
    if (state.reopening) return;
    const wait = RETRY_MS[Math.min(state.attempts, RETRY_MS.length - 1)];
    state.attempts += 1;
    state.reopening = setTimeout(open, wait);
  };
  function open() {
    clearTimeout(state.reopening);
    state.reopening = 0;
    state.source?.close();
    state.receivedAt = performance.now();
    const source = (state.source = new EventSource(address()));
    source.onmessage = (event) => {
      const value = JSON.parse(event.data);
      received();
      const began = performance.now();
      onMessage(value);
      const detail = { ms: performance.now() - began, bytes: event.data.length };
      document.dispatchEvent(new CustomEvent("drawn", { detail }));
    };
    source.addEventListener("heartbeat", (event) => {
      const at = Date.parse(event.data); // the server's clock
      if (at) syncClock(at * 1000);
      received();
    });
    source.onerror = () => {
      setUp(false);
      if (source.readyState === EventSource.CLOSED) leaveIfSignedOut(); // it was refused
      source.close(); // by itself it would ask again for what has come since it was opened
      reopenLater();
    };
  }

  setInterval(() => {
    if (performance.now() - state.receivedAt > SILENT_MS) {
      setUp(false);
      state.receivedAt = performance.now();
      reopenLater();
    }
    if (state.up === false) drawBanner();
  }, 1000);
  onLanguage(() => state.up === false && drawBanner());
  globalThis.addEventListener("online", open);
  setTimeout(() => state.up === null && setUp(false), FIRST_MS);
  open();
  return { open };
}
