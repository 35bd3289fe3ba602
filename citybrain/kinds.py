"""The names of open kinds: what may be one, which are built in, and what a misspelt one may have
been. What a kind means stands elsewhere: of an event in its scene rule, of an incident in its
playbook.
"""

import difflib
import re
from collections.abc import Iterable

from citybrain.limits import Limit
from citybrain.vocabulary import EventKind, IncidentKind

# ONVIF Analytics' topics, `tns1:RuleEngine/…` without the prefix
LINE_CROSSED = EventKind("LineDetector/Crossed")
OBJECTS_INSIDE = EventKind("FieldDetector/ObjectsInside")
LOITERING = EventKind("LoiteringDetector/ObjectIsLoitering")
STOPPED = EventKind("StoppedDetector/ObjectIsStopped")
SENSOR_THRESHOLD = EventKind("SensorData/Threshold")
SIGNAL = EventKind("VideoSource/Signal")

BUILT_IN_EVENT_KINDS = (
    LINE_CROSSED, OBJECTS_INSIDE, LOITERING, STOPPED, SENSOR_THRESHOLD, SIGNAL,
)  # fmt: skip

UNKNOWN_KIND = IncidentKind("unknown")  # of a case whose kind no playbook knows: a person decides

EVENT_KIND_CHARS = Limit(
    name="event_kind_chars",
    value=128,
    unit="characters",
    reason="ONVIF's longest topics have about 60, and people read them",
    fate="rejected as malformed, quarantined; in a configuration: a problem",
)
INCIDENT_KIND_CHARS = Limit(
    name="incident_kind_chars",
    value=64,
    unit="characters",
    reason="a word or two that people read and that label a metric",
    fate="rejected as malformed, quarantined; in a configuration: a problem",
)

# An event kind is a topic: names joined by "/", with a prefix as in XML where a city adds its own.
_NAME = "[A-Za-z_][A-Za-z0-9_.-]*"
EVENT_KIND_PATTERN = f"^({_NAME}:)?{_NAME}(/{_NAME})*$"
EVENT_KIND_FORM = (
    'names of A-Z, a-z, 0-9, "_", "-" and "." joined by "/", with a "prefix:" where they are a'
    f" city's own, at most {EVENT_KIND_CHARS.value} characters"
)
# An incident kind is a word, behind that of its scene pack where a city adds its own.
INCIDENT_KIND_PATTERN = r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?$"
INCIDENT_KIND_FORM = (
    'a word of a-z, 0-9 and "_", or two with a "." between them, at most'
    f" {INCIDENT_KIND_CHARS.value} characters"
)

_EVENT_KIND, _INCIDENT_KIND = re.compile(EVENT_KIND_PATTERN), re.compile(INCIDENT_KIND_PATTERN)


def is_event_kind(text: str) -> bool:
    """May an event's kind be called so? Whether any rule reports it is another question."""
    return len(text) <= EVENT_KIND_CHARS.value and _EVENT_KIND.fullmatch(text) is not None


def is_incident_kind(text: str) -> bool:
    """May an incident's kind be called so? Whether any playbook knows it is another question."""
    return len(text) <= INCIDENT_KIND_CHARS.value and _INCIDENT_KIND.fullmatch(text) is not None


def near_miss(kind: str, known: Iterable[str]) -> IncidentKind | None:
    """The one of the `known` incident kinds that `kind` was probably meant to be; None where no one
    is close, and where `kind` itself is known. The same for the same kinds, in whatever order."""
    kinds = sorted(known)
    if kind in kinds:
        return None
    close = difflib.get_close_matches(kind, kinds, n=1)
    return IncidentKind(close[0]) if close else None


def no_playbook(kind: str, known: Iterable[str]) -> str:
    """What is wrong with a `kind` that is not among the `known` ones, in English, and what it may
    have meant: "no playbook crowdd: did you mean crowding?"."""
    meant = near_miss(kind, known)
    return f"no playbook {kind}" + (f": did you mean {meant}?" if meant is not None else "")
