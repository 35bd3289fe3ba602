// The city on the map: areas, incidents, units, orders as arcs from unit to incident. Draws what is
// in its window, and updates only what changed.
/* global L */
import { language, codeText } from "/shared/i18n.js";
import { area, arc, baseMap } from "/shared/map/base_map.js";
import { incidentMark, unitMark } from "/shared/map/case_marks.js";
import { pointOf } from "/shared/map/geo.js";
import { isLight, markScale, whileOn } from "/shared/map/ground.js";
import { inWindow, MARKERS_MAX } from "/shared/map/map_window.js";
import { drop, MarkerLayer, plain } from "/shared/map/marker_layer.js";
import { hasStreets } from "/shared/map/streets.js";
import { districtName, incidentName, placeName, unitName } from "./names.js";
import { PLAN } from "./pointed.js";
import { PointedView } from "./pointed_view.js";
import { stepOf } from "./side_panel.js";
import { UnservedRings } from "./unserved_rings.js";

// of the steps proposing … done
const STEP_INK = ["#b9a2ff", "#f2bb5e", "#f2bb5e", "#82b6ff", "#82b6ff", "#62d2e0", "#6fd39b"];
const STEP_INK_IN_LIGHT = [
  "#5a3fc0",
  "#a86500",
  "#a86500",
  "#1f5fb5",
  "#1f5fb5",
  "#0b6b7d",
  "#1b6e40",
];
const LINES_MAX = 200;
const LOAD_FILL = 0.35; // how much less one sees through a district with a case for every unit
const SETTLED_MS = 150; // a map that still moves asks for nothing

export class CityMap {
  /** `moved()` is called when `views()` gives others. */
  constructor(node, moved) {
    this.map = baseMap(node, { zoomControl: false });
    this.map.setView([30, 104], 4);
    L.control.zoom({ position: "topright" }).addTo(this.map);
    this.areas = new Map();
    this.districts = [];
    whileOn(this.map, () => this.redraw());
    this.lines = new Map();
    this.pointed = new PointedView(this.map);
    this.incidents = new MarkerLayer(this.map, { markerOf: incidentMarker, clusters: true });
    this.units = new MarkerLayer(this.map, { markerOf: unitMarker, under: this.incidents });
    this.unserved = new UnservedRings(this.map);
    this.fitted = "";
    this.showsAllLines = false; // else those of what is pointed at
    this.settling = 0;
    this.map.on("moveend", () => {
      const [low, high] = [this.map.getBounds().getSouthWest(), this.map.getBounds().getNorthEast()];
      node.dataset.window = [low.lat, low.lng, high.lat, high.lng].join();
      clearTimeout(this.settling);
      this.settling = setTimeout(moved, SETTLED_MS);
    });
  }

