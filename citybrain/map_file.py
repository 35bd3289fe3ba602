"""A map file: PMTiles version 3 with vector tiles. Reads its header and says whether the file is
one and is whole; reads no tile.

The format: https://github.com/protomaps/PMTiles/blob/main/spec/v3/spec.md
"""

from pathlib import Path

from pmtiles.tile import (
    Compression,
    MagicNumberNotFound,
    SpecVersionUnsupported,
    TileType,
    deserialize_header,
)

from citybrain.errors import CityBrainError
from citybrain.structs import Struct

HEADER_BYTES = 127
E7 = 10_000_000  # a coordinate of the header is degrees times this
BUILD_ANEW = "Build it again: `citybrain map build EXTRACT.osm.pbf --out {path} --force`."


class MapFileError(CityBrainError):
    """A file that no page can draw: `problem` is what is wrong with it, `remedy` what to do."""

    def __init__(self, path: Path, problem: str, remedy: str) -> None:
        self.problem, self.remedy = problem, remedy
        super().__init__(f"{path}: {problem}. {remedy}")


class MapBounds(Struct, frozen=True, kw_only=True):
    """A rectangle in degrees, WGS 84."""

    west: float
    south: float
    east: float
    north: float


class MapHeader(Struct, frozen=True, kw_only=True):
    """What the header of a map file says. Offsets and lengths are bytes."""

    bounds: MapBounds
    min_zoom: int
    max_zoom: int
    tiles: int  # that can be asked for
    root: tuple[int, int]  # offset and length
    metadata: tuple[int, int]
    leaves_offset: int
    tiles_offset: int
    size: int  # that the whole file has, at least


def read_map_header(path: Path) -> MapHeader:
    """The header of the map at `path`. Raises `MapFileError` where it is missing, is no such map or
    is cut short."""
    try:
        with path.open("rb") as file:
            head = file.read(HEADER_BYTES)
            size = file.seek(0, 2)
    except FileNotFoundError as error:
        raise MapFileError(
            path,
            "there is no such file",
            "Make it: `citybrain map build EXTRACT.osm.pbf --out map.pmtiles`, or mend the path.",
        ) from error
    except OSError as error:
        raise MapFileError(
            path, f"it cannot be read: {error.strerror}", "Name a file that this user may read."
        ) from error
    header = _header(path, head)
    if size < header.size:
        raise MapFileError(
            path,
            f"it is cut short: {size} bytes of at least {header.size} are there",
            f"Copy it again, or b{BUILD_ANEW.format(path=path)[1:]}",
        )
    return header


def _header(path: Path, head: bytes) -> MapHeader:
    if not head.startswith(b"PMTiles"):
        raise MapFileError(
            path,
            "it is no PMTiles file",
            "Name a file that `citybrain map build` made.",
        )
    if len(head) < HEADER_BYTES:
        raise MapFileError(
            path,
            f"it is cut short: it ends in its header, after {len(head)} bytes",
            "Copy it anew.",
        )
    again = BUILD_ANEW.format(path=path)
    try:
        found = deserialize_header(head)
    except (MagicNumberNotFound, SpecVersionUnsupported) as error:
        raise MapFileError(path, "it is PMTiles of another version than 3", again) from error
    except ValueError as error:
        raise MapFileError(path, f"its header is damaged ({error})", again) from error
    if found["tile_type"] is not TileType.MVT:
        kind = found["tile_type"].name.lower()
        raise MapFileError(path, f"its tiles are {kind} and no vector tiles (mvt)", again)
    if found["internal_compression"] is not Compression.GZIP:
        raise MapFileError(path, "its directory is not compressed by gzip", again)
    if not found["addressed_tiles_count"] or found["min_zoom"] > found["max_zoom"]:
        raise MapFileError(path, "there is no tile in it", again)
    ends = (
        found["root_offset"] + found["root_length"],
        found["metadata_offset"] + found["metadata_length"],
        found["leaf_directory_offset"] + found["leaf_directory_length"],
        found["tile_data_offset"] + found["tile_data_length"],
    )
    return MapHeader(
        bounds=MapBounds(
            west=found["min_lon_e7"] / E7,
            south=found["min_lat_e7"] / E7,
            east=found["max_lon_e7"] / E7,
            north=found["max_lat_e7"] / E7,
        ),
        min_zoom=found["min_zoom"],
        max_zoom=found["max_zoom"],
        tiles=found["addressed_tiles_count"],
        root=(found["root_offset"], found["root_length"]),
        metadata=(found["metadata_offset"], found["metadata_length"]),
        leaves_offset=found["leaf_directory_offset"],
        tiles_offset=found["tile_data_offset"],
        size=max(ends),
    )
