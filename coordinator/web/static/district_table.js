// The districts beside the map, the worst on top: who waits there, and what nobody sees.
import { durationText, nowUs, timeOfDay, timeUs } from "/shared/clock.js";
import { language, t } from "/shared/i18n.js";
import { h, updateList, setHidden, setText } from "/shared/keyed_list.js";
import { districtLink } from "./console_links.js";
import { namesEpoch } from "./names.js";

const byId = (id) => document.getElementById(id);
const freeShare = (line) => (line.units ? line.units_free / line.units : 1);
const dark = (sources) => (sources ? sources.cameras_blind + sources.cameras_unknown : 0);

/** Who is cut off, longest first; then who has most waiting, most cameras dark and fewest free. */
const byTrouble = (one, other) =>
  Number(one.online) - Number(other.online) ||
  other.age_s - one.age_s ||
  other.waiting - one.waiting ||
  dark(other.sources) - dark(one.sources) ||
  freeShare(one) - freeShare(other);

/** `unserved`: the needs that nothing on this screen would serve. */
export function drawDistricts(districts, unserved) {
  setHidden(byId("no-districts"), districts.length > 0);
  setHidden(byId("district-table"), districts.length === 0);
  const ageS = (line) => Math.max(0, Math.round((nowUs() - timeUs(line.seen_at)) / 1e6));
  const waiting = Map.groupBy(unserved, (need) => need.incident_district);
  const lines = districts
    .map((line) => ({
      ...line,
      age_s: line.online ? 0 : ageS(line),
      waiting: waiting.get(line.id)?.length ?? 0,
    }))
    .sort(byTrouble);
  updateList(byId("districts"), lines, {
    keyOf: (line) => line.id,
    epoch: language() + namesEpoch(),
    make: makeRow,
    draw: drawRow,
  });
}

const makeRow = () =>
  h(
    "tr",
    {},
    h("td", {}, h("span"), h("span", { class: "as-of" })),
    h("td", { class: "n num" }),
    h("td", { class: "n num" }),
    h("td", { class: "n num" }),
    h("td", { class: "cameras" }, h("span", { class: "num" }), h("span")),
    h("td", {}, h("span", { class: "lamp" }), h("span")),
  );

function drawRow(node, line) {
  const [name, waits, incidents, units, cameras, link] = node.children;
  node.className = line.online ? "" : "is-stale";
  setText(waits, line.waiting ? String(line.waiting) : "");
  waits.className = `n num${line.waiting ? " is-waiting" : ""}`;
  name.firstChild.replaceChildren(districtLink(line.id));
  setText(name.lastChild, line.online ? "" : asOf(line));
  setText(incidents, String(line.incidents));
  setText(units, `${line.units_free} / ${line.units}`);
  drawCameras(cameras, line.sources);
  link.firstChild.className = `lamp ${line.online ? "is-up" : "is-down"}`;
  setText(link.lastChild, t(line.online ? "districts.online" : "districts.offline"));
}

/** How many there are, and what is wrong with them. */
function drawCameras(cell, sources) {
  const [total, wrong] = cell.children;
  setText(total, sources ? String(sources.cameras) : t("districts.not_reported"));
  total.className = sources ? "num" : "faint";
  const said = sources ? wrongWith(sources) : [];
  wrong.replaceChildren(...said.map((part) => h("span", { class: "part" }, part)));
  wrong.className = sources && dark(sources) + sources.agents_offline > 0 ? "is-dark" : "is-partly";
}

const wrongWith = (sources) =>
  [
    ["blind", sources.cameras_blind],
    ["unknown", sources.cameras_unknown],
    ["degraded", sources.cameras_degraded],
    ["agents_offline", sources.agents_offline],
  ]
    .filter(([, n]) => n > 0)
    .map(([what, n]) => t(`districts.${what}`, { n, all: sources.agents }))
    .map((part, i, parts) => (i < parts.length - 1 ? `${part} · ` : part));

const asOf = (line) =>
  t("districts.as_of", {
    time: timeOfDay(timeUs(line.seen_at), false),
    span: durationText(line.age_s),
  });
