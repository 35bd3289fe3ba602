// The map of a crew's page: where the crew is, where it has to go. It follows both, until somebody
// moves it: then it stays until the goal is another one.
/* global L */
import { baseMap, shapeMarker } from "/shared/map/base_map.js";

const INK = {
  Extreme: "#ff6fa8",
  Severe: "#ff8a5c",
  Moderate: "#f2c14e",
  Minor: "#7fb4e8",
  Unknown: "#93a3b0",
};
const EDGE = { color: "#0c1116", fillOpacity: 1 };
let drawn = null; // { map, way, here, goal, fitted, isHeld }

/** Draw the way from `here` to `goal`, a case of `severity`. */
export function drawWay(here, goal, severity) {
  drawn ??= made(here, goal);
  const ends = [
    [here.lat, here.lon],
    [goal.lat, goal.lon],
  ];
  drawn.way.setLatLngs(ends);
  drawn.here.setLatLng(ends[0]);
  drawn.goal.setLatLng(ends[1]).setStyle({ fillColor: INK[severity] });
  fit(ends);
}

function fit(ends) {
  const [now, goal] = [JSON.stringify(ends), JSON.stringify(ends[1])];
  if (goal !== drawn.toGoal) drawn.isHeld = false;
  if (now === drawn.fitted || drawn.isHeld) return;
  const { map } = drawn;
  map.invalidateSize();
  if (!map.getSize().y) return; // it is not shown yet
  Object.assign(drawn, { fitted: now, toGoal: goal });
  map.fitBounds(ends, { padding: [26, 26], maxZoom: 16, animate: false });
}

function made(here, goal) {
  const map = baseMap(document.getElementById("map"), { zoomControl: false, keyboard: false });
  const way = L.polyline([], { color: "#62d2e0", weight: 3, dashArray: "6 6" });
  const disc = shapeMarker(here, "disc", { ...EDGE, radius: 7, fillColor: "#6fd39b" });
  const diamond = shapeMarker(goal, "diamond", { ...EDGE, radius: 10 });
  map.setView([here.lat, here.lon], 14);
  for (const layer of [way, disc, diamond]) layer.addTo(map);
  const one = { map, way, here: disc, goal: diamond, fitted: "", toGoal: "", isHeld: false };
  map.on("dragstart", () => (one.isHeld = true));
  return one;
}
