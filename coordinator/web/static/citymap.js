// The city on the map: areas, incidents, units, orders as bows from unit to incident. Updates what changed and nothing else.
/* global L */
import { language, word } from "/shared/i18n.js";
import { area, bow, ground, mark } from "/shared/map/ground.js";
import { stepOf, isEnded } from "./lists.js";
import { districtName, incidentName, placeOfIncident, placeOfUnit, unitName } from "./names.js";
import { proposed } from "./plan.js";

const SEVERITY = { Extreme: ["#ff6fa8", 11], Severe: ["#ff8a5c", 10], Moderate: ["#f2c14e", 8], Minor: ["#7fb4e8", 7], Unknown: ["#93a3b0", 7] };
const UNIT = { available: "#6fd39b", returning: "#6fd39b", reserved: "#b9a2ff", committed: "#b9a2ff", en_route: "#82b6ff", on_scene: "#62d2e0", delayed: "#f2bb5e" };
const FREE = new Set(["available", "returning"]);
const OVER = new Set(["closed", "merged", "rejected"]);
const STEP_INK = ["#b9a2ff", "#f2bb5e", "#f2bb5e", "#82b6ff", "#82b6ff", "#62d2e0", "#6fd39b"]; // proposing … done
const INK = "#0c1116";

export class CityMap {
  constructor(node) {
    this.map = ground(node, { zoomControl: false });
    this.map.setView([30, 104], 4);
    L.control.zoom({ position: "topright" }).addTo(this.map);
    this.areas = new Map();
    this.layers = { lines: new Map(), incidents: new Map(), units: new Map() };
    this.fitted = "";
    this.pointed = null;
  }

  draw(snapshot) {
    this.drawAreas(snapshot.districts);
    this.keep("incidents", snapshot.incidents.filter((one) => !OVER.has(one.stage)), (one) => one.incident, incidentLook);
    this.keep("units", snapshot.units, (one) => one.unit, unitLook);
    this.drawLines(snapshot);
    this.fitOnce(snapshot);
  }

  /** Point at one proposed order: its bow stands out. */
  point(order, snapshot) {
    this.pointed = order;
    if (snapshot) this.drawLines(snapshot);
  }

  drawAreas(districts) {
    const shape = JSON.stringify(districts.map((line) => [line.district, line.name, line.centre, line.away])) + language();
    if (shape === this.areaShape) return;
    this.areaShape = shape;
    for (const layer of this.areas.values()) layer.remove();
    this.areas.clear();
    const centres = districts.map((line) => line.centre);
    districts.forEach((line, i) => {
      const look = { interactive: false, color: line.away ? "#7a4540" : "#33475a", weight: 1.5, dashArray: line.away ? "5 6" : null, fillColor: line.away ? "#2a1c1c" : "#16202a", fillOpacity: 0.75 };
      const layer = L.polygon(area(centres, i), look);
      this.areas.set(line.district, L.layerGroup([layer, label(layer, line)]).addTo(this.map));
      layer.bringToBack();
    });
  }

  /** One marker for each of `items`; `lookOf(item)` gives its place, shape, style and words. */
  keep(kind, items, keyOf, lookOf) {
    const kept = this.layers[kind];
    const seen = new Set();
    for (const item of items) {
      const key = keyOf(item);
      const look = lookOf(item);
      const drawn = JSON.stringify([look.place, look.style]);
      seen.add(key);
      const had = kept.get(key);
      if (!had) {
        const layer = mark(look.place, look.shape, look.style).addTo(this.map);
        layer.bindTooltip(() => kept.get(key)?.says() ?? "", { direction: "top", offset: [0, -6] });
        kept.set(key, { layer, drawn, says: look.says });
        continue;
      }
      had.says = look.says;
      if (had.drawn === drawn) continue;
      had.drawn = drawn;
      had.layer.setLatLng([look.place.lat, look.place.lon]).setStyle(look.style);
      had.layer.setRadius(look.style.radius);
    }
    drop(kept, seen);
  }

