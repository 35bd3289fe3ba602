// The city on the map: areas, incidents, units, orders as arcs from unit to incident. Draws what is
// in its window, and updates only what changed.
/* global L */
import { language, codeText } from "/shared/i18n.js";
import { area, arc, baseMap, shapeMarker } from "/shared/map/base_map.js";
import { pointOf } from "/shared/map/geo.js";
import { mapViews } from "./map_window.js";
import { districtName, incidentName, placeName, unitName } from "./names.js";
import { stepOf } from "./side_panel.js";

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
// of the steps proposing … done
const STEP_INK = ["#b9a2ff", "#f2bb5e", "#f2bb5e", "#82b6ff", "#82b6ff", "#62d2e0", "#6fd39b"];
const INK = "#0c1116";
const SETTLED_MS = 150; // a map that still moves asks for nothing

export class CityMap {
  /** `moved()` is called when `views()` gives others. */
  constructor(node, moved) {
    this.map = baseMap(node, { zoomControl: false });
    this.map.setView([30, 104], 4);
    L.control.zoom({ position: "topright" }).addTo(this.map);
    this.areas = new Map();
    this.layers = { lines: new Map(), incidents: new Map(), units: new Map() };
    this.fitted = "";
    this.highlighted = null;
    this.settling = 0;
    this.map.on("moveend", () => {
      clearTimeout(this.settling);
      this.settling = setTimeout(moved, SETTLED_MS);
    });
  }

  /** The views of what lies in the window; none before it is known where the city is. */
  views() {
    if (!this.fitted) return [];
    const bounds = this.map.getBounds();
    return mapViews({
      south: bounds.getSouth(),
      west: bounds.getWest(),
      north: bounds.getNorth(),
      east: bounds.getEast(),
    });
  }

  drawDistricts(districts) {
    this.drawAreas(districts);
    this.fitOnce(districts);
  }

  drawIncidents(incidents) {
    this.drawMarkers("incidents", incidents, incidentMarker);
  }

  drawUnits(units) {
    this.drawMarkers("units", units, unitMarker);
  }

  /** Highlight one proposed order. */
  highlight(order) {
    this.highlighted = order;
  }

  /** The number of markers that are drawn. */
  get shown() {
    return this.layers.incidents.size + this.layers.units.size;
  }

  drawAreas(districts) {
    const shape =
      JSON.stringify(
        districts.map((line) => [line.id, line.name, line.centre, line.online]),
      ) + language();
    if (shape === this.areaShape) return;
    this.areaShape = shape;
    for (const layer of this.areas.values()) layer.remove();
    this.areas.clear();
    const centres = districts.map((line) => pointOf(line.centre));
    districts.forEach((line, i) => {
      const style = {
        interactive: false,
        color: line.online ? "#33475a" : "#7a4540",
        weight: 1.5,
        dashArray: line.online ? null : "5 6",
        fillColor: line.online ? "#16202a" : "#2a1c1c",
        fillOpacity: 0.75,
      };
      const layer = L.polygon(area(centres, i), style);
      this.areas.set(line.id, L.layerGroup([layer, label(layer, line)]).addTo(this.map));
      layer.bringToBack();
    });
  }

  /** One marker for each of `items`; `markerOf(item)` gives its place, shape, style and tooltip. */
  drawMarkers(kind, items, markerOf) {
    const layers = this.layers[kind];
    const seen = new Set();
    for (const item of items) {
      const key = item.id;
      const shown = markerOf(item);
      const drawn = JSON.stringify([shown.place, shown.style]);
      seen.add(key);
      const known = layers.get(key);
      if (!known) {
        const layer = shapeMarker(shown.place, shown.shape, shown.style).addTo(this.map);
        layer.bindTooltip(() => plain(layers.get(key)?.tooltip() ?? ""), {
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

  /** `orders`: those under way; `planned`: those of the proposed plan. */
  drawLines(orders, planned, units) {
    const layers = this.layers.lines;
    const seen = new Set();
    for (const line of linesOf(orders, planned, { units, highlighted: this.highlighted })) {
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

  fitOnce(districts) {
    const centres = districts.map((line) => line.id).join();
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

/** Text for Leaflet, which takes a string for HTML: names come from districts. */
const plain = (text) => document.createTextNode(text);

/** A district's name near the northern edge of its area, where little stands. */
function label(layer, line) {
  const centre = pointOf(line.centre);
  const edge = northOf(layer.getLatLngs()[0], centre);
  const place = [edge + (centre.lat - edge) * 0.16, centre.lon];
  return L.tooltip({
    permanent: true,
    direction: "center",
    className: "place-name",
    content: plain(districtName(line.id)),
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
      incidentName(incident.id, incident.kind, incident.number),
      placeName(incident),
      codeText("severity", incident.severity),
      codeText("stage", incident.stage),
    ]
      .filter(Boolean)
      .join(" · ");
  return { place: pointOf(incident.place), shape: "diamond", style, tooltip };
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
    `${unitName(unit.id, unit.name)} · ${districtName(unit.district)} · ${codeText("unit", unit.state)}`;
  return { place: pointOf(unit.place), shape: "disc", style, tooltip };
}

function linesOf(orders, planned, { units, highlighted }) {
  const lines = [];
  for (const order of orders) {
    if (!order.unit_place) continue;
    const step = stepOf(order);
    lines.push({
      key: order.id,
      from: pointOf(order.unit_place),
      to: pointOf(order.place),
      style: {
        color: STEP_INK[step],
        weight: 2.5,
        opacity: 0.95,
        dashArray: step < 2 ? "2 7" : null,
      },
    });
  }
  const places = new Map(units.map((unit) => [unit.id, unit.place]));
  for (const order of planned) {
    const from = places.get(order.unit) ?? order.unit_place; // in the window: where it is now
    const weight = highlighted === order.order ? 5 : 3;
    if (from)
      lines.push({
        key: `plan ${order.order}`,
        from: pointOf(from),
        to: pointOf(order.place),
        style: { color: "#b9a2ff", weight, opacity: 1, dashArray: "9 8" },
      });
  }
  return lines;
}
