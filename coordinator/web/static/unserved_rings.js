// Rings that pulse around the cases for which nobody goes. They are elements and not drawn on the
// canvas, so that their movement costs no drawing.
/* global L */
import { pointOf } from "/shared/map/geo.js";
import { markScale } from "/shared/map/ground.js";
import { drop, iconOf } from "/shared/map/marker_layer.js";

const RING_PX = 34;

export class UnservedRings {
  constructor(map) {
    this.map = map;
    this.rings = new Map(); // incident -> {layer, drawn}
  }

  /** Ring the incidents of `needs`, rows of the city's open needs. */
  draw(needs) {
    const seen = new Set();
    for (const { incident, place, severity } of needs) {
      if (seen.has(incident)) continue;
      seen.add(incident);
      const drawn = JSON.stringify([place, severity, markScale()]);
      const known = this.rings.get(incident);
      if (known?.drawn === drawn) continue;
      known?.layer.remove();
      this.rings.set(incident, { layer: this.ring(place, severity), drawn });
    }
    drop(this.rings, seen);
  }

  ring(place, severity) {
    const node = document.createElement("span");
    const icon = iconOf(node, `map-ring sev-${severity}`, RING_PX * markScale());
    const { lat, lon } = pointOf(place);
    return L.marker([lat, lon], { icon, interactive: false, keyboard: false }).addTo(this.map);
  }
}
