"""Makes a map file of an extract of OpenStreetMap: reads, sorts into blocks, cuts tiles, writes.

The same extract gives the same bytes. Memory holds what osmium keeps of nodes (see
`maps.extract.features`), one block (see `maps.spool`) and the coastlines; the disk beside the map
some 300 bytes a feature while it is made. Measured with 100,000 houses and 20,000 pieces of
streets: 133 MB and 40 s of one core.
"""

import errno
import math
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Protocol

import numpy as np
import shapely
from numpy.typing import NDArray

from citybrain.geo_datums import Datum
from citybrain.map_file import MapBounds
from citybrain.places_file import PLACE_NAME_CORNERS, PLACE_NAMES, places_beside
from citybrain.structs import Struct
from maps.archive import TileStore
from maps.coastline import sea_of
from maps.cutting import cut
from maps.errors import ExtractError, MapNotWrittenError
from maps.extract.features import ExtractHeader, Found, read_features, read_header
from maps.names.collector import NameCollector
from maps.names.landmarks import read_landmarks
from maps.projection import Box, Tile, box_of, project, tiles_in, within
from maps.schema import COASTLINE, EARTH, LAYERS, ROADS, UNDRAWN, WATER
from maps.spool import LEVELS, Row, Spool
from maps.vector_tile import encode_tile

ATTRIBUTION = "© OpenStreetMap contributors"
BATCH = 5_000  # features that are projected together
AREA_SEEN = 4.0 / 512  # of a tile's side: the side of an area from where on it is worth drawing


class BuildProgress(Protocol):
    """Sees how far a map is."""

    def reading(self, features: int) -> None: ...
    def cutting(self, blocks: int, of: int) -> None: ...


class MapBuilt(Struct, frozen=True, kw_only=True):
    """What became of an extract."""

    path: Path
    size: int  # bytes
    tiles: int
    features: tuple[tuple[str, int], ...]  # by layer
    names: int  # of streets and landmarks, beside the map
    incomplete: int  # things whose nodes are not in the extract
    warnings: tuple[str, ...]


def build_map(
    extract: Path,
    out: Path,
    *,
    min_zoom: int,
    max_zoom: int,
    progress: BuildProgress,
    landmarks: Sequence[Path] = (),
    datum: Datum | None = None,
) -> MapBuilt:
    """Make the map `out` of `extract`, with tiles of the zooms from `min_zoom` to `max_zoom`, and
    beside it the names of its places, with those of the files `landmarks`: of `datum`, or of the
    one that each names.

    Raises `ExtractError`, `LandmarksError`, or `MapNotWrittenError` where the disk is full or
    refuses; then `out` is as it was.
    """
    head = read_header(extract)
    names = NameCollector()
    notes = [note for path in landmarks for note in _add_landmarks(names, path, datum, head.bounds)]
    with _beside(out) as folder:
        spool = Spool(folder, min_zoom=min_zoom, max_zoom=max_zoom)
        counts = _fill(spool, names, extract, head.bounds, max_zoom, progress)
        with TileStore(folder) as tiles:
            _cut_all(spool, tiles, max_zoom, progress)
            made = folder / "map"
            zooms = (min_zoom, max_zoom)
            tiles.write(made, bounds=head.bounds, metadata=_metadata(head, zooms))
            count = len(tiles)
        _put_names(names, folder, places_beside(out))
        made.replace(out)
    return MapBuilt(
        path=out,
        size=out.stat().st_size,
        tiles=count,
        features=tuple((layer, counts[layer]) for layer in LAYERS),
        names=0 if names.is_over else len(names),
        incomplete=counts[""],
        warnings=(*_warnings(extract, counts, names), *notes),
    )


def _add_landmarks(
    names: NameCollector, path: Path, datum: Datum | None, bounds: MapBounds
) -> Iterator[str]:
    """The names of a file; what is odd about it."""
    found = read_landmarks(path, datum)
    box = shapely.box(bounds.west, bounds.south, bounds.east, bounds.north)
    for named, shape in found.named:
        names.put(named, shape)
    if not any(shapely.intersects(box, shape) for _, shape in found.named):
        yield (
            f"none of the {len(found.named)} names of {path} lies within the extract. Are longitude"
            " and latitude in each other's place, or is it of another city?"
        )
    if found.nameless:
        yield f"{found.nameless} features of {path} were left out: they have no name."


def _put_names(names: NameCollector, folder: Path, out: Path) -> None:
    """Before the map, which without them is as good as before; names of an older map go."""
    if names.is_over:
        out.unlink(missing_ok=True)
        return
    names.write(folder / "names", ATTRIBUTION)
    (folder / "names").replace(out)


@contextmanager
def _beside(out: Path) -> Iterator[Path]:
    """A folder for what is under way, on the disk of `out`."""
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".map-", dir=out.parent) as folder:
            yield Path(folder)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            why = f"there is no room left on the disk of {out.parent}"
            cure = "Free some, or name a place on another disk with --out."
        else:
            why = f"{error.filename or out}: {error.strerror}"
            cure = "Name another place with --out, or give this user its rights there."
        raise MapNotWrittenError(f"{out} was not written: {why}. {cure}") from error


