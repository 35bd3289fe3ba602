// The live stream of a screen: one EventSource, watched. Silence is shown, never hidden. Draws nothing itself except the banner.
import { nowUs, span, sync } from "./clock.js";
import { onLanguage, t } from "./i18n.js";
import { setText } from "./keyed.js";

const SILENT_MS = 10_000;
const WAITS_MS = [500, 1000, 2000, 4000];

/** Call `draw(picture)` with every picture that `url` pushes, and `changed(isUp)` when the connection comes or goes. */
export function watch(url, draw, changed = () => {}) {
  const state = { source: null, heard: performance.now(), up: null, tries: 0, pictureAt: 0, reopening: 0 };
  const banner = document.getElementById("lost");

  const say = () => {
    const age = span(state.pictureAt ? (nowUs() - state.pictureAt) / 1e6 : 0);
    setText(banner.firstElementChild, t(state.pictureAt ? "shell.lost" : "shell.connecting"));
    setText(banner.lastElementChild, state.pictureAt ? t("shell.lost_age", { age }) : "");
  };
  const turn = (up) => {
    if (state.up === up) return;
    state.up = up;
    document.body.classList.toggle("is-lost", !up);
    banner.hidden = up;
    if (!up) say();
    changed(up);
  };
  const hear = () => {
    state.heard = performance.now();
    state.tries = 0;
    turn(true);
  };
  const open = () => {
    clearTimeout(state.reopening);
    state.reopening = 0;
    state.source?.close();
    state.heard = performance.now();
    const source = (state.source = new EventSource(url));
    source.onmessage = (event) => {
      const began = performance.now();
      const picture = JSON.parse(event.data);
      if (picture?.at) sync(picture.at);
      state.pictureAt = nowUs();
      hear();
      draw(picture);
      document.dispatchEvent(new CustomEvent("drawn", { detail: { at: picture?.at ?? 0, ms: performance.now() - began } }));
    };
    source.addEventListener("beat", () => {
      state.pictureAt = nowUs();
      hear();
    });
    source.onerror = () => {
      turn(false);
      if (source.readyState === EventSource.CLOSED) again();
    };
  };
  const again = () => {
    if (state.reopening) return;
    const wait = WAITS_MS[Math.min(state.tries, WAITS_MS.length - 1)];
    state.tries += 1;
    state.reopening = setTimeout(open, wait);
  };

  setInterval(() => {
    if (performance.now() - state.heard > SILENT_MS) {
      turn(false);
      state.heard = performance.now();
      again();
    }
    if (state.up === false) say();
  }, 1000);
  onLanguage(() => state.up === false && say());
  globalThis.addEventListener("online", open);
  setTimeout(() => state.up === null && turn(false), 1500);
  open();
}
