"""The fields of one request message, checked: every fault is collected, so that a client hears of
all of them at once.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import TypeVar

from google.protobuf.message import Message  # type: ignore[import-untyped]  # no stubs

from citybrain.api import limits
from citybrain.api.errors import InvalidRequestError, Violation
from citybrain.clock import SECOND_US, Timestamp
from citybrain.geo import Point
from citybrain.kinds import INCIDENT_KIND_FORM, is_incident_kind
from citybrain.vocabulary import IncidentKind
from citybrain.wire.validation.limits import AT_MICROS, ID_CHARS, NAMES, TEXT_CHARS

E = TypeVar("E", bound=StrEnum)
UNKNOWN = "unknown"  # the member of a set for what this version does not know; no client says it
KEPT_CONTROLS = frozenset("\n\t")


class Checks:
    """Take each field by the method of its kind, then `finish`, which raises what was wrong.

    Before that what a method gives is of the right type, and not to be used.
    """

    def __init__(self, message: Message, prefix: str = "") -> None:
        self._message, self._prefix = message, prefix
        self._violations: list[Violation] = []

    def identifier(self, name: str) -> str:
        """An id, name or code that must be there: printable."""
        value: str = getattr(self._message, name)
        if 0 < len(value) <= ID_CHARS.value and value.isprintable() and value.strip():
            return value
        what = f"it is {value[:40]!r}" if value else "it is missing"
        self._fault(name, what, f"Give 1 to {ID_CHARS.value} printable characters.")
        return ""

    def optional_identifier(self, name: str) -> str | None:
        """An id that may be absent; an empty one counts as absent."""
        return self.identifier(name) if getattr(self._message, name) else None

    def identifiers(self, name: str) -> tuple[str, ...]:
        """Several ids or names; may be none."""
        values: list[str] = list(getattr(self._message, name))
        fitting = [v for v in values if 0 < len(v) <= ID_CHARS.value and v.isprintable()]
        if len(values) > NAMES.value or len(fitting) < len(values):
            self._fault(
                name,
                f"it has {len(values)} entries, {len(fitting)} of them printable and short enough",
                f"Give at most {NAMES.value}, of 1 to {ID_CHARS.value} printable characters.",
            )
        return tuple(fitting)

    def incident_kind(self, name: str) -> IncidentKind:
        """A kind of incident, whether any playbook knows it or not."""
        value: str = getattr(self._message, name)
        if not is_incident_kind(value):
            what = f"it is {value[:40]!r}" if value else "it is missing"
            self._fault(name, what, f"Give {INCIDENT_KIND_FORM}.")
        return IncidentKind(value)

    def text(self, name: str) -> str:
        """Words of a person; may be empty. Control characters are removed."""
        value: str = getattr(self._message, name)
        if len(value) > TEXT_CHARS.value:
            self._fault(
                name,
                f"it has {len(value)} characters",
                f"At most {TEXT_CHARS.value} are kept: put the rest into another report.",
            )
        return cleaned(value)

    def choice(self, name: str, members: type[E], default: E | None = None) -> E:
        """A word of a closed set. `default`: what an empty one stands for."""
        value: str = getattr(self._message, name)
        if not value and default is not None:
            return default
        known = [m for m in members if m.value.casefold() != UNKNOWN or default is not None]
        for member in known:
            if member.value == value:
                return member
        what = f"it is {value[:40]!r}" if value else "it is missing"
        self._fault(name, what, f"One of: {', '.join(known)}.")
        return known[0]

    def optional_choice(self, name: str, members: type[E]) -> E | None:
        """A word of a closed set, or None where it is empty."""
        return self.choice(name, members) if getattr(self._message, name) else None

    def link(self, name: str) -> str:
        """A web address that a person may open, or ""."""
        value: str = getattr(self._message, name)
        is_link = value.startswith(("https://", "http://")) and value.isprintable()
        if value and (not is_link or " " in value or len(value) > TEXT_CHARS.value):
            self._fault(
                name,
                f"it is {value[:40]!r}",
                f"Give an http or https address of at most {TEXT_CHARS.value} characters.",
            )
        return value

    def natural(self, name: str) -> int:
        """A whole number, not negative."""
        value: int = getattr(self._message, name)
        if value < 0:
            self._fault(name, f"it is {value}", "Give 0 or more.")
        return value

    def place(self, name: str) -> Point:
        """A place that must be there."""
        if not self._message.HasField(name):
            self._fault(name, "it is missing", "Give latitude and longitude in degrees, WGS 84.")
            return Point(lat=0.0, lon=0.0)
        place = getattr(self._message, name)
        self._within(f"{name}.latitude", place.latitude, 90)
        self._within(f"{name}.longitude", place.longitude, 180)
        return Point(lat=place.latitude, lon=place.longitude)

    def time(self, name: str) -> Timestamp:
        """A time that must be there."""
        found = self.optional_time(name)
        if found is None:
            self._fault(name, "it is missing", "Give a time, UTC.")
        return found or Timestamp(0)

    def optional_time(self, name: str) -> Timestamp | None:
        """A time, or None where it is absent."""
        if not self._message.HasField(name):
            return None
        value = getattr(self._message, name)
        micros = value.seconds * SECOND_US + value.nanos // 1_000
        if not (0 <= micros <= AT_MICROS.value and 0 <= value.nanos < 1_000_000_000):
            self._fault(name, "no calendar has it", "Give a time from 1970 on.")
        return Timestamp(micros)

    def add(self, violations: Iterable[Violation]) -> None:
        """Faults that were found elsewhere."""
        self._violations.extend(violations)

    def finish(self) -> None:
        """Raises `InvalidRequestError` if anything was wrong."""
        if self._violations:
            raise InvalidRequestError(*self._violations[: limits.VIOLATIONS.value])

    @property
    def violations(self) -> tuple[Violation, ...]:
        return tuple(self._violations)

    def _within(self, name: str, value: float, bound: int) -> None:
        if not -bound <= value <= bound:  # true for NaN too
            self._fault(name, f"it is {value}", f"Give degrees from -{bound} to {bound}.")

    def _fault(self, name: str, what: str, cure: str) -> None:
        self._violations.append(Violation(field=f"{self._prefix}{name}", what=what, cure=cure))


def cleaned(text: str) -> str:
    """`text` without control characters; lines and tabs stay."""
    return "".join(c for c in text if c in KEPT_CONTROLS or not _is_control(c))


def _is_control(character: str) -> bool:
    # C0, DEL and C1; and the marks that reverse the direction of what is drawn after them
    return (
        character < " "
        or "\x7f" <= character <= "\x9f"
        or "\u202a" <= character <= "\u202e"
        or "\u2066" <= character <= "\u2069"
    )
