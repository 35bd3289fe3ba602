// How incidents and units look on every map: incidents as diamonds by severity, units as discs,
// full where free. Marks have a ring of their own, so that they stand out on any ground.
import { pointOf } from "./geo.js";
import { isLight, markScale } from "./ground.js";

const INK = "#0c1116";
const SEVERITY = {
  Extreme: { ink: "#ff6fa8", radius: 11, rank: 4 },
  Severe: { ink: "#ff8a5c", radius: 10, rank: 3 },
  Moderate: { ink: "#f2c14e", radius: 8, rank: 2 },
  Minor: { ink: "#7fb4e8", radius: 7, rank: 1 },
  Unknown: { ink: "#93a3b0", radius: 7, rank: 0 },
};
const UNIT = {
  available: "#6fd39b",
  returning: "#6fd39b",
  reserved: "#b9a2ff",
  committed: "#b9a2ff",
  en_route: "#82b6ff",
  on_scene: "#62d2e0",
  delayed: "#f2bb5e",
};
const FADED = 0.4;
const FREE = new Set(["available", "returning"]);

/** The mark of an incident; `isChosen`: it is the one that the page shows in full. */
export function incidentMark(incident, isChosen = false) {
  const { ink, radius, rank } = SEVERITY[incident.severity] ?? SEVERITY.Unknown;
  const isRinged = isChosen || incident.escalated;
  const style = {
    radius: markScale() * (isChosen ? radius + 4 : radius),
    color: isRinged && !isLight() ? "#ffffff" : INK,
    weight: markScale() * (isChosen ? 3 : isRinged ? 2 : 1.5),
    fillColor: ink,
    fillOpacity: 1,
  };
  return { place: pointOf(incident.place), shape: "diamond", style, rank };
}

/** The mark of a unit; `isOld`: nobody has said for long where it is. It points where it heads. */
export function unitMark(unit, isOld = false) {
  const ink = UNIT[unit.state] ?? "#5d6d7a";
  const isFree = FREE.has(unit.state);
  const style = {
    radius: markScale() * (isFree ? 5 : 5.5),
    color: isFree ? INK : ink,
    weight: markScale() * (isFree ? 1 : 2.5),
    fillColor: isFree ? ink : INK,
    opacity: isOld ? FADED : 1,
    fillOpacity: isOld ? FADED : 1,
    heading: unit.heading_deg ?? null,
    tick: ink,
  };
  return { place: pointOf(unit.place), shape: "disc", style, rank: 0 };
}
