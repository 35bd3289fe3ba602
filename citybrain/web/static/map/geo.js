// Distances and bearings between places, and their texts.
import { t } from "/shared/i18n.js";

export const EARTH_M = 6_371_008.8;
export const rad = (degrees) => (degrees * Math.PI) / 180;

/** A Place of the API as a point of maps and distances. */
export const pointOf = (place) => ({ lat: place.latitude, lon: place.longitude });

export function distanceM(a, b) {
  const half =
    Math.sin(rad(b.lat - a.lat) / 2) ** 2 +
    Math.cos(rad(a.lat)) * Math.cos(rad(b.lat)) * Math.sin(rad(b.lon - a.lon) / 2) ** 2;
  return 2 * EARTH_M * Math.asin(Math.min(1, Math.sqrt(half)));
}

/** Degrees clockwise from north, from `a` to `b`. */
export function bearing(a, b) {
  const y = Math.sin(rad(b.lon - a.lon)) * Math.cos(rad(b.lat));
  const x =
    Math.cos(rad(a.lat)) * Math.sin(rad(b.lat)) -
    Math.sin(rad(a.lat)) * Math.cos(rad(b.lat)) * Math.cos(rad(b.lon - a.lon));
  return ((Math.atan2(y, x) * 180) / Math.PI + 360) % 360;
}

export const compass = (degrees) =>
  ["n", "ne", "e", "se", "s", "sw", "w", "nw"][Math.round(degrees / 45) % 8];

/** The text of a distance: "350 m", "2.4 km". */
export const metres = (m) =>
  m < 950
    ? t("page.m", { n: Math.round(m / 10) * 10 })
    : t("page.km", { n: (m / 1000).toFixed(1) });

/** The compass direction from `from` to `to`, as text. */
export const directionTo = (from, to) => t(`page.bearing.${compass(bearing(from, to))}`);
