"""What a field of an asset may hold, checked: one value against its field. Reads no file."""

import math

from citybrain.errors import ConfigProblem
from citybrain.pack.asset import AssetField, Corners, FieldType, FieldValue
from citybrain.plain_number import plain_number
from citybrain.structs import Struct

CORNERS_MAX = 64
TEXT_MAX = 500
SHARES, DEGREES = ((0.0, 1.0), (0.0, 1.0)), ((-180.0, 180.0), (-90.0, 90.0))
# bounds of x and y, least and largest number of corners
SHAPES = {
    FieldType.ZONE: (SHARES, 3, CORNERS_MAX),
    FieldType.LINE: (SHARES, 2, 2),
    FieldType.AREA: (DEGREES, 3, CORNERS_MAX),
}


class Checked(Struct, frozen=True, kw_only=True):
    """A value that its field may hold."""

    value: FieldValue


def check_value(field: AssetField, given: object) -> Checked | ConfigProblem:
    """`given`, as TOML or JSON has it, as the field's value; or what is wrong with it."""
    match field.type:
        case FieldType.NUMBER:
            return _number(field, given)
        case FieldType.TEXT | FieldType.CHOICE:
            return _text(field, given)
        case FieldType.ZONE | FieldType.LINE | FieldType.AREA:
            return _corners(field, given)


def from_cell(field: AssetField, cell: str) -> Checked | ConfigProblem:
    """As `check_value`, for the text of a table's cell: `1.5`, `0.1 0.2; 0.9 0.2; 0.9 0.8`."""
    match field.type:
        case FieldType.NUMBER:
            number = plain_number(cell)
            if number is None:
                return _problem(field, f"{cell[:60]!r} is no number", _range_text(field))
            return _number(field, number)
        case FieldType.ZONE | FieldType.LINE | FieldType.AREA:
            corners = [tuple(map(plain_number, corner.split())) for corner in cell.split(";")]
            is_readable = all(None not in corner for corner in corners)
            return _corners(field, corners if is_readable else cell)
        case FieldType.TEXT | FieldType.CHOICE:
            return _text(field, cell)


def as_float(given: object) -> float | None:
    """A number that a file may give, as one that can be computed with; None for anything else."""
    if isinstance(given, bool) or not isinstance(given, int | float):
        return None
    try:
        number = float(given)
    except OverflowError:  # a whole number of hundreds of digits
        return None
    return number if math.isfinite(number) else None


def _number(field: AssetField, given: object) -> Checked | ConfigProblem:
    number, low, high = as_float(given), field.low, field.high
    if number is None:
        return _problem(field, f"{_shown(given)} is no number", _range_text(field))
    if (low is not None and number < low) or (high is not None and number > high):
        return _problem(field, f"{number:g} is out of range", _range_text(field))
    return Checked(value=number)


def _text(field: AssetField, given: object) -> Checked | ConfigProblem:
    if field.type is FieldType.CHOICE and given not in field.choices:
        return _problem(
            field, f"{_shown(given)} is no choice", f"Use one of {', '.join(field.choices)}."
        )
    if not isinstance(given, str) or len(given) > TEXT_MAX or not given.isprintable():
        return _problem(
            field,
            f"{_shown(given)} is no text",
            f"Give at most {TEXT_MAX} characters on one line, without control characters.",
        )
    return Checked(value=given)


def _corners(field: AssetField, given: object) -> Checked | ConfigProblem:
    ((x_low, x_high), (y_low, y_high)), least, most = SHAPES[field.type]
    count = f"{least}" if least == most else f"{least}-{most}"
    remedy = (
        f"Give {count} corners, x from {x_low:g} to {x_high:g} and y from {y_low:g} to"
        f" {y_high:g}: [[x, y], …], in a table's cell `x y; x y`."
    )
    corners = _pairs(given)
    if corners is None or not least <= len(corners) <= most:
        return _problem(field, f"{_shown(given)} are no corners", remedy)
    for x, y in corners:
        if not (x_low <= x <= x_high and y_low <= y <= y_high):
            return _problem(field, f"the corner {x:g} {y:g} is out of range", remedy)
    return Checked(value=corners)


def _pairs(given: object) -> Corners | None:
    if not isinstance(given, list | tuple):
        return None
    pairs = []
    for corner in given:
        if not isinstance(corner, list | tuple) or len(corner) != 2:
            return None
        x, y = as_float(corner[0]), as_float(corner[1])
        if x is None or y is None:
            return None
        pairs.append((x, y))
    return tuple(pairs)


def _range_text(field: AssetField) -> str:
    unit = f" in {field.unit}" if field.unit else ""
    low = f" from {field.low:g}" if field.low is not None else ""
    high = f" up to {field.high:g}" if field.high is not None else ""
    return f"Give a number{unit}{low}{high}."


def _problem(field: AssetField, problem: str, remedy: str) -> ConfigProblem:
    return ConfigProblem(key=field.name, problem=problem, remedy=remedy)


def _shown(given: object) -> str:
    try:
        text = repr(given)
    except ValueError:  # a whole number of thousands of digits
        text = "a number with too many digits"
    return text if len(text) <= 60 else f"{text[:59]}…"
