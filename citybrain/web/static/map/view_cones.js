// The sectors that cameras see, beneath every mark of a map: one polygon a camera, kept while its
// key is, and drawn anew only where the camera, what it sees or the page's colours are another.
/* global L */
import { EARTH_M, rad } from "./geo.js";
import { tokenInk } from "./ground.js";
import { drop } from "./marker_layer.js";

const STEP_DEG = 8; // between two corners of the arc: round enough at any zoom
const COS_MIN = 0.01; // nobody puts a camera nearer to a pole

// by what is known of the camera: solid where it sees, broken where it does not
const LOOKS = {
  observed: { token: "--good", opacity: 0.6, fillOpacity: 0.2, dashArray: null },
  degraded: { token: "--warn", opacity: 0.8, fillOpacity: 0.24, dashArray: null },
  blind: { token: "--bad", opacity: 0.9, fillOpacity: 0.12, dashArray: "6 4" },
  offline: { token: "--faint", opacity: 0.7, fillOpacity: 0.06, dashArray: "2 4" },
};

/** How a sector looks of a camera in `state`, a key of the table; anything else is as offline. */
export function coneStyle(state) {
  const { token, ...style } = LOOKS[state] ?? LOOKS.offline;
  const ink = tokenInk(token);
  return { weight: 1, ...style, color: ink, fillColor: ink };
}

/**
 * The corners [lat, lon] of what a camera at `place` sees with `cone`, a ViewCone of the API; a disc
 * where it sees all around.
 */
export function sector(place, { heading_deg: heading, field_of_view_deg: wide, range_m: range }) {
  const steps = Math.max(2, Math.ceil(wide / STEP_DEG));
  const reach = ((range / EARTH_M) * 180) / Math.PI;
  const east = reach / Math.max(COS_MIN, Math.cos(rad(place.lat)));
  const corner = (i) => {
    const angle = rad(heading - wide / 2 + (wide * i) / steps);
    return [place.lat + reach * Math.cos(angle), place.lon + east * Math.sin(angle)];
  };
  const arc = Array.from({ length: steps + 1 }, (_, i) => corner(i));
  return wide >= 360 ? arc : [[place.lat, place.lon], ...arc];
}

export class ViewCones {
  constructor(map) {
    this.map = map;
    this.cones = new Map(); // key -> {layer, drawn}
    this.items = [];
    this.isOn = true;
  }

  /** Show or hide all of them. */
  turn(isOn) {
    this.isOn = isOn;
    this.draw(this.items);
  }

  /** Show `items`, {id, place, cone, state} each. */
  draw(items) {
    this.items = items;
    const shown = this.isOn ? items : [];
    for (const { id, place, cone, state } of shown) {
      const style = coneStyle(state);
      const [where, look] = [JSON.stringify([place, cone]), JSON.stringify(style)];
      const known = this.cones.get(id);
      if (!known) {
        const options = { ...style, interactive: false, smoothFactor: 0.3 };
        const layer = L.polygon(sector(place, cone), options);
        layer.addTo(this.map).bringToBack(); // beneath the marks, which came before
        this.cones.set(id, { layer, where, look });
        continue;
      }
      if (known.where !== where) known.layer.setLatLngs(sector(place, cone));
      if (known.look !== look) known.layer.setStyle(style);
      Object.assign(known, { where, look });
    }
    drop(this.cones, new Set(shown.map(({ id }) => id)));
  }
}
