"""Features on disk between reading and cutting, a file per block of the city, so that memory holds
one block and never the city. The files are temporary and read by this process alone.
"""

import marshal
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from maps.projection import MARGIN, Box, Tile, tiles_in
from maps.schema import Properties

BUFFERED_BYTES_MAX = 32 * 1024 * 1024  # of all blocks together, then they are written


class Level(NamedTuple):
    """Zooms that are cut from the same blocks; a block is a tile of `block_zoom`."""

    block_zoom: int
    last_zoom: int


# The further a zoom, the less a feature spreads and the more there are: a block of zoom 13 is some
# five kilometres wide and holds at most about 75,000 houses, a hundred MB while it is cut.
LEVELS = (Level(0, 9), Level(10, 12), Level(13, 30))


class Row(NamedTuple):
    """A feature without its shape."""

    layer: str
    min_zoom: int
    properties: Properties


class FeatureTable(NamedTuple):
    """Features side by side. `shapes` are of the unit square; `bounds` is [n, 4]: west, north,
    east, south."""

    layers: list[str]
    min_zooms: NDArray[np.int64]
    properties: list[Properties]
    shapes: NDArray[np.object_]
    bounds: NDArray[np.float64]

    def touching(self, box: Box, zoom: int) -> NDArray[np.int64]:
        """The indices of what `zoom` shows within `box`, in the order of the extract."""
        low, high = self.bounds[:, :2], self.bounds[:, 2:]
        touches = (low <= (box.east, box.south)).all(1) & (high >= (box.west, box.north)).all(1)
        return np.flatnonzero(touches & (self.min_zooms <= zoom))


class Spool:
    """The features of all blocks of the levels that are cut, in files of `folder`."""

    def __init__(self, folder: Path, *, min_zoom: int, max_zoom: int) -> None:
        self._folder, self._min_zoom, self._max_zoom = folder, min_zoom, max_zoom
        self._buffers: dict[Tile, bytearray] = defaultdict(bytearray)
        self._buffered = 0
        self._blocks: set[Tile] = set()

    def add(self, rows: Sequence[Row], shapes: NDArray[np.object_]) -> None:
        """Put features into every block that they touch; `shapes` has one for each of `rows`."""
        boxes, texts = shapely.bounds(shapes).tolist(), shapely.to_wkb(shapes)
        for row, box, text in zip(rows, boxes, texts, strict=True):
            packed = marshal.dumps((*row, text))
            framed = len(packed).to_bytes(4, "big") + packed
            for level in LEVELS:
                if row.min_zoom > level.last_zoom or not self._zooms(level):
                    continue
                for block in _blocks_of(Box(*box), level.block_zoom):
                    self._buffers[block] += framed
                    self._buffered += len(framed)
        if self._buffered > BUFFERED_BYTES_MAX:
            self.flush()

    def flush(self) -> None:
        """Write what is buffered; before the first `read`."""
        for block, rows in self._buffers.items():
            with self._file(block).open("ab") as file:
                file.write(rows)
            self._blocks.add(block)
        self._buffers.clear()
        self._buffered = 0

    def blocks(self) -> list[tuple[Tile, range]]:
        """Every block that holds something, and the zooms to cut from it."""
        zooms = {level.block_zoom: self._zooms(level) for level in LEVELS}
        return [(block, zooms[block.z]) for block in sorted(self._blocks)]

    def read(self, block: Tile) -> FeatureTable:
        """What a block holds."""
        rows = list(_rows(self._file(block).read_bytes()))
        shapes = shapely.from_wkb(np.array([row[3] for row in rows], dtype=object))
        return FeatureTable(
            layers=[row[0] for row in rows],
            min_zooms=np.array([row[1] for row in rows], dtype=np.int64),
            properties=[row[2] for row in rows],
            shapes=shapes,
            bounds=shapely.bounds(shapes),
        )

    def _zooms(self, level: Level) -> range:
        first, last = max(level.block_zoom, self._min_zoom), min(level.last_zoom, self._max_zoom)
        return range(first, last + 1)

    def _file(self, block: Tile) -> Path:
        return self._folder / f"{block.z}-{block.x}-{block.y}.features"


def _blocks_of(box: Box, zoom: int) -> Iterator[Tile]:
    """The blocks that a feature may be seen in: a tile shows a little of what is beside it."""
    margin = MARGIN / (1 << zoom)
    wide = Box(box.west - margin, box.north - margin, box.east + margin, box.south + margin)
    yield from tiles_in(wide, zoom)


def _rows(text: bytes) -> Iterator[tuple[str, int, Properties, bytes]]:
    at = 0
    while at < len(text):
        end = at + 4 + int.from_bytes(text[at : at + 4], "big")
        yield marshal.loads(text[at + 4 : end])  # what `add` wrote, a moment ago
        at = end
