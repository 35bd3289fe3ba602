// The names of units, districts, incidents and plans on the city's screen, from the newest
// snapshot.
import { inLanguage, codeText } from "/shared/i18n.js";

const NONE = { units: new Map(), districts: new Map(), incidents: new Map() };
let known = NONE;

export function updateNames(snapshot) {
  known = {
    units: new Map(snapshot.units.map((unit) => [unit.unit, unit])),
    districts: new Map(snapshot.districts.map((line) => [line.district, line])),
    incidents: new Map(snapshot.incidents.map((incident) => [incident.incident, incident])),
  };
}

/** "#42" of "incident-riverside-42". */
export const number = (id) => `#${id.slice(id.lastIndexOf("-") + 1)}`;
export const unitName = (id) => inLanguage(known.units.get(id)?.name ?? id);
/** "Pump 3 (Old Town)": a unit that nothing else on the line places. */
export function fullName(id) {
  const unit = known.units.get(id);
  return unit ? `${unitName(id)} (${districtName(unit.district)})` : id;
}

export const districtName = (id) => inLanguage(known.districts.get(id)?.name ?? id);
export const placeOfUnit = (id) => known.units.get(id)?.place ?? null;
export const placeOfIncident = (id) => known.incidents.get(id)?.place ?? null;

/** "Waterlogging #12": `kind` where it is known from elsewhere. */
export function incidentName(id, kind) {
  const code = kind ?? known.incidents.get(id)?.kind;
  return code ? `${codeText("kind", code)} ${number(id)}` : number(id);
}

/** What changes names: part of a list's drawing epoch. */
export const namesEpoch = () =>
  [...known.units.values()].map((unit) => unit.name).join() +
  [...known.districts.values()].map((line) => line.name).join();
