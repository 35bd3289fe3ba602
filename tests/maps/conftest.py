"""The small town as a map, built once, and its tiles as an independent reader reads them."""

import gzip
from pathlib import Path

import pytest
from pmtiles.reader import MmapSource, Reader, all_tiles
from small_town import write_town
from vector_tile_reader import read_tile

from maps.build import build_map


class Silent:
    """Shows nothing."""

    def reading(self, features: int) -> None: ...
    def cutting(self, blocks: int, of: int) -> None: ...


class MapReader:
    """A map as `pmtiles` and `vector_tile_reader` read it."""

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            source = MmapSource(file)
            self.header, self.metadata = Reader(source).header(), Reader(source).metadata()
            self.tiles = {
                place: read_tile(gzip.decompress(content)) for place, content in all_tiles(source)
            }

    def features(self, zoom: int, layer: str) -> list[tuple[tuple[int, int, int], object]]:
        """(tile, feature) of all tiles of a zoom."""
        return [
            (place, feature)
            for place, tile in sorted(self.tiles.items())
            if place[0] == zoom
            for feature in tile.get(layer, ())
        ]


@pytest.fixture(scope="session")
def built(tmp_path_factory):
    """(path of the map, what `build_map` said of it)."""
    folder = tmp_path_factory.mktemp("town")
    extract = write_town(folder / "town.osm.pbf")
    made = build_map(extract, folder / "town.pmtiles", min_zoom=2, max_zoom=15, progress=Silent())
    return folder / "town.pmtiles", made


@pytest.fixture(scope="session")
def town_map(built):
    return MapReader(built[0])


@pytest.fixture
def build(tmp_path):
    """Build the extract at a path with the zooms given; (map read again, what was said)."""

    def run(extract: Path, *, min_zoom: int = 10, max_zoom: int = 14):
        out = tmp_path / "built.pmtiles"
        zooms = {"min_zoom": min_zoom, "max_zoom": max_zoom}
        made = build_map(extract, out, **zooms, progress=Silent())
        return MapReader(out), made

    return run
