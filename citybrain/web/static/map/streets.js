// The streets, water, parks and houses of the node's map file, in the colours of the page; nothing
// where the page names no map, or the script that draws it did not come.
/* global L, protomapsL */
import { language, onLanguage } from "/shared/i18n.js";
import { isLight, whileOn } from "./ground.js";

const MAP = "/map/base.pmtiles";
const SOURCE = "https://www.openstreetmap.org/copyright";
// The dark of the consoles: streets lighter than the ground, names that markers outshine. What is
// not named here is not drawn by the rules of the script.
const GREEN = { park_a: "#14241d", park_b: "#14241d", wood_a: "#13231c", wood_b: "#13231c" };
const OPEN = { scrub_a: "#152019", scrub_b: "#152019", pedestrian: "#1b232b", zoo: "#152019" };
const USES = { hospital: "#201d26", industrial: "#151b22", school: "#171e26", glacier: "#1c2630" };
const GROUND = { earth: "#121920", sand: "#1f2220", beach: "#1f2220", aerodrome: "#151b22" };
const LINES = { major: "#3c4b58", runway: "#2a353f", railway: "#4a5763", boundaries: "#4a5763" };
const NAMES = {
  roads_label_minor: "#8293a0",
  roads_label_minor_halo: "#121920",
  roads_label_major: "#93a4b1",
  roads_label_major_halo: "#121920",
  ocean_label: "#5f89a6",
  city_label: "#a9b8c4",
  city_label_halo: "#121920",
  state_label: "#8293a0",
  state_label_halo: "#121920",
  country_label: "#8293a0",
};
const DARK = {
  ...{ ...GROUND, ...GREEN, ...OPEN, ...USES, ...LINES, ...NAMES },
  ...{ water: "#10293a", buildings: "#27323d", pier: "#1f2933" },
};

/** Whether maps of this page show streets. */
export const hasStreets = () => deepest() > 0 && "protomapsL" in globalThis;

/** A layer of streets, clear where the map ends, with its source named beside it; null without. */
export function streets() {
  if (!hasStreets()) return null;
  const group = L.layerGroup([drawn()]);
  const redraw = () => group.clearLayers().addLayer(drawn());
  group.on("add", () => {
    source().addTo(group._map);
    whileOn(group._map, redraw);
    group._map.on("unload", onLanguage(redraw));
  });
  return group;
}

const deepest = () => Number(document.body.dataset.mapZoom ?? 0);

/** The layer in the language of the page, which it takes names of that the map has. */
function drawn() {
  const options = { url: MAP, lang: language(), maxDataZoom: deepest(), noWrap: true };
  if (isLight()) return protomapsL.leafletLayer({ ...options, flavor: "light" });
  return protomapsL.leafletLayer({
    ...options,
    paintRules: protomapsL.paintRules(DARK),
    labelRules: protomapsL.labelRules(DARK, language()),
  });
}

/** Whose map it is: who shows OpenStreetMap's data says so (ODbL 4.3). */
function source() {
  const control = L.control({ position: "bottomleft" });
  control.onAdd = () => {
    const link = document.createElement("a");
    link.className = "map-source";
    link.href = SOURCE;
    link.target = "_blank";
    link.rel = "noreferrer";
    link.textContent = "© OpenStreetMap";
    return link;
  };
  return control;
}
