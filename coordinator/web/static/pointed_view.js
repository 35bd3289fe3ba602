// Brings the cases of what is pointed at into the map's window, and gives the officer's own window
// back afterwards: a district's case may lie far outside its area.

const EDGE = 0.04; // of the window: what lies so near its edge is hardly seen

export class PointedView {
  constructor(map) {
    this.map = map;
    this.places = [];
    this.before = null; // the officer's window
    this.widened = null; // what was shown instead
  }

  /** `places`: of the cases of what is pointed at; none: nothing is. */
  show(places) {
    const key = JSON.stringify(places);
    if (key === this.key) return; // whoever moves the map meanwhile is left alone
    this.key = key;
    this.places = places;
    if (!places.length) return this.giveBack();
    const seen = this.map.getBounds();
    if (places.every((place) => seen.pad(-EDGE).contains(place))) return;
    this.before ??= this.window();
    for (const place of places) seen.extend(place);
    this.map.fitBounds(seen.pad(EDGE), { animate: false });
    this.widened = this.window();
  }

  giveBack() {
    const { before, widened } = this;
    this.before = null;
    if (!before || !isSame(widened, this.window())) return;
    this.map.setView(before.centre, before.zoom, { animate: false });
  }

  window() {
    return { centre: this.map.getCenter(), zoom: this.map.getZoom() };
  }
}

const isSame = (one, other) => one.zoom === other.zoom && one.centre.equals(other.centre, 1e-6);
