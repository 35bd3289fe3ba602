// The tier's time on this page: countdowns run between pushes, on the tier's clock and not on this
// machine's.
import { t } from "./i18n.js";

const SOON_S = 60;
const RESET_US = 3_600e6; // a jump this large is another clock, not a late push
let offset = null;
const tickers = [];

/**
 * A push was made when the tier's clock was at `atUs`. The push with the least delay is the most
 * exact: delayed ones do not put the clock back.
 */
export function syncClock(atUs) {
  const measured = atUs - Date.now() * 1000;
  if (offset === null || measured > offset || offset - measured > RESET_US) offset = measured;
}

export const nowUs = () => Date.now() * 1000 + (offset ?? 0);

/** Microseconds since 1970 of a time as the API writes it; 0 for none. */
export const timeUs = (text) => (text ? Date.parse(text) * 1000 : 0);

/** A countdown's text as mm:ss (with a minus when late) and its state: running, soon, late. */
export function countdown(dueUs) {
  const seconds = Math.round((dueUs - nowUs()) / 1e6);
  const late = seconds < 0;
  const size = Math.abs(seconds);
  const hours = Math.floor(size / 3600);
  const minutes = Math.floor((size % 3600) / 60);
  const pair = (n) => String(n).padStart(2, "0");
  const text = hours
    ? `${hours}:${pair(minutes)}:${pair(size % 60)}`
    : `${pair(minutes)}:${pair(size % 60)}`;
  return {
    text: (late ? "−" : "") + text,
    state: late ? "late" : seconds < SOON_S ? "soon" : "running",
  };
}

/** A duration in one unit: "12 s", "3 min", "2 h". */
export function durationText(seconds) {
  const size = Math.max(0, seconds);
  if (size < 100) return t("page.s", { n: Math.round(size) });
  if (size < 100 * 60) return t("page.min", { n: Math.round(size / 60) });
  if (size < 48 * 3600) return t("page.h", { n: Math.round(size / 3600) });
  return t("page.days", { n: Math.round(size / 86400) });
}

export const ageText = (atUs) => durationText((nowUs() - atUs) / 1e6);

/** Wall time of the day, in this browser's zone. */
export function timeOfDay(atUs, seconds = true) {
  const at = new Date(atUs / 1000);
  const pair = (n) => String(n).padStart(2, "0");
  return (
    `${pair(at.getHours())}:${pair(at.getMinutes())}` + (seconds ? `:${pair(at.getSeconds())}` : "")
  );
}

/** Call `ticker` once a second, on the second. */
export function everySecond(ticker) {
  tickers.push(ticker);
}

function tick() {
  for (const ticker of tickers) ticker();
  setTimeout(tick, 1000 - (Date.now() % 1000) + 5);
}
setTimeout(tick, 1000 - (Date.now() % 1000) + 5);