  drawLines(snapshot) {
    const kept = this.layers.lines;
    const seen = new Set();
    for (const line of linesOf(snapshot, this.pointed)) {
      seen.add(line.key);
      const drawn = JSON.stringify([line.from, line.to, line.style]);
      const had = kept.get(line.key);
      if (had?.drawn === drawn) continue;
      had?.layer.remove();
      const layer = L.polyline(bow(line.from, line.to), { interactive: false, lineCap: "round", smoothFactor: 0.3, ...line.style }).addTo(this.map);
      kept.set(line.key, { layer, drawn });
    }
    drop(kept, seen);
  }

  fitOnce(snapshot) {
    const centres = snapshot.districts.map((line) => line.district).join();
    if (!centres || centres === this.fitted) return;
    this.fitted = centres;
    this.fit();
  }

  fit() {
    const bounds = L.latLngBounds([...this.areas.values()].flatMap((group) => group.getLayers()[0].getLatLngs()[0]));
    this.map.invalidateSize();
    if (bounds.isValid()) this.map.fitBounds(bounds, { padding: [18, 18], maxZoom: 15, animate: false });
  }
}

/** A district's name near the northern edge of its area, where little stands. */
function label(layer, line) {
  const edge = northOf(layer.getLatLngs()[0], line.centre);
  const place = [edge + (line.centre.lat - edge) * 0.16, line.centre.lon];
  return L.tooltip({ permanent: true, direction: "center", className: "place-name", content: districtName(line.district) }).setLatLng(place);
}

/** The latitude at which `ring` is left going straight north from `centre`. */
function northOf(ring, centre) {
  const crossings = ring.map((a, i) => {
    const b = ring[(i + 1) % ring.length];
    const along = (centre.lon - a.lng) / (b.lng - a.lng);
    return along >= 0 && along <= 1 ? a.lat + (b.lat - a.lat) * along : centre.lat;
  });
  return Math.max(...crossings);
}

function drop(kept, seen) {
  for (const [key, entry] of kept) {
    if (seen.has(key)) continue;
    entry.layer.remove();
    kept.delete(key);
  }
}

function incidentLook(incident) {
  const [ink, radius] = SEVERITY[incident.severity] ?? SEVERITY.Unknown;
  const style = { radius, color: incident.escalated ? "#ffffff" : INK, weight: incident.escalated ? 2 : 1.5, fillColor: ink, fillOpacity: 1 };
  const says = () => `${incidentName(incident.incident, incident.kind)} · ${word("severity", incident.severity)} · ${word("stage", incident.stage)}`;
  return { place: incident.place, shape: "diamond", style, says };
}

function unitLook(unit) {
  const ink = UNIT[unit.state] ?? "#5d6d7a";
  const free = FREE.has(unit.state);
  const style = { radius: free ? 5 : 5.5, color: free ? INK : ink, weight: free ? 1 : 2.5, fillColor: free ? ink : INK, fillOpacity: 1 };
  const says = () => `${unitName(unit.unit)} · ${districtName(unit.district)} · ${word("unit", unit.state)}`;
  return { place: unit.place, shape: "disc", style, says };
}

function linesOf(snapshot, pointed) {
  const lines = [];
  for (const drive of snapshot.drives) {
    const [from, to] = [placeOfUnit(drive.unit), placeOfIncident(drive.incident)];
    if (isEnded(drive) || !from || !to) continue;
    const step = stepOf(drive);
    lines.push({ key: drive.order, from, to, style: { color: STEP_INK[step], weight: 2.5, opacity: 0.95, dashArray: step < 2 ? "2 7" : null } });
  }
  for (const order of proposed(snapshot)?.orders ?? []) {
    const from = placeOfUnit(order.unit);
    const weight = pointed === order.order ? 5 : 3;
    if (from) lines.push({ key: `plan ${order.order}`, from, to: order.task.place, style: { color: "#b9a2ff", weight, opacity: 1, dashArray: "9 8" } });
  }
  return lines;
}

