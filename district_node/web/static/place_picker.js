// Asks where something is: on a small map, by the name of a thing of the city, or by degrees. All
// three say the same place.
/* global L */
import { get } from "/shared/actions.js";
import { inLanguage, language, t } from "/shared/i18n.js";
import { h } from "/shared/keyed_list.js";
import { baseMap, shapeMarker } from "/shared/map/base_map.js";

const NAMED_MAX = 500; // what the API gives at once
const ZOOM = 15;
const DIGITS = 6; // a tenth of a metre

/**
 * Draw a picker into `node`, its fields with ids that begin with `prefix`, at `place` (a Place of
 * the API, or null). Returns {value(), end()}: the Place that is chosen, and what takes it away.
 */
export function placePicker(node, prefix, place) {
  const field = (axis, limit) =>
    h("input", {
      id: `${prefix}-${axis}`,
      type: "number",
      min: -limit,
      max: limit,
      step: "any",
      required: true,
      value: place?.[axis].toFixed(DIGITS) ?? null,
    });
  const [latitude, longitude] = [field("latitude", 90), field("longitude", 180)];
  const names = h("datalist", { id: `${prefix}-named` });
  const words = h("input", {
    id: `${prefix}-words`,
    type: "search",
    list: names.id,
    maxlength: 200,
    autocomplete: "off",
    placeholder: t("place.words"),
    "aria-label": t("place.words"),
  });
  const ground = h("div", { class: "place-map", "aria-hidden": "true" });
  const labelled = (text, input) => h("label", {}, h("span", {}, text), input);
  const degrees = h(
    "div",
    { class: "fields" },
    labelled(t("report.latitude"), latitude),
    labelled(t("report.longitude"), longitude),
  );
  node.replaceChildren(words, names, ground, degrees);
  return joined({ ground, words, names, latitude, longitude });
}

function joined({ ground, words, names, latitude, longitude }) {
  const map = baseMap(ground, { zoomControl: true });
  const at = () => ({ lat: Number(latitude.value), lon: Number(longitude.value) });
  const style = { radius: 9, color: "#ffffff", weight: 3, fillColor: "#62d2e0", fillOpacity: 1 };
  const mark = shapeMarker(at(), "diamond", style).addTo(map);
  const show = (isFar) => {
    const { lat, lon } = at();
    if (!Number.isFinite(lat) || !Number.isFinite(lon) || Math.abs(lat) > 85) return;
    mark.setLatLng([lat, lon]);
    if (isFar || !map.getBounds().contains([lat, lon]))
      map.setView([lat, lon], map.getZoom() || ZOOM, { animate: false });
  };
  map.setView([at().lat, at().lon], ZOOM, { animate: false });
  const name = (text) => {
    words.value = text;
    words.setCustomValidity("");
  };
  map.on("click", ({ latlng }) => {
    latitude.value = latlng.lat.toFixed(DIGITS);
    longitude.value = latlng.wrap().lng.toFixed(DIGITS);
    name("");
    show(false);
  });
  for (const input of [latitude, longitude])
    input.addEventListener("input", () => {
      name("");
      show(false);
    });
  const known = new Map();
  const take = () => {
    const place = known.get(words.value.trim());
    // what is typed and names nothing must not be sent with the place that stood there before
    const isUnknown = words.value.trim() !== "" && !place;
    words.setCustomValidity(isUnknown ? t("place.unknown") : "");
    if (!place) return;
    latitude.value = place.latitude.toFixed(DIGITS);
    longitude.value = place.longitude.toFixed(DIGITS);
    show(true);
  };
  nameThings(names, known).then(take); // a name may have been typed meanwhile
  words.addEventListener("input", take);
  return {
    value: () => ({ latitude: Number(latitude.value), longitude: Number(longitude.value) }),
    end: () => map.remove(),
  };
}

/** The things of the city with names, and the cameras and sensors, in the language of the page. */
async function nameThings(names, known) {
  const [things, watching] = await Promise.all([
    get(`/api/v1/assets?page_size=${NAMED_MAX}`),
    get(`/api/v1/sources?page_size=${NAMED_MAX}`),
  ]);
  for (const { name_en, name_zh, id, place } of things?.assets ?? [])
    known.set((language() === "zh" ? name_zh : name_en) || id, place);
  for (const { name, source, place } of watching?.sources ?? [])
    known.set(inLanguage(name || source), place);
  names.replaceChildren(...[...known.keys()].map((name) => h("option", { value: name })));
}
