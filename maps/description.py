"""What is in a map file, from its directories: tiles and bytes of each zoom, and whether every tile
that is named lies within the file. Decodes no tile.
"""

import gzip
import json
import zlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from pmtiles.tile import Entry, deserialize_directory, tileid_to_zxy

from citybrain.map_file import MapFileError, MapHeader, read_map_header
from citybrain.structs import Struct

DEPTH_MAX = 3  # of directories below the root, as readers of the format go
DAMAGED = "Copy it again, or build it again with --force."


class MapDescription(Struct, frozen=True, kw_only=True):
    """What `citybrain map show` prints."""

    header: MapHeader
    size: int  # bytes of the file
    attribution: str
    time: str  # ISO 8601, of the newest edit in it; "": it does not say
    zooms: tuple[tuple[int, int, int], ...]  # zoom, tiles, their bytes


def describe_map(path: Path) -> MapDescription:
    """What the map at `path` holds. Raises `MapFileError` where it is missing, no map, cut short or
    damaged."""
    header = read_map_header(path)
    tiles: Counter[int] = Counter()
    sizes: Counter[int] = Counter()
    counted: set[int] = set()  # tiles that are alike are stored once
    size = path.stat().st_size
    try:
        with path.open("rb") as file:
            metadata = json.loads(gzip.decompress(_part(file, header.metadata)))
            if not isinstance(metadata, dict):
                raise MapFileError(path, "its metadata are no table", DAMAGED)
            for entry in _entries(file, header, header.root):
                if header.tiles_offset + entry.offset + entry.length > size:
                    raise MapFileError(path, "it names tiles beyond its end", DAMAGED)
                zoom, _, _ = tileid_to_zxy(entry.tile_id)
                tiles[zoom] += entry.run_length
                sizes[zoom] += 0 if entry.offset in counted else entry.length
                counted.add(entry.offset)
    except (ValueError, OverflowError, EOFError, OSError, zlib.error) as error:
        raise MapFileError(path, f"its directory is damaged ({error})", DAMAGED) from error
    if tiles.total() != header.tiles:
        problem = f"it has {tiles.total()} tiles, and its header says {header.tiles}"
        raise MapFileError(path, problem, DAMAGED)
    return MapDescription(
        header=header,
        size=size,
        attribution=str(metadata.get("attribution", "")),
        time=str(metadata.get("osm_time", "")),
        zooms=tuple((zoom, tiles[zoom], sizes[zoom]) for zoom in sorted(tiles)),
    )


def _entries(
    file: BinaryIO, header: MapHeader, place: tuple[int, int], depth: int = 0
) -> Iterator[Entry]:
    if depth > DEPTH_MAX:
        raise ValueError("its directories do not end")
    for entry in deserialize_directory(_part(file, place)):
        if entry.run_length:
            yield entry
        else:  # it names a further directory
            further = (header.leaves_offset + entry.offset, entry.length)
            yield from _entries(file, header, further, depth + 1)


def _part(file: BinaryIO, place: tuple[int, int]) -> bytes:
    file.seek(place[0])
    return file.read(place[1])
