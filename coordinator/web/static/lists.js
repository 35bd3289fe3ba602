// Orders under the city's hand, districts, counts, planner: the lists beside the map.
import { span } from "/shared/clock.js";
import { inLanguage, language, reason, t, word } from "/shared/i18n.js";
import { h, keyed, setAttr, setHidden, setText } from "/shared/keyed.js";
import { districtName, incidentName, namesEpoch, unitName } from "./names.js";

const CITY_STEPS = ["proposing", "committed", "issued"]; // then the crew's
const CREW_STEPS = ["accepted", "en_route", "on_scene", "done"];
const STEPS = [...CITY_STEPS, ...CREW_STEPS];
const BROKEN = new Set(["aborting", "aborted", "withdrawing", "withdrawn"]);
const ENDED = new Set(["aborted", "withdrawn", "done"]);
const WORRYING = new Set(["extra", "slots_unserved", "plans_failed", "aborted", "quarantined"]);
const STEP_OF_TALK = "asked_"; // counts of single letters: for the meters, not for a duty officer
const DRIVES_MAX = 40;
const at = (id) => document.getElementById(id);
const round = (n) => n.toLocaleString("en", { maximumFractionDigits: 1 });

/** How far an order is: the crew's step where the crew has one, else the city's. */
export function stepOf(drive) {
  const crew = STEPS.indexOf(drive.stage);
  return Math.max(crew >= CITY_STEPS.length ? crew : -1, STEPS.indexOf(drive.drive), BROKEN.has(drive.drive) ? 0 : -1);
}

export const isEnded = (drive) => ENDED.has(drive.drive);

export function drawDrives(drives) {
  setHidden(at("no-drives"), drives.length > 0);
  keyed(at("drives"), drives.slice(0, DRIVES_MAX), {
    keyOf: (drive) => drive.order,
    epoch: language() + namesEpoch(),
    make: () => h("li", {}, h("div", { class: "line" }), h("div", { class: "steps", role: "img" }, ...STEPS.map(() => h("span")))),
    draw: drawDrive,
  });
}

function drawDrive(node, drive) {
  const broken = BROKEN.has(drive.drive);
  const step = stepOf(drive);
  const what = broken || step < CITY_STEPS.length ? word("drive", drive.drive) : word("order", drive.stage);
  node.className = [isEnded(drive) ? "is-over" : "", broken ? "is-broken" : ""].join(" ").trim();
  node.firstChild.replaceChildren(
    h("b", {}, unitName(drive.unit)),
    h("span", { class: "faint", "aria-hidden": "true" }, "→"),
    h("span", {}, incidentName(drive.incident)),
    drive.unit_district === drive.incident_district ? "" : h("span", { class: "chip is-violet" }, `${districtName(drive.unit_district)} → ${districtName(drive.incident_district)}`),
    h("span", { class: "end soft" }, [what, reason(drive.reason)].filter(Boolean).join(" · ")),
  );
  node.lastChild.setAttribute("aria-label", t("drives.step", { n: step + 1, all: STEPS.length, what }));
  [...node.lastChild.children].forEach((dot, i) => (dot.className = i < step ? "is-past" : i === step ? "is-here" : ""));
}

export function drawDistricts(districts, ageS) {
  setHidden(at("no-districts"), districts.length > 0);
  setHidden(at("district-table"), districts.length === 0);
  const lines = districts.map((line) => ({ ...line, age_s: line.away ? Math.round(line.age_s + ageS) : 0, centre: null }));
  keyed(at("districts"), lines, {
    keyOf: (line) => line.district,
    epoch: language(),
    make: () => h("tr", {}, h("td"), h("td", { class: "n num" }), h("td", { class: "n num" }), h("td", {}, h("span", { class: "lamp" }), h("span"))),
    draw: (node, line) => {
      const [name, incidents, units, link] = node.children;
      setText(name, inLanguage(line.name));
      setText(incidents, String(line.incidents));
      setText(units, `${line.units_free} / ${line.units}`);
      link.firstChild.className = `lamp ${line.away ? "is-down" : "is-up"}`;
      setText(link.lastChild, line.away ? t("districts.away", { span: span(line.age_s) }) : t("districts.up"));
    },
  });
}

export function drawCounts(counts) {
  const shown = Object.entries(counts).filter(([name]) => !name.startsWith(STEP_OF_TALK)).map(([name, n]) => ({ name, n }));
  keyed(at("counts"), shown, {
    keyOf: (count) => count.name,
    epoch: language(),
    make: () => h("li", {}, h("b", { class: "num" }), h("span", { class: "soft" })),
    draw: (node, { name, n }) => {
      node.className = WORRYING.has(name) && n > 0 ? "is-bad" : "";
      setText(node.firstChild, round(n));
      setText(node.lastChild, word("count", name));
    },
  });
}

export function drawPlanner({ planner, planner_because: reason }) {
  const [lamp, text] = at("planner").children;
  setAttr(lamp, "class", `lamp ${planner === "ray" ? "is-up" : "is-partly"}`);
  setText(text, [word("planner", planner), reason(reason)].filter(Boolean).join(" · "));
}

