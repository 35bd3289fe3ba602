"""The names that lie beside a map file, by which a district calls places: of streets, landmarks and
areas. `citybrain map build` writes it; a district reads it when it starts.

Lines of JSON, compressed by gzip. The first says what the file is and how many follow; each other
one is `[sort, name in English, name in Chinese, paths]`, where a path is longitude and latitude in
millionths of a degree, and then the steps to the next places. The Chinese name is "" where it is
the same. Lines are sorted, and nothing of a machine or moment is in them: the same names, the same
bytes.
"""

import gzip
import io
import json
import zlib
from collections.abc import Iterable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO

from citybrain.limits import Limit
from citybrain.localized_name import LocalizedName
from citybrain.map_file import MapFileError
from citybrain.structs import Struct

FORMAT, VERSION = "citybrain places", 1
E6 = 1_000_000  # a coordinate is degrees times this
STEP_MAX = 100_000  # between neighbours of a path: 0.1 degrees
LINE_BYTES_MAX = 8 * 1024 * 1024
NAME_CHARS_MAX = 200
PLACE_NAMES = Limit(
    name="place_names",
    value=300_000,
    unit="names beside one map",
    reason="a city of ten million has some 100,000 streets and landmarks with names",
    fate="the map is built without names, and says so; a file with more is not read",
)
PLACE_NAME_CORNERS = Limit(
    name="place_name_corners",
    value=1_000_000,
    unit="corners of the streets and areas beside one map",
    reason="some 30 MB in a district's memory",
    fate="the map is built without names, and says so; a file with more is not read",
)
BUILD_ANEW = "Build the map again with --force, or copy both of its files again"
Path6 = tuple[int, ...]  # longitude, latitude, longitude … in millionths of a degree


class PlaceSort(StrEnum):
    """What has a name; the word in the file."""

    STREET = "street"
    LANDMARK = "landmark"  # one place
    AREA = "area"  # rings; a place is inside where it is in an odd number of them


class NamedPlace(Struct, frozen=True, kw_only=True):
    """A street, landmark or area."""

    sort: PlaceSort
    name: LocalizedName
    paths: tuple[Path6, ...]


CORNERS_MIN = {PlaceSort.STREET: 2, PlaceSort.LANDMARK: 1, PlaceSort.AREA: 3}


def places_beside(map_file: Path) -> Path:
    """Where the names of a map lie: `city.places.jsonl.gz` beside `city.pmtiles`."""
    return map_file.with_suffix(".places.jsonl.gz")


def write_places(path: Path, places: Iterable[NamedPlace], *, attribution: str) -> None:
    """Write the names at `path`, those that are alike once."""
    lines = sorted({_line(one) for one in places})
    head = {"format": FORMAT, "version": VERSION, "attribution": attribution, "names": len(lines)}
    with path.open("wb") as raw, gzip.GzipFile("", "wb", 9, raw, mtime=0) as file:
        file.write(f"{_json(head)}\n".encode())
        file.writelines(f"{line}\n".encode() for line in lines)


def read_places(path: Path) -> Iterator[NamedPlace]:
    """The names at `path`, one after the other. Raises `MapFileError` where it is missing, no such
    file, of another version, cut short or damaged."""
    try:
        with path.open("rb") as raw, gzip.GzipFile(fileobj=raw) as file:
            # gzip asks for more than it was asked for; this is its buffered reading, by lines
            yield from _read(path, io.BufferedReader(file))
    except FileNotFoundError as error:
        problem = "there is no such file, so the map has no names"
        raise MapFileError(path, problem, f"{BUILD_ANEW}.") from error
    except EOFError as error:
        raise MapFileError(path, "it is cut short", f"{BUILD_ANEW}.") from error
    except gzip.BadGzipFile as error:
        problem = "it is no file of names, or is damaged"
        raise MapFileError(path, problem, f"{BUILD_ANEW}.") from error
    except (zlib.error, ValueError, RecursionError) as error:
        raise MapFileError(path, f"it is damaged ({error})", f"{BUILD_ANEW}.") from error
    except OSError as error:
        problem = f"it cannot be read: {error.strerror}"
        raise MapFileError(path, problem, "Name a file that this user may read.") from error


def _read(path: Path, file: BinaryIO) -> Iterator[NamedPlace]:
    count = _head(path, file.readline(LINE_BYTES_MAX))
    corners = 0
    for number in range(count):
        line = file.readline(LINE_BYTES_MAX)
        if not line.endswith(b"\n"):
            what = "one of its lines does not end" if line else f"it has {number} of {count} names"
            raise MapFileError(path, what, f"{BUILD_ANEW}.")
        place = _place(json.loads(line))
        corners += sum(len(one) // 2 for one in place.paths)
        if corners > PLACE_NAME_CORNERS.value:
            problem = f"it has more than {PLACE_NAME_CORNERS.value} corners"
            raise MapFileError(path, problem, "Build the map of a smaller extract.")
        yield place
    if file.readline(1):
        raise MapFileError(path, f"it goes on after its {count} names", f"{BUILD_ANEW}.")


def _head(path: Path, line: bytes) -> int:
    """How many names follow."""
    try:
        head = json.loads(line)
    except ValueError:
        head = None
    if not isinstance(head, dict) or head.get("format") != FORMAT:
        problem = "it is no file of names"
        raise MapFileError(path, problem, f"{BUILD_ANEW}.")
    if head.get("version") != VERSION:
        problem = f"it is of version {head.get('version')!r}, and this release reads {VERSION}"
        raise MapFileError(path, problem, "Build the map again with the release that runs here.")
    count = head.get("names")
    if not isinstance(count, int) or not 0 <= count <= PLACE_NAMES.value:
        problem = f"it says that it has {count!r} names; at most {PLACE_NAMES.value} are read"
        raise MapFileError(path, problem, "Build the map of a smaller extract.")
    return count


def _place(line: object) -> NamedPlace:
    """Raises `ValueError`."""
    match line:
        case [str(sort), str(en), str(zh), [*paths]] if en and max(len(en), len(zh)) <= (
            NAME_CHARS_MAX
        ):
            kind = PlaceSort(sort)
            return NamedPlace(
                sort=kind,
                name=LocalizedName(en=en, zh=zh or en),
                paths=tuple(_path(one, CORNERS_MIN[kind]) for one in paths),
            )
    raise ValueError("a line that is no name")


def _path(steps: object, corners_min: int) -> Path6:
    if not isinstance(steps, list) or len(steps) % 2 or len(steps) < 2 * corners_min:
        raise ValueError("a path of too few corners")
    if not all(type(one) is int for one in steps):
        raise ValueError("a path that is not of whole numbers")
    found: list[int] = steps[:2]
    for at in range(2, len(steps), 2):
        if max(abs(steps[at]), abs(steps[at + 1])) > STEP_MAX:
            raise ValueError("a step of more than 0.1 degrees")
        found += (found[at - 2] + steps[at], found[at - 1] + steps[at + 1])
    if max(map(abs, found[::2])) > 180 * E6 or max(map(abs, found[1::2])) > 90 * E6:
        raise ValueError("a place that is not on the earth")
    return tuple(found)


def _line(place: NamedPlace) -> str:
    name, paths = place.name, []
    for path in place.paths:
        steps = (path[at] - path[at - 2] for at in range(2, len(path)))
        paths.append([*path[:2], *steps])
    return _json([place.sort, name.en, "" if name.zh == name.en else name.zh, paths])


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