  /** The views of what lies in the window; none before it is known where the city is. */
  views() {
    if (!this.fitted) return [];
    const inside = (filter) => inWindow(this.map, filter);
    const live = inside("live = true");
    const orders = { name: "map_orders", collection: "orders", filter: live, limit: LINES_MAX };
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
      ...(this.showsAllLines ? [orders] : []),
    ];
  }

  drawDistricts(districts) {
    this.districts = districts;
    this.drawAreas(districts);
    this.fitOnce(districts);
  }

  /** The same again, in other colours. */
  redraw() {
    this.drawAreas(this.districts);
    for (const layer of [this.incidents, this.units]) layer.redraw();
  }

  drawIncidents(incidents) {
    this.incidents.draw(incidents);
  }

  /** `needs`: the open places for which nobody goes. */
  drawUnserved(needs) {
    this.unserved.draw(needs);
  }

  drawUnits(units) {
    this.units.draw(units);
  }

  /** The number of markers that are drawn. */
  get shown() {
    return this.incidents.size + this.units.size;
  }

  drawAreas(districts) {
    const shape =
      JSON.stringify(
        districts.map((line) => [line.id, line.name, line.centre, line.online, loadOf(line)]),
      ) +
      language() +
      isLight();
    if (shape === this.areaShape) return;
    this.areaShape = shape;
    for (const layer of this.areas.values()) layer.remove();
    this.areas.clear();
    const centres = districts.map((line) => pointOf(line.centre));
    const [edge, lost, fill, lostFill] = isLight()
      ? ["#5b7890", "#b0483f", "#9db6c9", "#e6c4bf"]
      : [hasStreets() ? "#587691" : "#33475a", "#7a4540", "#24405a", "#2a1c1c"];
    districts.forEach((line, i) => {
      const style = {
        interactive: false,
        color: line.online ? edge : lost,
        weight: 1.5,
        dashArray: line.online ? null : "5 6",
        fillColor: line.online ? fill : lostFill,
        fillOpacity: (hasStreets() ? 0.12 : 0.35) + LOAD_FILL * loadOf(line),
      };
      const layer = L.polygon(area(centres, i), style);
      this.areas.set(line.id, L.layerGroup([layer, label(layer, line)]).addTo(this.map));
      layer.bringToBack();
    });
  }

  /**
   * `orders`: of those under way; `planned`: of those of the proposed plan; `units`: those in the
   * window. The one that is `pointed` at is drawn wider, and its case lies in the window.
   */
  drawLines(shown) {
    const layers = this.lines;
    const seen = new Set();
    for (const line of linesOf(shown)) {
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
    this.map.getContainer().dataset.lines = layers.size; // a canvas tells nobody what is on it
    if (this.fitted) this.pointed.show(pointedPlaces(shown));
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
    for (const place of this.pointed.places) bounds.extend(place);
    this.map.invalidateSize();
    if (bounds.isValid())
      this.map.fitBounds(bounds, { padding: [18, 18], maxZoom: 15, animate: false });
  }
}

/** How much of what a district can do is asked of it, in quarters from 0 to 1. */
function loadOf({ incidents, units }) {
  const asked = units ? Math.min(1, incidents / units) : Number(incidents > 0);
  return Math.round(4 * asked) / 4;
}

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

function incidentMarker(incident) {
  const tooltip = () =>
    [
      incidentName(incident.id, incident.kind, incident.number),
      placeName(incident),
      codeText("severity", incident.severity),
      codeText("stage", incident.stage),
    ]
      .filter(Boolean)
      .join(" · ");
  return { ...incidentMark(incident), tooltip };
}

function unitMarker(unit) {
  const tooltip = () =>
    `${unitName(unit.id, unit.name)} · ${districtName(unit.district)} · ${codeText("unit", unit.state)}`;
  return { ...unitMark(unit), tooltip };
}

const inks = () => (isLight() ? STEP_INK_IN_LIGHT : STEP_INK);

const widthOf = (id, pointed, width) => (id === pointed ? 2 + width : width) * markScale();

/** Where the cases are of what is pointed at: a plan, or one order. */
function pointedPlaces({ orders, planned, pointed }) {
  const isMeant = (id) => id === pointed;
  const places = [
    ...planned.filter(({ order }) => pointed === PLAN || isMeant(order)),
    ...orders.filter(({ id }) => isMeant(id)),
  ];
  return places.map(({ place }) => pointOf(place)).map(({ lat, lon }) => [lat, lon]);
}

function linesOf({ orders, planned, units, pointed }) {
  const lines = [];
  for (const order of orders) {
    if (!order.unit_place) continue;
    const step = stepOf(order);
    lines.push({
      key: order.id,
      from: pointOf(order.unit_place),
      to: pointOf(order.place),
      style: {
        color: inks()[step],
        weight: widthOf(order.id, pointed, 2.5),
        opacity: 0.95,
        dashArray: step < 2 ? "2 7" : null,
      },
    });
  }
  const places = new Map(units.map((unit) => [unit.id, unit.place]));
  for (const order of planned) {
    const from = places.get(order.unit) ?? order.unit_place; // in the window: where it is now
    if (from)
      lines.push({
        key: `plan ${order.order}`,
        from: pointOf(from),
        to: pointOf(order.place),
        style: {
          color: inks()[0],
          weight: widthOf(order.order, pointed, 3),
          opacity: 1,
          dashArray: "9 8",
        },
      });
  }
  return lines;
}
