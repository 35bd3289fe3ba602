"""The numbers by which the city decides, as frozen values: the configuration in force is an input (`NodeStarted`), so that a replay has it."""

from dataclasses import dataclass
from enum import StrEnum

from citybrain.vocabulary import Severity


class Issuing(StrEnum):
    ASK = "ask"  # a plan waits for the duty officer's key
    AUTO = "auto"  # a checked plan is issued at once


@dataclass(frozen=True, slots=True, kw_only=True)
class Costs:
    """What a plan pays for, in weighted seconds: weight × (travel + late_factor × lateness) + cross_s + coverage price."""

    extreme: float = 8.0
    severe: float = 4.0
    moderate: float = 2.0
    minor: float = 1.0
    late_factor: float = 2.0  # a second too late hurts as much as this many seconds more of travel
    unserved_s: float = (
        7200.0  # a slot left empty, per weight: dearer than any order within max_travel_s
    )
    cross_s: float = 60.0  # for sending a unit out of its district
    coverage_s: float = 120.0  # for taking the last free unit of a district; less where more remain
    reserve_units: int = (
        2  # a district's free units from which on taking one costs less than coverage_s
    )

    def weight(self, severity: Severity) -> float:
        """How much a second counts for an incident of this severity; an unknown one counts as moderate."""
        return {
            Severity.EXTREME: self.extreme,
            Severity.SEVERE: self.severe,
            Severity.MINOR: self.minor,
        }.get(severity, self.moderate)

    def coverage(self, free_units: int) -> float:
        """The price of taking one more unit from a district with `free_units` free ones."""
        return self.coverage_s * min(1.0, self.reserve_units / max(1, free_units))


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """When to plan, what a plan costs, how long each side may take. Seconds."""

    issue: Issuing = Issuing.ASK
    costs: Costs = Costs()
    max_travel_s: float = 1800.0  # no unit is sent further
    min_replan_s: float = 1.0  # hysteresis: two plans are at least this far apart
    replan_s: float = 10.0  # a slot that no plan could fill is planned for again
    answer_s: float = 10.0  # a plan asked for and not come: asked for again
    promise_ttl_s: float = 30.0  # how long an owner holds a reservation or claim
    propose_s: float = 10.0  # both owners must have answered (less than the ttl)
    issue_s: float = 15.0  # the unit's owner must have issued
    accept_s: float = 90.0  # the crew must have accepted
    withdraw_s: float = (
        10.0  # the unit's owner must have withdrawn; then the slot is told without it
    )
    avoid_s: float = 120.0  # a unit that refused a slot is not planned for it again so soon
    age_limit_s: float = 60.0  # units of a district that is away longer are not planned with
