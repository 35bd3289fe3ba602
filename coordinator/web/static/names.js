// The names of units, districts, incidents and plans on the city's screen. Rows bring the names of
// their own; those of districts are known from the list of districts.
import { codeText, inLanguage, language } from "/shared/i18n.js";

let known = new Map();

export function updateDistricts(districts) {
  known = new Map(districts.map((district) => [district.id, district]));
}

/** The address of its district's pages; "" where the city was not told. */
export const consoleOf = (district) => known.get(district)?.console ?? "";

/** "#42" of "plan-city-42". */
export const number = (id) => `#${id.slice(id.lastIndexOf("-") + 1)}`;
/** What people call a unit; its id where its district has withdrawn it. */
export const unitName = (id, name) => inLanguage(name || id);
export const districtName = (id) => inLanguage(known.get(id)?.name ?? id);

/** "Pump 3 (Old Town)": a unit that nothing else on the line places. */
export const fullName = (id, name, district) =>
  district ? `${unitName(id, name)} (${districtName(district)})` : unitName(id, name);

/** "Waterlogging R-1130-07"; "#12" where its district gives no numbers, or forgot it. */
export const incidentName = (id, kind, called) =>
  [kind ? codeText("kind", kind) : "", called || number(id)].filter(Boolean).join(" ");

/** Where it is, as people of its district call it; "" where nobody said. */
export const placeName = (row) => (language() === "zh" ? row.place_zh : row.place_en) ?? "";

/** What changes names: part of a list's drawing epoch. */
export const namesEpoch = () => [...known.values()].map(({ name, console }) => name + console).join();
