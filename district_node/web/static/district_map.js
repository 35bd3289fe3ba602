// The district on the map: cases, units, cameras and sensors by what they can see, and the things
// of the city that have names. A press on a case chooses it. Asks only for what lies in its window.
/* global L */
import { ageText, everySecond, nowUs, timeUs } from "/shared/clock.js";
import { codeText, grouped, inLanguage, language, reason, t } from "/shared/i18n.js";
import { setHidden, setText } from "/shared/keyed_list.js";
import { baseMap } from "/shared/map/base_map.js";
import { incidentMark, unitMark } from "/shared/map/case_marks.js";
import { compass, metres, pointOf } from "/shared/map/geo.js";
import { whileOn } from "/shared/map/ground.js";
import { inWindow, MARKERS_MAX } from "/shared/map/map_window.js";
import { MarkerLayer } from "/shared/map/marker_layer.js";
import { ViewCones } from "/shared/map/view_cones.js";
import { onCones } from "./map_key.js";
import { number, placeOf } from "./queue_row.js";

const CASES_MAX = 200; // each is a kilobyte and more; the map says so where there are others
const SETTLED_MS = 150; // a map that still moves asks for nothing
const STREET_ZOOM = 15;
const OLD_US = 300e6; // a unit that moves says where it is every few seconds
const AGED_US = 15e6; // so often marks are looked at for their age
const VISIBILITY = { observed: "#6fd39b", degraded: "#f2bb5e", blind: "#ff8a7a" };
const byId = (id) => document.getElementById(id);
const INK = "#0c1116";
const NOT_HEARD = "#8496a4";

export class DistrictMap {
  /**
   * `moved()` is called when `views()` gives others, `choose(id)` when a case is pressed, and
   * `report(place)`, a Place, where somebody asks for a new case by the second button or a long
   * press.
   */
  constructor(node, { moved, choose, report }) {
    this.map = baseMap(node, { zoomControl: false });
    this.map.setView([30, 104], 4);
    L.control.zoom({ position: "topright" }).addTo(this.map);
    this.chosen = null; // id of the case that the page shows in full
    const markerOf = (incident) => incidentMarker(incident, incident.id === this.chosen);
    const onPress = ({ id }) => choose(id);
    const cases = new MarkerLayer(this.map, { markerOf, onPress, clusters: true });
    const units = new MarkerLayer(this.map, { markerOf: unitMarker, under: cases });
    this.layers = {
      map_incidents: cases,
      map_units: units,
      map_sources: new MarkerLayer(this.map, { markerOf: sourceMarker, under: units }),
      map_assets: new MarkerLayer(this.map, { markerOf: assetMarker, under: units }),
    };
    this.cones = new ViewCones(this.map);
    onCones((isOn) => this.cones.turn(isOn));
    this.moved = moved;
    whileOn(this.map, () => this.redraw());
    this.isPlaced = false; // where the district is, is known
    this.given = new Set(); // views that came
    this.isFitted = false; // what the district has was seen once
    this.settling = 0;
    this.agedAt = nowUs();
    everySecond(() => this.age());
    this.map.on("contextmenu", ({ latlng }) => {
      const { lat, lng } = latlng.wrap();
      report({ latitude: lat, longitude: lng });
    });
    this.map.on("moveend", () => {
      clearTimeout(this.settling);
      this.settling = setTimeout(moved, SETTLED_MS);
    });
  }

  /**
   * The views of what lies in the window. None before it is known where the district is, then what
   * it has anywhere, by which the first window is chosen.
   */
  views() {
    if (!this.isPlaced) return [];
    const limit = MARKERS_MAX;
    const inside = (filter) => (this.isFitted ? inWindow(this.map, filter) : filter);
    const own = [
      { name: "map_units", collection: "units", filter: inside(""), limit },
      { name: "map_sources", collection: "sources", filter: inside(""), limit },
    ];
    if (!this.isFitted) return own;
    const cases = { collection: "incidents", filter: inside("queued = true") };
    return [
      ...own,
      { name: "map_incidents", ...cases, order_by: "severity desc", limit: CASES_MAX },
      { name: "map_assets", collection: "assets", filter: inside(""), limit },
    ];
  }

  /** Begin around `centre`, a Place of the API. */
  placeAt(centre) {
    if (this.isPlaced || !centre) return;
    this.isPlaced = true;
    this.map.setView([centre.latitude, centre.longitude], STREET_ZOOM - 2, { animate: false });
    this.moved();
  }

