"""Words and places as they are typed on a command line. What cannot be raises `typer.BadParameter`,
which says what would be right.
"""

from enum import StrEnum
from typing import TypeVar

import typer

from citybrain.domain.report import Reporter
from citybrain.geo import Point
from citybrain.vocabulary import Severity

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


def reporter_of(text: str) -> Reporter:
    return _word(Reporter, "reporter", text.lower())


def severity_of(text: str) -> Severity:
    return _word(Severity, "severity", text.capitalize())


def _word(words: type[W], option: str, text: str) -> W:
    known = [word.value for word in words if word.name != "UNKNOWN"]
    if text not in known:
        raise typer.BadParameter(f"--{option} is {text!r}; it is one of {', '.join(known)}.")
    return words(text)
