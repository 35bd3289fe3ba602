"""What the sources of an incident still see, in a person's words. Changes nothing.

A source that is live said so when it was last heard: how long ago stands beside what it measured.
"""

from collections.abc import Callable, Mapping

from citybrain.clock import Timestamp, seconds_between
from district_node.cores.incidents.contribution import Episode, SourceType
from district_node.cores.incidents.incident import Incident

SHOWN = 3  # sources that a sentence names
MINUTE_S, HOUR_S = 60.0, 3_600.0

NameOf = Callable[[Episode], str]


def witnesses(incident: Incident) -> tuple[Episode, ...]:
    """The episodes that are not over, the one that was heard last first."""
    live = [one for one in incident.contributions.values() if isinstance(one, Episode) and one.live]
    return tuple(sorted(live, key=lambda one: one.observed_at, reverse=True))


def in_words(seen: tuple[Episode, ...], at: Timestamp, name_of: NameOf) -> str:
    """What they see, as of `at`: one sentence, with the numbers that they measured. `name_of`: what
    people call a source."""
    said = [_says(one, at, name_of(one)) for one in seen[:SHOWN]]
    more = [f"{len(seen) - SHOWN} more"] if len(seen) > SHOWN else []
    return f"{'; '.join([*said, *more])}."


def _says(one: Episode, at: Timestamp, name: str) -> str:
    measured = one.measurements
    limit = measured.get("limit")
    says = [f"{name} still {_reading(one.source_type, measured)}"]
    if limit is not None:
        says.append(f"limit {limit:g}")
    if one.observed_at:
        says.append(f"{_age(seconds_between(one.observed_at, at))} ago")
    return ", ".join(says)


def _reading(source: SourceType, measured: Mapping[str, float]) -> str:
    if source is SourceType.SENSOR and "value" in measured:
        return f"reads {measured['value']:g}"
    count = measured.get("count", 0.0)
    return f"sees {count:g} in its zone" if count else "sees it"


def _age(seconds: float) -> str:
    if seconds < 2 * MINUTE_S:
        return f"{max(0.0, seconds):.0f} s"
    return f"{seconds / MINUTE_S:.0f} min" if seconds < 2 * HOUR_S else f"{seconds / HOUR_S:.0f} h"