  /** Show `rows` of the view `name`, one of `views()`, of `total` that there are. */
  draw(name, rows, total) {
    this.layers[name].draw(rows);
    if (name === "map_sources") this.cones.draw(rows.filter(looks).map(coneOf));
    if (name === "map_incidents") {
      setHidden(byId("map-more"), rows.length >= total);
      setText(byId("map-more"), t("map.more", { n: rows.length, all: grouped(total) }));
    }
    this.given.add(name);
    if (!this.isFitted && this.given.has("map_units") && this.given.has("map_sources")) this.fit();
  }

  /** In another language, or once the link is back: the same again. */
  redraw() {
    for (const layer of Object.values(this.layers)) layer.redraw();
    this.cones.draw(this.cones.items);
  }

  /** Positions grow old though nobody says anything. */
  age() {
    if (Math.abs(nowUs() - this.agedAt) < AGED_US) return;
    this.agedAt = nowUs();
    this.layers.map_units.redraw();
  }

  /** Ring the case `row`, and show where it is; null: none is chosen. */
  choose(row) {
    const id = row?.id ?? null;
    if (id !== this.chosen) {
      this.chosen = id;
      this.layers.map_incidents.redraw();
      if (row) this.reveal(row.place);
    }
  }

  /** Move the window only where `place` is not in it. */
  reveal(place) {
    const { lat, lon } = pointOf(place);
    if (this.isPlaced && !this.map.getBounds().pad(-0.05).contains([lat, lon]))
      this.map.panTo([lat, lon], { animate: false });
  }

  /** What the district has of its own is seen at first, wherever its centre is. */
  fit() {
    this.isFitted = true;
    const { map_sources: sources, map_units: units } = this.layers;
    const places = [...sources.items, ...units.items].map(({ place }) => pointOf(place));
    const bounds = L.latLngBounds(places.map(({ lat, lon }) => [lat, lon]));
    if (bounds.isValid())
      this.map.fitBounds(bounds.pad(0.1), { animate: false, maxZoom: STREET_ZOOM + 1 });
    this.moved();
  }
}

const joined = (...parts) => parts.filter(Boolean).join(" · ");

function incidentMarker(incident, isChosen) {
  const tooltip = () =>
    joined(
      `${codeText("kind", incident.kind)} ${number(incident)}`,
      placeOf(incident),
      codeText("severity", incident.severity),
      codeText("stage", incident.stage),
    );
  return { ...incidentMark(incident, isChosen), tooltip };
}

function unitMarker(unit) {
  const tooltip = () =>
    joined(
      inLanguage(unit.name),
      codeText("unit", unit.state),
      unit.incident_number,
      Number.isFinite(unit.heading_deg) ? t("map.heads", { to: towards(unit.heading_deg) }) : "",
      unit.positioned_at
        ? t("map.placed", { span: ageText(timeUs(unit.positioned_at)) })
        : t("map.never_placed"),
    );
  const isOld = nowUs() - timeUs(unit.positioned_at) > OLD_US; // never is old too
  return { ...unitMark(unit, isOld), tooltip };
}

const towards = (heading) => t(`page.bearing.${compass(heading)}`);

const looks = (source) => source.view_cone !== undefined;

function coneOf(source) {
  const state = source.agent_online ? source.visibility : "offline";
  return { id: source.id, place: pointOf(source.place), cone: source.view_cone, state };
}

const looksText = ({ heading_deg: heading, range_m: range }) =>
  t("map.looks", { to: towards(heading), far: metres(range) });

/** A camera or sensor is a small square: full where it sees, hollow where it does not. */
function sourceMarker(source) {
  const isHeard = source.agent_online;
  const ink = isHeard ? (VISIBILITY[source.visibility] ?? NOT_HEARD) : NOT_HEARD;
  const sees = isHeard && source.visibility !== "blind";
  const ring = sees ? { color: INK, weight: 1 } : { color: ink, weight: 2.5 };
  const style = { radius: 5, ...ring, fillColor: ink, fillOpacity: sees ? 1 : 0.1 };
  const tooltip = () =>
    joined(
      inLanguage(source.name || source.source),
      isHeard ? codeText("visibility", source.visibility) : t("side.offline"),
      isHeard && source.visibility !== "observed" ? reason(source.reason) : "",
      looks(source) ? looksText(source.view_cone) : "",
    );
  return { place: pointOf(source.place), shape: "square", style, tooltip, rank: 0 };
}

function assetMarker(asset) {
  const style = { radius: 3, color: "#93a3b0", weight: 1, fillColor: "#93a3b0", fillOpacity: 0.35 };
  const tooltip = () => (language() === "zh" ? asset.name_zh : asset.name_en) || asset.id;
  return { place: pointOf(asset.place), shape: "disc", style, tooltip, rank: 0 };
}