def _fill(
    spool: Spool,
    names: NameCollector,
    extract: Path,
    bounds: MapBounds,
    max_zoom: int,
    progress: BuildProgress,
) -> "Counter[str]":
    """Every feature of the extract into the blocks, and what is named into `names`; how many by
    layer, "" for incomplete ones."""
    box = box_of(bounds)
    counts: Counter[str] = Counter()
    spool.add([Row(EARTH, 0, (("kind", "earth"),))], np.array([shapely.box(*box)]))
    counts[EARTH] = 1
    coastlines: list[shapely.Geometry] = []
    features = read_features(extract)
    while batch := list(islice(features, BATCH)):
        names.add(batch)
        drawn = [found for found in batch if found.drawn.layer != UNDRAWN]
        whole = [found for found in drawn if found.shape is not None]
        counts[""] += len(drawn) - len(whole)
        rows, kept = [], []
        for found, shape in zip(whole, _placed(whole, box), strict=True):
            if shape.is_empty:
                continue
            if found.drawn.layer == COASTLINE:
                coastlines.append(shape)
                continue
            counts[found.drawn.layer] += 1
            first = _first_zoom(found, shape, max_zoom)
            rows.append(Row(found.drawn.layer, first, found.drawn.properties))
            kept.append(shape)
        spool.add(rows, np.array(kept, dtype=object))
        progress.reading(counts.total())
    seas = sea_of(coastlines, box) if coastlines else []
    spool.add([Row(WATER, 0, (("kind", "ocean"),))] * len(seas), np.array(seas, dtype=object))
    counts[WATER] += len(seas)
    if counts.total() - counts[""] == counts[EARTH]:
        raise ExtractError(
            f"{extract} holds nothing to draw: no street, house, water or park. Its tags are"
            " perhaps filtered out; take an extract of your city with all of them."
        )
    spool.flush()
    return counts


def _placed(found: list[Found], box: Box) -> NDArray[np.object_]:
    """The shapes on the unit square, as far as the extract covers them; empty where it does not."""
    shapes: NDArray[np.object_] = shapely.from_wkb(
        np.array([one.shape for one in found], dtype=object)
    )
    shapes = shapely.transform(shapes, project)
    bounds = shapely.bounds(shapes)
    inside = (bounds[:, :2] >= box[:2]).all(1) & (bounds[:, 2:] <= box[2:]).all(1)
    bad = ~inside & ~shapely.is_valid(shapes)
    shapes[bad] = shapely.make_valid(shapes[bad])
    shapes[~inside] = shapely.intersection(shapes[~inside], shapely.box(*box))
    return shapes


def _first_zoom(found: Found, shape: shapely.Geometry, max_zoom: int) -> int:
    """The zoom from which on a feature is seen: an area once it is some pixels large, and on the
    deepest zoom however small it is."""
    if not found.is_area:
        return found.drawn.min_zoom
    side = max(shape.area, 1e-30) ** 0.5
    seen = math.ceil(math.log2(AREA_SEEN / side))
    return max(found.drawn.min_zoom, min(seen, max_zoom))


def _cut_all(spool: Spool, tiles: TileStore, max_zoom: int, progress: BuildProgress) -> None:
    blocks = spool.blocks()
    for done, (block, zooms) in enumerate(blocks):
        progress.cutting(done, len(blocks))
        features = spool.read(block)
        for zoom in zooms:
            # the block of the first level is the world, of which a city is little
            is_world = block.z == LEVELS[0].block_zoom
            for tile in _around(features.bounds, zoom) if is_world else within(block, zoom):
                layers = cut(features, tile, is_deepest=zoom == max_zoom)
                if layers:
                    tiles.add(tile, encode_tile(layers))
    progress.cutting(len(blocks), len(blocks))


def _around(bounds: NDArray[np.float64], zoom: int) -> Iterator[Tile]:
    low, high = bounds[:, :2].min(0), bounds[:, 2:].max(0)
    yield from tiles_in(Box(*low.tolist(), *high.tolist()), zoom)


def _metadata(head: ExtractHeader, zooms: tuple[int, int]) -> dict[str, object]:
    """What readers of map files look for; nothing of this machine or this moment."""
    minzoom, maxzoom = zooms
    return {
        "name": "streets",
        "attribution": ATTRIBUTION,
        "type": "baselayer",
        "version": "4",  # of the schema
        "generator": "open-citybrain",
        **({"osm_time": head.time} if head.time else {}),
        "vector_layers": [
            {"id": layer, "fields": {}, "minzoom": minzoom, "maxzoom": maxzoom} for layer in LAYERS
        ],
    }


def _warnings(extract: Path, counts: "Counter[str]", names: NameCollector) -> Iterator[str]:
    if names.is_over:
        yield (
            f"{extract} has more names than a district takes in ({PLACE_NAMES.value}, with"
            f" {PLACE_NAME_CORNERS.value} corners), so the map has none. Cut out your city."
        )
    if not counts[ROADS]:
        yield (
            f"{extract} has no street, so the map shows none. Is it an extract of a city with all"
            " of its tags?"
        )
    if counts[""]:
        yield (
            f"{counts['']} things were left out: the extract names them without the places of"
            " their nodes (most lie across its border)."
        )
