"""Words and places as they are typed on a command line. What cannot be raises `typer.BadParameter`,
which says what would be right.
"""

from datetime import datetime
from enum import StrEnum
from typing import TypeVar

import typer

from citybrain.clock import SECOND_US, Timestamp, later
from citybrain.domain.report import Reporter
from citybrain.geo import Point
from citybrain.vocabulary import Disposition, Finding, Severity

_UNITS = {"m": 60, "h": 3_600, "d": 86_400}
W = TypeVar("W", bound=StrEnum)


def place_of(text: str) -> Point:
    """`LATITUDE,LONGITUDE` in degrees."""
    parts = text.split(",")
    try:
        latitude, longitude = (float(part) for part in parts)
    except ValueError as error:
        raise typer.BadParameter(
            f"--at is {text!r}; write latitude and longitude in degrees, e.g. --at 30.66,104.06."
        ) from error
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise typer.BadParameter(
            f"--at is {text!r}; a latitude is from -90 to 90, a longitude from -180 to 180."
            f"{_other_order(latitude, longitude)}"
        )
    return Point(lat=latitude, lon=longitude)


def _other_order(latitude: float, longitude: float) -> str:
    """A question, where the two would be a place the other way round."""
    if -90 <= longitude <= 90 and -180 <= latitude <= 180:
        return f" The latitude comes first: did you mean --at {longitude:g},{latitude:g}?"
    return ""


def until_of(text: str, now: Timestamp) -> Timestamp:
    """`3d` or `12h` from now on, or a time of ISO 8601 with its offset from UTC."""
    number, unit = text[:-1], text[-1:]
    if unit in _UNITS and number.isdecimal() and len(number) < 5:
        return later(now, int(number) * _UNITS[unit])
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise typer.BadParameter(
            f"--until is {text!r}; write 3d, 12h, or a time with its offset from UTC, such as"
            " 2026-12-05T09:00+08:00."
        )
    return Timestamp(round(at.timestamp()) * SECOND_US)


def reporter_of(text: str) -> Reporter:
    return _word(Reporter, "reporter", text.lower())


def severity_of(text: str) -> Severity:
    return _word(Severity, "severity", text.capitalize())


def disposition_of(text: str) -> str:
    """ "": not said."""
    return _word(Disposition, "as", text.lower()).value if text else ""


def finding_of(text: str) -> Finding:
    return _word(Finding, "finding", text.lower())


def need_of(text: str) -> dict[str, str | int]:
    """`CAPABILITY` or `CAPABILITY=QUANTITY`, as the public API has a need."""
    capability, _, quantity = text.partition("=")
    if not capability or (quantity and not quantity.isdecimal()) or quantity == "0":
        raise typer.BadParameter(
            f"--need is {text!r}; write a capability, e.g. --need pump, or how many: --need pump=2."
        )
    return {"capability": capability, "quantity": int(quantity or 1)}


def _word(words: type[W], option: str, text: str) -> W:
    known = [word.value for word in words if word.name != "UNKNOWN"]
    if text not in known:
        raise typer.BadParameter(f"--{option} is {text!r}; it is one of {', '.join(known)}.")
    return words(text)
