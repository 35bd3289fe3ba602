"""A recorded series of readings, and when each is due in a replay. Reads one CSV file; decides
nothing about the values."""

import csv
import math
from itertools import pairwise
from pathlib import Path

from citybrain.clock import SECOND_US, Timestamp
from citybrain.structs import Struct
from street_agent.errors import SensorError
from street_agent.limits import SERIES_POINTS

COLUMNS = ["seconds", "value"]


class Series(Struct, frozen=True, kw_only=True):
    """Readings by their seconds since the first one; `period_s` is when a looped replay begins
    again."""

    seconds: tuple[float, ...]
    values: tuple[float, ...]
    period_s: float


def read(path: Path) -> Series:
    """The series in a CSV file with the columns seconds,value (lines that begin with # are
    comments); raises `SensorError` with the line."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise SensorError(
            f"the series {path} cannot be read: {error.strerror}. Give the path of a CSV file with"
            " the columns seconds,value."
        ) from error
    except UnicodeDecodeError as error:
        raise SensorError(
            f"the series {path} is not UTF-8 text (byte {error.start}). Save it as UTF-8."
        ) from error
    lines = [
        (number, line)
        for number, line in enumerate(text.splitlines(), 1)
        if line.strip() and not line.startswith("#")
    ]
    if not lines or [cell.strip() for cell in lines[0][1].split(",")][:2] != COLUMNS:
        raise SensorError(
            f"the series {path} does not begin with the header seconds,value. Add it as the first"
            " line."
        )
    if len(lines) - 1 > SERIES_POINTS.value:
        raise SensorError(
            f"the series {path} has {len(lines) - 1} readings, more than {SERIES_POINTS.value}."
            f" {SERIES_POINTS.fate}."
        )
    points = [_point(path, number, line) for number, line in lines[1:]]
    return _series(path, points)


def due_at(series: Series, index: int, *, began_at: Timestamp, speedup: float) -> Timestamp:
    """When reading `index` of the endless replay (it begins again after the last) is due."""
    round_number, place = divmod(index, len(series.values))
    return Timestamp(
        began_at
        + round((round_number * series.period_s + series.seconds[place]) / speedup * SECOND_US)
    )


def value_at(series: Series, index: int) -> float:
    """The value of reading `index` of the endless replay."""
    return series.values[index % len(series.values)]


def _point(path: Path, number: int, line: str) -> tuple[float, float]:
    cells = next(csv.reader([line]))
    try:
        second, value = float(cells[0]), float(cells[1])
    except (ValueError, IndexError):
        raise SensorError(
            f"line {number} of {path} is {line!r}, not two numbers. Write seconds,value."
        ) from None
    if not math.isfinite(second):
        raise SensorError(f"line {number} of {path} has no finite time. Write seconds,value.")
    return second, value


def _series(path: Path, points: list[tuple[float, float]]) -> Series:
    if not points:
        raise SensorError(f"the series {path} holds no reading. Add lines of seconds,value.")
    first = points[0][0]
    seconds = tuple(second - first for second, _ in points)
    steps = [after - before for before, after in pairwise(seconds)]
    fault = next((number for number, step in enumerate(steps, 1) if step <= 0), None)
    if fault is not None:
        raise SensorError(
            f"the seconds of {path} do not rise after reading {fault}. Sort the lines by time."
        )
    step = steps[-1] if steps else 1.0
    return Series(
        seconds=seconds, values=tuple(value for _, value in points), period_s=seconds[-1] + step
    )
