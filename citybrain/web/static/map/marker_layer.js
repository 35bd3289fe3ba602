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
    this.markers = new Map(); // key -> {layer, drawn, item, tooltip}
    this.discs = new Map(); // cell -> {layer, drawn}
    if (clusters) map.on("zoomend", () => this.draw(this.items));
  }

  /** How many things are shown, alone or in a disc. */
  get size() {
    return this.items.length;
  }

  /** Show `items`, each with an `id`. */
  draw(items) {
    this.items = items;
    const shown = items.map((item) => ({ item, ...this.markerOf(item) }));
    const [alone, together] = this.clusters ? this.gathered(shown) : [shown, new Map()];
    this.drawAlone(alone);
    this.drawDiscs(together);
  }

  /** Those that stand alone, and those of each crowded cell. */
  gathered(shown) {
    const cells = new Map();
    for (const one of shown) {
      const { x, y } = this.map.project([one.place.lat, one.place.lon]);
      const cell = `${Math.floor(x / CELL_PX)} ${Math.floor(y / CELL_PX)}`;
      cells.set(cell, [...(cells.get(cell) ?? []), one]);
    }
    const isCrowded = ([, some]) => some.length >= TOGETHER && this.map.getZoom() < 18;
    const together = new Map([...cells].filter(isCrowded));
    return [[...cells].filter((one) => !isCrowded(one)).flatMap(([, some]) => some), together];
  }

  drawAlone(shown) {
    const seen = new Set();
    const before = this.markers.size;
    for (const { item, place, shape, style, tooltip } of shown) {
      const [key, drawn] = [item.id, JSON.stringify([place, style])];
      seen.add(key);
      const known = this.markers.get(key);
      if (!known) {
        this.markers.set(key, { layer: this.marker(key, place, shape, style), drawn, item, tooltip });
        continue;
      }
      Object.assign(known, { item, tooltip });
      if (known.drawn === drawn) continue;
      known.drawn = drawn;
      known.layer.setLatLng([place.lat, place.lon]).setStyle(style);
      known.layer.setRadius(style.radius);
    }
    if (this.markers.size > before) this.under?.bringToFront(); // new ones are drawn last
    drop(this.markers, seen);
  }

  /** Above all, but for what this layer never hides. */
  bringToFront() {
    for (const { layer } of this.markers.values()) layer.bringToFront();
    this.under?.bringToFront();
  }

  marker(key, place, shape, style) {
    const layer = shapeMarker(place, shape, style).addTo(this.map);
    layer.bindTooltip(() => plain(this.markers.get(key)?.tooltip() ?? ""), {
      direction: "top",
      offset: [0, -6],
    });
    if (this.onPress) layer.on("click", () => this.onPress(this.markers.get(key).item));
    return layer;
  }

  drawDiscs(cells) {
    for (const [cell, some] of cells) {
      const worst = some.reduce((a, b) => (b.rank > a.rank ? b : a));
      const [lat, lon] = ["lat", "lon"].map(
        (axis) => some.reduce((sum, one) => sum + one.place[axis], 0) / some.length,
      );
      const drawn = JSON.stringify([lat, lon, some.length, worst.style.fillColor]);
      const known = this.discs.get(cell);
      if (known?.drawn === drawn) continue;
      known?.layer.remove();
      this.discs.set(cell, { layer: this.disc({ lat, lon }, some, worst.style.fillColor), drawn });
    }
    drop(this.discs, new Set(cells.keys()));
  }

  disc(place, some, ink) {
    const node = document.createElement("span");
    node.textContent = some.length;
    node.style.setProperty("--ink", ink);
    const layer = L.marker([place.lat, place.lon], {
      icon: iconOf(node, "map-disc", 30 * markScale()),
      keyboard: false,
    });
    layer.addTo(this.map);
    const places = some.map((one) => [one.place.lat, one.place.lon]);
    layer.on("click", () => {
      // those at one place can only be told apart as near as the map goes
      this.map.fitBounds(L.latLngBounds(places).pad(0.2), { animate: false, maxZoom: 18 });
    });
    return layer;
  }
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

/** Take the layers of all keys but those of `seen` off their map. */
export function drop(layers, seen) {
  for (const [key, entry] of layers) {
    if (seen.has(key)) continue;
    entry.layer.remove();
    layers.delete(key);
  }
}
