// The city on the map: areas, incidents, units, orders as arcs from unit to incident. Updates only
// what changed.
/* global L */
import { language, codeText } from "/shared/i18n.js";
import { area, arc, baseMap, shapeMarker } from "/shared/map/base_map.js";
import { stepOf, isEnded } from "./side_panel.js";
import { districtName, incidentName, placeOfIncident, placeOfUnit, unitName } from "./names.js";
import { proposed } from "./plan.js";

const SEVERITY = {
  Extreme: ["#ff6fa8", 11],
  Severe: ["#ff8a5c", 10],
  Moderate: ["#f2c14e", 8],
  Minor: ["#7fb4e8", 7],
  Unknown: ["#93a3b0", 7],
};
const UNIT = {
  available: "#6fd39b",
  returning: "#6fd39b",
  reserved: "#b9a2ff",
  committed: "#b9a2ff",
  en_route: "#82b6ff",
  on_scene: "#62d2e0",
  delayed: "#f2bb5e",
};
const FREE = new Set(["available", "returning"]);
const ENDED_INCIDENT_STAGES = new Set(["closed", "merged", "rejected"]);
// of the steps proposing … done
const STEP_INK = ["#b9a2ff", "#f2bb5e", "#f2bb5e", "#82b6ff", "#82b6ff", "#62d2e0", "#6fd39b"];
const INK = "#0c1116";

export class CityMap {
  constructor(node) {
    this.map = baseMap(node, { zoomControl: false });
    this.map.setView([30, 104], 4);
    L.control.zoom({ position: "topright" }).addTo(this.map);
    this.areas = new Map();
    this.layers = { lines: new Map(), incidents: new Map(), units: new Map() };
    this.fitted = "";
    this.highlighted = null;
  }

  draw(snapshot) {
    this.drawAreas(snapshot.districts);
    this.drawMarkers(
      "incidents",
      snapshot.incidents.filter((one) => !ENDED_INCIDENT_STAGES.has(one.stage)),
      (one) => one.incident,
      incidentMarker,
    );
    this.drawMarkers("units", snapshot.units, (one) => one.unit, unitMarker);
    this.drawLines(snapshot);
    this.fitOnce(snapshot);
  }

  /** Highlight one proposed order. */
  highlight(order, snapshot) {
    this.highlighted = order;
    if (snapshot) this.drawLines(snapshot);
  }

  drawAreas(districts) {
    const shape =
      JSON.stringify(
        districts.map((line) => [line.district, line.name, line.centre, line.offline]),
      ) + language();
    if (shape === this.areaShape) return;
    this.areaShape = shape;
    for (const layer of this.areas.values()) layer.remove();
    this.areas.clear();
    const centres = districts.map((line) => line.centre);
    districts.forEach((line, i) => {
      const style = {
        interactive: false,
        color: line.offline ? "#7a4540" : "#33475a",
        weight: 1.5,
        dashArray: line.offline ? "5 6" : null,
        fillColor: line.offline ? "#2a1c1c" : "#16202a",
        fillOpacity: 0.75,
      };
      const layer = L.polygon(area(centres, i), style);
      this.areas.set(line.district, L.layerGroup([layer, label(layer, line)]).addTo(this.map));
      layer.bringToBack();
    });
  }

  /** One marker for each of `items`; `markerOf(item)` gives its place, shape, style and tooltip. */
  drawMarkers(kind, items, keyOf, markerOf) {
    const layers = this.layers[kind];
    const seen = new Set();
    for (const item of items) {
      const key = keyOf(item);
      const shown = markerOf(item);
      const drawn = JSON.stringify([shown.place, shown.style]);
      seen.add(key);
      const known = layers.get(key);
      if (!known) {
        const layer = shapeMarker(shown.place, shown.shape, shown.style).addTo(this.map);
        layer.bindTooltip(() => layers.get(key)?.tooltip() ?? "", {
          direction: "top",
          offset: [0, -6],
        });
        layers.set(key, { layer, drawn, tooltip: shown.tooltip });
        continue;
      }
      known.tooltip = shown.tooltip;
      if (known.drawn === drawn) continue;
      known.drawn = drawn;
      known.layer.setLatLng([shown.place.lat, shown.place.lon]).setStyle(shown.style);
      known.layer.setRadius(shown.style.radius);
    }
    drop(layers, seen);
  }

