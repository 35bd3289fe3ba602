// What a map asks for: only what lies in its window and somewhat around it, and a bounded number.
export const MARKERS_MAX = 500; // the widest window of a list
const STEPS = 4; // an edge moves in quarters of the window
const ROOM = 0.1; // of the window, on each side
const WIDEST = 3; // times the window: a larger area is asked for no longer once it is zoomed in

const asked = new WeakMap(); // map -> the area that it asked for last

/**
 * `filter` for what lies in the window of `map`, a Leaflet map. A small move, or a banner that makes
 * the map lower for a moment, asks for nothing new.
 */
export function inWindow(map, filter) {
  const seen = map.getBounds();
  const known = asked.get(map);
  const isNear = known && spanOf(known.bounds) <= WIDEST * spanOf(seen);
  if (!isNear || !known.bounds.contains(seen)) asked.set(map, areaAround(seen.pad(ROOM)));
  const { text } = asked.get(map);
  return [filter, text && `area = ${text}`].filter(Boolean).join(" AND ");
}

const spanOf = (bounds) =>
  Math.max(bounds.getNorth() - bounds.getSouth(), bounds.getEast() - bounds.getWest());

/** {bounds, text}: "south,west,north,east" around `bounds`; "" where it is the whole earth. */
function areaAround(bounds) {
  if (bounds.getEast() - bounds.getWest() >= 180) return { bounds, text: "" };
  const step = stepOf(spanOf(bounds));
  const [below, above] = [(x) => Math.floor(x / step) * step, (x) => Math.ceil(x / step) * step];
  const [south, west] = [below(bounds.getSouth()), below(bounds.getWest())];
  const [north, east] = [above(bounds.getNorth()), above(bounds.getEast())];
  const lat = (degrees) => Math.min(90, Math.max(-90, degrees)).toFixed(5);
  const lon = (degrees) => (((((degrees + 180) % 360) + 360) % 360) - 180).toFixed(5);
  const text = [lat(south), lon(west), lat(north), lon(east)].join();
  return { bounds: bounds.extend([south, west]).extend([north, east]), text };
}

/** A power of two: windows of about the same size have the same grid, and share their views. */
const stepOf = (span) => 2 ** Math.round(Math.log2(Math.max(span, 1e-4) / STEPS));
