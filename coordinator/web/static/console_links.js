// Ways from the city's screen to the pages of the districts: plain links, to a tab of their own, so
// that the city stays where it is.
import { h } from "/shared/keyed_list.js";
import { consoleOf, districtName, incidentName } from "./names.js";

const OF_THE_WEB = /^https?:\/\//; // whatever the city was told: a link runs no script

/** The case of a row that names one, by its name; no link where its district has no address. */
export function caseLink(row, tag, attributes = {}) {
  const query = `?incident=${encodeURIComponent(row.incident)}`;
  const name = h(tag, attributes, incidentName(row.incident, row.kind, row.number));
  return linkTo(row.incident_district, query, name);
}

export const districtLink = (id) => linkTo(id, "", h("span", {}, districtName(id)));

function linkTo(district, query, content) {
  const console = consoleOf(district);
  if (!OF_THE_WEB.test(console)) return content;
  const href = `${console}/${query}`;
  return h("a", { href, target: "_blank", rel: "noopener noreferrer" }, content);
}
