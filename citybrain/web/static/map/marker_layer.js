// One kind of things on a map, each a marker that is kept while its key is: only what changed is
// drawn. Where many stand within a few pixels, one disc with their number stands for them.
/* global L */
import { shapeMarker } from "./base_map.js";
import { markScale } from "./ground.js";

const CELL_PX = 52; // what lies in one cell of this size may stand together
const TOGETHER = 4; // so many of one cell do, and fewer never hide each other

export class MarkerLayer {
  /**
   * `markerOf(item)` gives {place, shape, style, tooltip(), rank}: what is of a higher rank names
   * the colour of a disc that stands for several. `under`: the layer that this one never hides.
   * `onPress(item)`: what a press does, left out: nothing. `clusters`: many may stand together.
   */
  constructor(map, { markerOf, under = null, onPress = null, clusters = false }) {
    Object.assign(this, { map, markerOf, under, onPress, clusters });
    this.items = [];
    this.shown = new Map(); // key -> {item, place, shape, style, tooltip, rank}, of the items
    this.markers = new Map(); // key -> {layer, shown}, of those that stand alone
    this.discs = new Map(); // cell -> {layer, node, some, drawn}
    if (clusters) map.on("zoomend", () => this.place());
  }

  /** How many things are shown, alone or in a disc. */
  get size() {
    return this.items.length;
  }

  /** Show `items`, each with an `id`: an item that is the same object is shown as before. */
  draw(items) {
    this.items = items;
    for (const item of items)
      if (this.shown.get(item.id)?.item !== item)
        this.shown.set(item.id, { item, ...this.markerOf(item) });
    if (this.shown.size > items.length) {
      const ids = new Set(items.map(({ id }) => id));
      for (const key of this.shown.keys()) if (!ids.has(key)) this.shown.delete(key);
    }
    this.place();
  }

  /** The same items, which look otherwise: the page's colours, the time or the choice changed. */
  redraw() {
    this.shown.clear();
    this.draw(this.items);
  }

  place() {
    const all = this.clusters ? this.gathered() : [[...this.shown.values()], new Map()];
    const [alone, together] = all;
    this.drawAlone(alone);
    this.drawDiscs(together);
  }

  /** Those that stand alone, and those of each crowded cell. */
  gathered() {
    const zoom = this.map.getZoom();
    const cells = new Map();
    for (const one of this.shown.values()) {
      if (one.zoom !== zoom) {
        const { x, y } = this.map.project([one.place.lat, one.place.lon]);
        one.cell = `${Math.floor(x / CELL_PX)} ${Math.floor(y / CELL_PX)}`;
        one.zoom = zoom;
      }
      const others = cells.get(one.cell);
      if (others) others.push(one);
      else cells.set(one.cell, [one]);
    }
    const isCrowded = ([, some]) => some.length >= TOGETHER && zoom < 18;
    const together = new Map([...cells].filter(isCrowded));
    return [[...cells].filter((one) => !isCrowded(one)).flatMap(([, some]) => some), together];
  }

  drawAlone(alone) {
    const before = this.markers.size;
    let count = 0;
    for (const shown of alone) {
      count += 1;
      const known = this.markers.get(shown.item.id);
      if (!known) this.markers.set(shown.item.id, { layer: this.marker(shown), shown });
      else if (known.shown !== shown) this.change(known, shown);
    }
    if (this.markers.size > before) this.under?.bringToFront(); // new ones are drawn last
    if (this.markers.size > count) drop(this.markers, new Set(alone.map(({ item }) => item.id)));
  }

  /** A marker that stands there looks as `shown` from now on. */
  change(known, shown) {
    const { place, style } = shown;
    const [was, looked] = [known.shown.place, known.shown.style];
    known.shown = shown;
    if (was.lat !== place.lat || was.lon !== place.lon) known.layer.setLatLng([place.lat, place.lon]);
    if (JSON.stringify(looked) === JSON.stringify(style)) return;
    known.layer.setStyle(style);
    known.layer.setRadius(style.radius);
  }

  /** Above all, but for what this layer never hides. */
  bringToFront() {
    for (const { layer } of this.markers.values()) layer.bringToFront();
    this.under?.bringToFront();
  }

  marker({ item: { id: key }, place, shape, style }) {
    const layer = shapeMarker(place, shape, style).addTo(this.map);
    layer.bindTooltip(() => plain(this.markers.get(key)?.shown.tooltip() ?? ""), {
      direction: "top",
      offset: [0, -6],
    });
    if (this.onPress) layer.on("click", () => this.onPress(this.markers.get(key).shown.item));
    return layer;
  }

  drawDiscs(cells) {
    for (const [cell, some] of cells) {
      const known = this.discs.get(cell) ?? this.disc(cell, middle(some));
      const ink = some.reduce((a, b) => (b.rank > a.rank ? b : a)).style.fillColor;
      const drawn = `${some.length} ${ink}`;
      known.some = some;
      known.layer.setLatLng(middle(some));
      if (known.drawn === drawn) continue;
      known.drawn = drawn;
      known.node.textContent = some.length;
      known.node.style.setProperty("--ink", ink);
    }
    drop(this.discs, cells);
  }

  /** A disc for those of `cell`, none of them yet. */
  disc(cell, at) {
    const node = document.createElement("span");
    const icon = iconOf(node, "map-disc", 30 * markScale());
    const layer = L.marker(at, { icon, keyboard: false }).addTo(this.map);
    const made = { layer, node, some: [], drawn: "" };
    layer.on("click", () => {
      const places = made.some.map((one) => [one.place.lat, one.place.lon]);
      // those at one place can only be told apart as near as the map goes
      this.map.fitBounds(L.latLngBounds(places).pad(0.2), { animate: false, maxZoom: 18 });
    });
    this.discs.set(cell, made);
    return made;
  }
}

/** The middle of the places of `some`, as Leaflet takes it. */
function middle(some) {
  let [lat, lon] = [0, 0];
  for (const { place } of some) {
    lat += place.lat;
    lon += place.lon;
  }
  return [lat / some.length, lon / some.length];
}

/** An icon that is `node`: Leaflet's own would take a string for HTML. */
export function iconOf(node, className, px) {
  const icon = new L.Icon({ className, iconSize: [px, px], iconUrl: "none" });
  const createIcon = () => {
    icon._setIconStyles(node, "icon");
    return node;
  };
  return Object.assign(icon, { createIcon, createShadow: () => null });
}

/** Text for Leaflet, which takes a string for HTML: names come from districts. */
export const plain = (text) => document.createTextNode(text);

/** Take the layers of all keys but those that `seen` has off their map. */
export function drop(layers, seen) {
  for (const [key, entry] of layers) {
    if (seen.has(key)) continue;
    entry.layer.remove();
    layers.delete(key);
  }
}