  drawLines(snapshot) {
    const layers = this.layers.lines;
    const seen = new Set();
    for (const line of linesOf(snapshot, this.highlighted)) {
      seen.add(line.key);
      const drawn = JSON.stringify([line.from, line.to, line.style]);
      const known = layers.get(line.key);
      if (known?.drawn === drawn) continue;
      known?.layer.remove();
      const layer = L.polyline(arc(line.from, line.to), {
        interactive: false,
        lineCap: "round",
        smoothFactor: 0.3,
        ...line.style,
      }).addTo(this.map);
      layers.set(line.key, { layer, drawn });
    }
    drop(layers, seen);
  }

  fitOnce(snapshot) {
    const centres = snapshot.districts.map((line) => line.district).join();
    if (!centres || centres === this.fitted) return;
    this.fitted = centres;
    this.fit();
  }

  fit() {
    const bounds = L.latLngBounds(
      [...this.areas.values()].flatMap((group) => group.getLayers()[0].getLatLngs()[0]),
    );
    this.map.invalidateSize();
    if (bounds.isValid())
      this.map.fitBounds(bounds, { padding: [18, 18], maxZoom: 15, animate: false });
  }
}

/** A district's name near the northern edge of its area, where little stands. */
function label(layer, line) {
  const edge = northOf(layer.getLatLngs()[0], line.centre);
  const place = [edge + (line.centre.lat - edge) * 0.16, line.centre.lon];
  return L.tooltip({
    permanent: true,
    direction: "center",
    className: "place-name",
    content: districtName(line.district),
  }).setLatLng(place);
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

function drop(layers, seen) {
  for (const [key, entry] of layers) {
    if (seen.has(key)) continue;
    entry.layer.remove();
    layers.delete(key);
  }
}

function incidentMarker(incident) {
  const [ink, radius] = SEVERITY[incident.severity] ?? SEVERITY.Unknown;
  const style = {
    radius,
    color: incident.escalated ? "#ffffff" : INK,
    weight: incident.escalated ? 2 : 1.5,
    fillColor: ink,
    fillOpacity: 1,
  };
  const tooltip = () =>
    [
      incidentName(incident.incident, incident.kind),
      codeText("severity", incident.severity),
      codeText("stage", incident.stage),
    ].join(" · ");
  return { place: incident.place, shape: "diamond", style, tooltip };
}

function unitMarker(unit) {
  const ink = UNIT[unit.state] ?? "#5d6d7a";
  const free = FREE.has(unit.state);
  const style = {
    radius: free ? 5 : 5.5,
    color: free ? INK : ink,
    weight: free ? 1 : 2.5,
    fillColor: free ? ink : INK,
    fillOpacity: 1,
  };
  const tooltip = () =>
    `${unitName(unit.unit)} · ${districtName(unit.district)} · ${codeText("unit", unit.state)}`;
  return { place: unit.place, shape: "disc", style, tooltip };
}

function linesOf(snapshot, highlighted) {
  const lines = [];
  for (const order of snapshot.orders) {
    const [from, to] = [placeOfUnit(order.unit), placeOfIncident(order.incident)];
    if (isEnded(order) || !from || !to) continue;
    const step = stepOf(order);
    lines.push({
      key: order.order,
      from,
      to,
      style: {
        color: STEP_INK[step],
        weight: 2.5,
        opacity: 0.95,
        dashArray: step < 2 ? "2 7" : null,
      },
    });
  }
  for (const order of proposed(snapshot)?.orders ?? []) {
    const from = placeOfUnit(order.unit);
    const weight = highlighted === order.order ? 5 : 3;
    if (from)
      lines.push({
        key: `plan ${order.order}`,
        from,
        to: order.task.place,
        style: { color: "#b9a2ff", weight, opacity: 1, dashArray: "9 8" },
      });
  }
  return lines;
}
