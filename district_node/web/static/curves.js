// What the sensors of the chosen incident read: the number with its unit and its limit, and the
// last hour as a curve, with the minutes in which nobody looked.
import { get } from "/shared/actions.js";
import { nowUs, timeOfDay, timeUs } from "/shared/clock.js";
import { inLanguage, language, t } from "/shared/i18n.js";
import { h, setHidden, updateList } from "/shared/keyed_list.js";
import { withUnit } from "./measured.js";

const HOUR_US = 3_600e6;
const MINUTE_US = 60e6;
const REFRESH_MS = 30_000; // a point comes each minute
const SHOWN_MAX = 3; // sensors with a curve; the list of sources has the others' numbers
const [WIDTH, HEIGHT, EDGE] = [320, 84, 4]; // of the drawing, whatever the page makes of it
const SVG = "http://www.w3.org/2000/svg";
const byId = (id) => document.getElementById(id);
const page = {
  incident: "",
  sources: [],
  series: new Map(), // by the source's id
  askedAt: -Infinity,
  told: () => {},
};


/** "reads 1.45 m, limit 1.2 m": what a source measured last; "" where it measures nothing. */
export function readingText(one) {
  if (!one.reading) return "";
  const unit = page.series.get(one.source)?.unit ?? "";
  const { value = 0, limit } = one.reading;
  const family = one.type === "sensor" ? "reading" : "count";
  const words = { value: withUnit(value, unit) };
  if (limit === undefined) return t(`${family}.bare`, words);
  return t(`${family}.now`, { ...words, limit: withUnit(limit, unit) });
}

/** What changes `readingText`: part of a list's drawing epoch. */
export const readingEpoch = () => [...page.series.values()].map((one) => one.unit).join();

/**
 * Draw the curves of the sensors of `detail` (null: it is on its way); `told()` is called when what
 * they measure in is known.
 */
export function drawCurves(detail, told) {
  const all = (detail?.contributions ?? []).filter((one) => one.type === "sensor" && one.reading);
  // one of each: a sensor may have had several episodes, the newest of which says what it reads
  all.sort((one, other) => timeUs(one.reading.at) - timeUs(other.reading.at));
  const newest = new Map(all.map((one) => [one.source, one]));
  page.sources = [...newest.values()].slice(0, SHOWN_MAX);
  const id = detail?.incident.id ?? "";
  if (id !== page.incident)
    Object.assign(page, { incident: id, series: new Map(), askedAt: -Infinity });
  page.told = told;
  draw();
  ask();
}

async function ask() {
  if (!page.sources.length || performance.now() - page.askedAt < REFRESH_MS) return;
  page.askedAt = performance.now();
  const about = page.incident;
  await Promise.all(
    page.sources.map(async ({ source }) => {
      const found = await get(`/api/v1/series?source=${encodeURIComponent(source)}`);
      const value = found?.series?.find((one) => one.name === "value");
      if (value && about === page.incident) page.series.set(source, value);
    }),
  );
  if (about !== page.incident) return;
  draw();
  page.told();
}

function draw() {
  setHidden(byId("d-curves"), page.sources.length === 0);
  updateList(byId("d-curves"), page.sources, {
    keyOf: (one) => one.source,
    epoch: language() + page.sources.map(({ source }) => lastMinute(source)).join(),
    make: () => h("li", { class: "curve" }),
    draw: (node, one) => node.replaceChildren(...curveOf(one)),
  });
}

const lastMinute = (source) => page.series.get(source)?.points?.at(-1)?.minute ?? "";

function curveOf(one) {
  const { points = [], unit = "" } = page.series.get(one.source) ?? {};
  const { value = 0, limit } = one.reading;
  const name = inLanguage(one.source_name || one.source);
  const words = { source: name, value: withUnit(value, unit) };
  const title =
    limit === undefined
      ? t("curve.bare", words)
      : t("curve.title", { ...words, limit: withUnit(limit, unit) });
  const known = points.filter((point) => point.samples);
  if (known.length < 2) return [h("p", {}, title), h("p", { class: "faint" }, t("curve.none"))];
  const [low, high] = [
    Math.min(...known.map((point) => point.low ?? 0)),
    Math.max(...known.map((point) => point.high ?? 0)),
  ];
  const label = t("curve.label", { ...words, low: withUnit(low), high: withUnit(high) });
  return [
    h("p", {}, title),
    drawing(points, { low, high, limit, label }),
    h("p", { class: "faint num" }, hourText()),
  ];
}

const hourText = () =>
  [nowUs() - HOUR_US, nowUs()].map((us) => timeOfDay(us, false)).join(" – ");

function svg(name, attributes, ...children) {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children);
  return node;
}

/** The hour until now from left to right; the numbers and the limit from the bottom to the top. */
function drawing(points, { low, high, limit, label }) {
  const from = nowUs() - HOUR_US;
  const [least, most] = [Math.min(low, limit ?? low), Math.max(high, limit ?? high)];
  const span = most - least || 1;
  const x = (us) => ((us - from) / HOUR_US) * WIDTH;
  const y = (value) => HEIGHT - EDGE - ((value - least) / span) * (HEIGHT - 2 * EDGE);
  const parts = [];
  let line = [];
  const end = () => {
    if (line.length) parts.push(svg("polyline", { class: "curve-line", points: line.join(" ") }));
    line = [];
  };
  let until = from; // up to where something is known
  for (const point of points) {
    const at = timeUs(point.minute);
    if (at < from || !point.samples) continue;
    if (at - until > MINUTE_US / 2) {
      end(); // a curve goes through no minute of which nothing is known
      parts.push(unseen(x(until), x(at)));
    }
    line.push(`${x(at + MINUTE_US / 2).toFixed(1)},${y(point.mean ?? 0).toFixed(1)}`);
    until = at + MINUTE_US;
  }
  end();
  // the present minute is not over, and a point takes a moment to come
  if (nowUs() - until > 2.5 * MINUTE_US) parts.push(unseen(x(until), WIDTH));
  if (limit !== undefined) {
    const at = y(limit).toFixed(1);
    parts.push(svg("line", { class: "curve-limit", x1: 0, x2: WIDTH, y1: at, y2: at }));
  }
  const frame = { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none" };
  return svg("svg", { ...frame, role: "img", "aria-label": label }, ...parts);
}

function unseen(left, right) {
  const size = { width: (right - left).toFixed(1), height: HEIGHT };
  const place = { class: "curve-unseen", x: left.toFixed(1), y: 0 };
  return svg("rect", { ...place, ...size }, svg("title", {}, t("curve.unseen")));
}

setInterval(() => ask(), REFRESH_MS);
