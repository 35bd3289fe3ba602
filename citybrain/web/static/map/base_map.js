// A base map: Leaflet's canvas renderer over the node's own map of streets, or over a drawn grid
// where it has none, so that it needs no tile server. Shapes: diamonds, discs, squares, arcs.
/* global L */
import { isLight, whileOn } from "./ground.js";
import { streets } from "./streets.js";
import { EARTH_M, distanceM, rad } from "./geo.js";

const TICK_PX = 7; // beyond the rim of a mark

/** A map on `node`; streets when the page names a map, tiles when it names a server. */
export function baseMap(node, options = {}) {
  defineShapes();
  const renderer = L.canvas({ padding: 0.4, tolerance: 4 });
  const map = L.map(node, {
    preferCanvas: true,
    renderer,
    attributionControl: false,
    zoomSnap: 0.25,
    minZoom: 3,
    maxZoom: 19,
    inertia: false,
    ...options,
  });
  const tiles = document.body.dataset.tiles;
  if (tiles) L.tileLayer(tiles, { className: "tiles-dimmed" }).addTo(map);
  else {
    const grid = new L.NeutralGrid().addTo(map);
    whileOn(map, () => grid.redraw());
  }
  streets()?.addTo(map);
  L.control.scale({ imperial: false, position: "bottomleft" }).addTo(map);
  const sized = new ResizeObserver(() => map.invalidateSize({ animate: false }));
  sized.observe(node);
  map.on("unload", () => sized.disconnect());
  return map;
}

/**
 * A marker at a place: `shape` is "diamond", "disc" or "square". With `heading`, degrees clockwise
 * from north, a tick of the colour `tick` at its rim points there; null is none, left out is one
 * that never has any.
 */
export function shapeMarker(place, shape, options) {
  return new L.ShapeMarker([place.lat, place.lon], { shape, radius: 6, weight: 1.5, ...options });
}

/** The points of an arc from `a` to `b`. */
export function arc(a, b, bend = 0.16) {
  const middle = {
    lat: (a.lat + b.lat) / 2 + (b.lon - a.lon) * bend * Math.cos(rad(a.lat)),
    lon: (a.lon + b.lon) / 2 - ((b.lat - a.lat) * bend) / Math.cos(rad(a.lat)),
  };
  return Array.from({ length: 33 }, (_, i) => {
    const [p, q] = [1 - i / 32, i / 32];
    return [
      p * p * a.lat + 2 * p * q * middle.lat + q * q * b.lat,
      p * p * a.lon + 2 * p * q * middle.lon + q * q * b.lon,
    ];
  });
}

/** A bounded Voronoi cell: the area nearer to centre `i` than to any other. */
export function area(centres, i) {
  const here = centres[i];
  const scale = { lat: EARTH_M * rad(1), lon: EARTH_M * rad(1) * Math.cos(rad(here.lat)) };
  const flat = centres.map((c) => [(c.lon - here.lon) * scale.lon, (c.lat - here.lat) * scale.lat]);
  const nearest = centres.map((c) =>
    Math.min(...centres.filter((o) => o !== c).map((o) => distanceM(c, o)), 6000),
  );
  const reach = 0.72 * (nearest.reduce((sum, n) => sum + n, 0) / nearest.length);
  let ring = Array.from({ length: 64 }, (_, k) => [
    reach * Math.cos((k / 32) * Math.PI),
    reach * Math.sin((k / 32) * Math.PI),
  ]);
  flat.forEach(([x, y], j) => {
    if (j !== i) ring = clip(ring, x, y, (x * x + y * y) / 2 - 60 * Math.hypot(x, y));
  });
  return ring.map(([x, y]) => [here.lat + y / scale.lat, here.lon + x / scale.lon]);
}

/** The part of `ring` with x·nx + y·ny <= limit. */
function clip(ring, nx, ny, limit) {
  const over = ([x, y]) => x * nx + y * ny - limit;
  const kept = [];
  ring.forEach((point, i) => {
    const next = ring[(i + 1) % ring.length];
    const [a, b] = [over(point), over(next)];
    if (a <= 0) kept.push(point);
    if (a < 0 !== b < 0 && a !== b)
      kept.push([
        point[0] + ((next[0] - point[0]) * a) / (a - b),
        point[1] + ((next[1] - point[1]) * a) / (a - b),
      ]);
  });
  return kept;
}

function defineShapes() {
  if (L.ShapeMarker) return;
  L.NeutralGrid = L.GridLayer.extend({
    createTile() {
      const tile = document.createElement("canvas");
      const size = this.getTileSize();
      [tile.width, tile.height] = [size.x, size.y];
      const pen = tile.getContext("2d");
      const [ground, lines] = isLight() ? ["#e7ebee", "#d5dde4"] : ["#0f151b", "#18212a"];
      pen.fillStyle = ground;
      pen.fillRect(0, 0, size.x, size.y);
      pen.fillStyle = lines;
      for (let i = 0; i < size.x; i += 64) pen.fillRect(i, 0, 1, size.y);
      for (let i = 0; i < size.y; i += 64) pen.fillRect(0, i, size.x, 1);
      return tile;
    },
  });
  L.Canvas.include({
    _updateShape(layer) {
      if (!this._drawing || layer._empty()) return;
      const { x, y } = layer._point;
      const r = Math.max(1, Math.round(layer._radius));
      const pen = this._ctx;
      if (Number.isFinite(layer.options.heading)) this._fillTick(pen, layer, r);
      pen.beginPath();
      if (layer.options.shape === "diamond") {
        pen.moveTo(x, y - r);
        pen.lineTo(x + r, y);
        pen.lineTo(x, y + r);
        pen.lineTo(x - r, y);
        pen.closePath();
      } else if (layer.options.shape === "square") {
        pen.rect(x - r, y - r, 2 * r, 2 * r);
      } else {
        pen.arc(x, y, r, 0, Math.PI * 2);
      }
      this._fillStroke(pen, layer);
    },
    /** An arrow head from the middle of the mark to beyond its rim, which the mark then covers. */
    _fillTick(pen, layer, r) {
      const { x, y } = layer._point;
      const angle = rad(layer.options.heading);
      const at = (far, side) => [
        x + far * Math.sin(angle) + side * Math.cos(angle),
        y - far * Math.cos(angle) + side * Math.sin(angle),
      ];
      pen.beginPath();
      pen.moveTo(...at(r + TICK_PX, 0));
      pen.lineTo(...at(0, r + 1));
      pen.lineTo(...at(0, -r - 1));
      pen.closePath();
      pen.globalAlpha = layer.options.fillOpacity;
      pen.fillStyle = layer.options.tick;
      pen.fill();
      pen.globalAlpha = 1;
    },
  });
  L.ShapeMarker = L.CircleMarker.extend({
    _updatePath() {
      this._renderer._updateShape(this);
    },
    _updateBounds() {
      L.CircleMarker.prototype._updateBounds.call(this);
      if (!("heading" in this.options)) return;
      const room = [TICK_PX, TICK_PX]; // what it draws beyond its rim is cleared with it
      this._pxBounds = L.bounds(this._pxBounds.min.subtract(room), this._pxBounds.max.add(room));
    },
  });
}
