// What the map shows as views of the API: only what lies in its window, and a bounded number of it.
const MARKERS_MAX = 500; // the widest window of a list
const LINES_MAX = 200;
const STEPS = 4; // an edge moves in quarters of the window, so that a small move asks for nothing

/** The views of a window of the map, {south, west, north, east} in degrees. */
export function mapViews(bounds) {
  const area = areaOf(bounds);
  const inside = (filter) => [filter, area && `area = ${area}`].filter(Boolean).join(" AND ");
  return [
    {
      name: "map_incidents",
      collection: "incidents",
      filter: inside("open = true"),
      order_by: "severity desc",
      limit: MARKERS_MAX,
    },
    {
      name: "map_units",
      collection: "units",
      filter: inside(""),
      order_by: "activity",
      limit: MARKERS_MAX,
    },
    { name: "map_orders", collection: "orders", filter: inside("live = true"), limit: LINES_MAX },
  ];
}

/** "south,west,north,east" somewhat around the window; "" where it is the whole earth. */
function areaOf({ south, west, north, east }) {
  if (east - west >= 180) return "";
  const step = stepOf(Math.max(north - south, east - west));
  const lat = (degrees) => Math.min(90, Math.max(-90, degrees)).toFixed(5);
  const lon = (degrees) => (((((degrees + 180) % 360) + 360) % 360) - 180).toFixed(5);
  const [below, above] = [(x) => Math.floor(x / step) * step, (x) => Math.ceil(x / step) * step];
  return [lat(below(south)), lon(below(west)), lat(above(north)), lon(above(east))].join();
}

/** A power of two: windows of about the same size have the same grid, and share their views. */
const stepOf = (span) => 2 ** Math.round(Math.log2(Math.max(span, 1e-4) / STEPS));
