"""A playbook as a frozen value: what an incident kind needs, its clocks, when it opens, closes and escalates. Data; decides nothing, reads no file.

The files are in `playbooks/*.toml`; `playbooks.load` turns them into these values, and `NodeStarted` journals the set in force, so that a replay needs no file.
"""

from dataclasses import dataclass
from enum import StrEnum

from citybrain.vocabulary import Capability, Certainty, IncidentKind, Severity


class SelfClear(StrEnum):
    """What happens when the condition ends by itself before a crew is on the scene."""

    VERIFY = "verify"  # call the crews back, let the camera look again
    CREW = "crew"  # a crew goes there all the same


@dataclass(frozen=True, slots=True, kw_only=True)
class Title:
    en: str
    zh: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Opens:
    """立案条件: a report becomes a case when all of this holds; otherwise a person decides within `within_s`."""

    severity: Severity = Severity.MINOR  # at least
    certainty: Certainty = Certainty.POSSIBLE  # at least
    events: int = 1  # START events that speak for it, at least
    within_s: float = 900.0  # a report that did not open by then is rejected as not confirmed


@dataclass(frozen=True, slots=True, kw_only=True)
class Joins:
    """What counts as the same thing: the same kind, no further than `within_m`, the last word no older than `within_s`."""

    within_m: float = 60.0
    within_s: float = 600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedRule:
    """`quantity` units that can `capability`, on the scene within `within_s` of the opening."""

    capability: Capability
    quantity: int = 1
    within_s: float = 900.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockRules:
    """处置时限, in calendar seconds from the opening (`verify_s` from the handling)."""

    dispatch_s: float = 60.0
    arrive_s: float = 900.0
    handle_s: float = 3600.0
    verify_s: float = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Closes:
    """结案条件: the camera must see the scene clear for `quiet_s` observed seconds; `guard_s` after the closing it reopens at once."""

    quiet_s: float = 10.0
    self_clear: SelfClear = SelfClear.VERIFY
    settle_s: float = 20.0  # the condition must have been over for so long before that counts as cleared by itself
    guard_s: float = 300.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalates:
    """When the city is asked: no own unit with the capability within `max_eta_s`, for longer than `after_s`; or the dispatch or arrive clock has passed."""

    max_eta_s: float = 900.0
    after_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Playbook:
    kind: IncidentKind
    title: Title
    grid: str = ""  # class of the Chinese grid tables by name ("事件/街面秩序"); no code is invented where none is known
    opens: Opens = Opens()
    joins: Joins = Joins()
    needs: tuple[NeedRule, ...] = ()
    clocks: ClockRules = ClockRules()
    closes: Closes = Closes()
    escalates: Escalates = Escalates()
