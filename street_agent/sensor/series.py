"""A recorded series of readings, and when each is due in a replay. Reads one CSV file; decides
nothing about the values.

A row that is no reading is skipped, counted and shown: it refuses neither the rows beside it nor
the file. Where its time can be read it keeps its place, so that a replay says when it was refused.
"""

import csv
from bisect import bisect_left
from itertools import pairwise
from pathlib import Path

from citybrain.clock import SECOND_US, Timestamp
from citybrain.plain_number import plain_number
from citybrain.structs import Struct
from street_agent.errors import SensorError
from street_agent.limits import SERIES_BYTES, SERIES_POINTS

COLUMNS = ["seconds", "value"]
SHOWN_CHARS = 40  # of a row that is refused
RefusedRow = str  # for people: which line, and why


class Series(Struct, frozen=True, kw_only=True):
    """Readings by their seconds since the first one; where a row has a time and no value, its value
    is the reason. `period_s` is when a looped replay begins again. `refused`: how many rows of the
    file are no reading, of which `first_refused` says the first."""

    seconds: tuple[float, ...]
    values: tuple[float | RefusedRow, ...]
    period_s: float
    refused: int = 0
    first_refused: RefusedRow = ""

    @property
    def numbers(self) -> tuple[float, ...]:
        """The values that are readings."""
        return tuple(value for value in self.values if not isinstance(value, str))


class _Row(Struct, frozen=True, kw_only=True):
    number: int  # of its line in the file
    seconds: float
    value: float | RefusedRow


def read(path: Path) -> Series:
    """The series in a CSV file with the columns seconds,value (lines that begin with # are
    comments). Raises `SensorError` for what is no such file, or holds no reading at all."""
    lines = [
        (number, line)
        for number, line in enumerate(_text(path).splitlines(), 1)
        if line.strip() and not line.startswith("#")
    ]
    header = [cell.strip().lower() for cell in lines[0][1].split(",")] if lines else []
    if header[:2] != COLUMNS:
        raise SensorError(
            f"the series {path} does not begin with the header seconds,value. Make it a CSV file"
            " with commas between the columns, points in the numbers, and that as its first line."
        )
    if len(lines) - 1 > SERIES_POINTS.value:
        raise SensorError(
            f"the series {path} has {len(lines) - 1} readings, more than {SERIES_POINTS.value}."
            f" {SERIES_POINTS.fate}."
        )
    rows = [_row(number, line, len(header)) for number, line in lines[1:]]
    return _series(path, rows)


def due_at(series: Series, index: int, *, began_at: Timestamp, speedup: float) -> Timestamp:
    """When reading `index` of the endless replay (it begins again after the last) is due."""
    round_number, place = divmod(index, len(series.values))
    return Timestamp(
        began_at
        + round((round_number * series.period_s + series.seconds[place]) / speedup * SECOND_US)
    )


def value_at(series: Series, index: int) -> float | RefusedRow:
    """The value of reading `index` of the endless replay, or why it has none."""
    return series.values[index % len(series.values)]


def _text(path: Path) -> str:
    """Of the file. Bytes that are no UTF-8 spoil their own line alone."""
    remedy = "Give the path of a CSV file with the columns seconds,value."
    try:
        if not path.is_file():
            is_there = "is no file" if path.exists() else "cannot be read: No such file"
            raise SensorError(f"the series {path} {is_there}. {remedy}")
        size = path.stat().st_size
        if size > SERIES_BYTES.value:
            raise SensorError(
                f"the series {path} has {size} bytes, more than {SERIES_BYTES.value}."
                f" {SERIES_BYTES.fate}."
            )
        return path.read_bytes().decode("utf-8-sig", errors="replace")
    except OSError as error:
        raise SensorError(
            f"the series {path} cannot be read: {error.strerror}. {remedy}"
        ) from error


def _row(number: int, line: str, columns: int) -> _Row | RefusedRow:
    shown = repr(line if len(line) <= SHOWN_CHARS else f"{line[:SHOWN_CHARS]}…")
    try:
        cells = next(csv.reader([line], strict=True))
    except csv.Error:
        return f"line {number} is {shown}, not seconds,value"
    seconds = plain_number(cells[0])
    if seconds is None or len(cells) < 2:
        return f"line {number} is {shown}, not seconds,value"
    value = plain_number(cells[1])
    if value is None:
        why = f"line {number} is {shown}, whose value is no number"
    elif len(cells) != columns:  # a comma in the number made two cells of it, more likely than not
        why = f"line {number} is {shown}, with {len(cells)} cells under a header of {columns}"
    else:
        return _Row(number=number, seconds=seconds, value=value)
    return _Row(number=number, seconds=seconds, value=why)


def _series(path: Path, rows: list[_Row | RefusedRow]) -> Series:
    timed = [row for row in rows if isinstance(row, _Row)]
    kept = _rising(timed)
    of_rows = {row.number for row in kept}
    refused = [
        reason
        for row in rows
        if (reason := row if isinstance(row, str) else _refusal(row, is_kept=row.number in of_rows))
    ]
    if len(refused) == len(rows):
        why = f"no row of it is a reading: {refused[0]}" if refused else "it holds no reading"
        raise SensorError(f"the series {path} is of no use, {why}. Write lines of seconds,value.")
    first = kept[0].seconds
    seconds = tuple(row.seconds - first for row in kept)
    step = seconds[-1] - seconds[-2] if len(seconds) > 1 else 1.0
    return Series(
        seconds=seconds,
        values=tuple(row.value for row in kept),
        period_s=seconds[-1] + step,
        refused=len(refused),
        first_refused=refused[0] if refused else "",
    )


def _refusal(row: _Row, *, is_kept: bool) -> RefusedRow:
    if not is_kept:
        return f"line {row.number} is of {row.seconds:g} s, out of order"
    return row.value if isinstance(row.value, str) else ""


def _rising(rows: list[_Row]) -> list[_Row]:
    """As many rows as there can be whose times rise, in their order: a row whose time is far off is
    left out alone (the longest rising subsequence, by patience sorting)."""
    if all(before.seconds < after.seconds for before, after in pairwise(rows)):
        return rows
    lowest_last: list[float] = []  # of the rising sequences of each length, their lowest last time
    at: list[int] = []  # by length: the row that ends that sequence
    before: list[int] = []  # by row: the row before it in its sequence
    for index, row in enumerate(rows):
        length = bisect_left(lowest_last, row.seconds)
        if length == len(lowest_last):
            lowest_last.append(row.seconds)
            at.append(index)
        else:
            lowest_last[length], at[length] = row.seconds, index
        before.append(at[length - 1] if length else -1)
    chosen: list[_Row] = []
    index = at[-1]
    while index >= 0:
        chosen.append(rows[index])
        index = before[index]
    return chosen[::-1]
