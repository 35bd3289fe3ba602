"""Writes a PMTiles file: tiles come in any order, the file has them in the order of their ids and
appears in its place whole or not at all.
"""

import gzip
from pathlib import Path
from types import TracebackType

from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import Writer

from citybrain.map_file import E7, MapBounds
from maps.projection import Tile

LEVEL = 9  # of gzip


class TileStore:
    """Tiles on disk in the order in which they were made, and their places by id."""

    def __init__(self, folder: Path) -> None:
        self._file = (folder / "tiles").open("w+b")
        self._places: dict[int, tuple[int, int]] = {}

    def __enter__(self) -> "TileStore":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()

    def __len__(self) -> int:
        return len(self._places)

    def add(self, tile: Tile, content: bytes) -> None:
        """Keep a tile, compressed: without a time or a name in its head, the same bytes always."""
        small = gzip.compress(content, LEVEL, mtime=0)
        at = self._file.seek(0, 2)
        self._file.write(small)
        self._places[zxy_to_tileid(*tile)] = (at, len(small))

    def write(self, made: Path, *, bounds: MapBounds, metadata: dict[str, object]) -> None:
        """The whole map as `made`, of at least one tile."""
        folder = made.parent
        with made.open("wb") as out, (folder / "ordered").open("w+b") as ordered:
            writer = Writer(out)
            writer.tile_f.close()
            writer.tile_f = ordered  # beside the map, and not where the system has little room
            for tile_id, (at, length) in sorted(self._places.items()):
                self._file.seek(at)
                writer.write_tile(tile_id, self._file.read(length))
            writer.finalize(_header(bounds), metadata)


def _header(bounds: MapBounds) -> dict[str, object]:
    """What the writer does not count itself."""
    middle = ((bounds.west + bounds.east) / 2, (bounds.south + bounds.north) / 2)
    return {
        "tile_type": TileType.MVT,
        "tile_compression": Compression.GZIP,
        "min_lon_e7": round(bounds.west * E7),
        "min_lat_e7": round(bounds.south * E7),
        "max_lon_e7": round(bounds.east * E7),
        "max_lat_e7": round(bounds.north * E7),
        "center_zoom": 12,
        "center_lon_e7": round(middle[0] * E7),
        "center_lat_e7": round(middle[1] * E7),
    }
