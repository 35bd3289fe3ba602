"""The numbers by which the city decides. The configuration in force is an input (`NodeStarted`), so
that a replay has it.
"""

from enum import StrEnum

from citybrain.structs import Struct
from citybrain.vocabulary import Severity


class IssueMode(StrEnum):
    """Who issues a plan."""

    ASK = "ask"  # a plan waits for the duty officer
    AUTO = "auto"  # a checked plan is issued at once


class Costs(Struct, frozen=True, kw_only=True):
    """What a plan pays for, in weighted seconds:
    weight × (travel + late_factor × lateness) + cross_s + coverage price.
    """

    extreme: float = 8.0
    severe: float = 4.0
    moderate: float = 2.0
    minor: float = 1.0
    late_factor: float = 2.0  # a second too late costs as much as this many more of travel
    unserved_s: float = 7200.0  # per weight: an empty slot is dearer than any order in reach
    cross_s: float = 60.0  # for sending a unit out of its district
    coverage_s: float = 120.0  # for taking a district's last free unit; less where more remain
    reserve_units: int = 2  # with more free units than this, taking one costs less than coverage_s

    def weight(self, severity: Severity) -> float:
        """How much a second counts for an incident of this severity; an unknown one counts as
        moderate.
        """
        return {
            Severity.EXTREME: self.extreme,
            Severity.SEVERE: self.severe,
            Severity.MINOR: self.minor,
        }.get(severity, self.moderate)

    def coverage(self, free_units: int) -> float:
        """The price of taking one more unit from a district with `free_units` free ones."""
        return self.coverage_s * min(1.0, self.reserve_units / max(1, free_units))


class Policy(Struct, frozen=True, kw_only=True):
    """When to plan, what a plan costs, how long each side may take. Seconds."""

    issue: IssueMode = IssueMode.ASK
    costs: Costs = Costs()
    max_travel_s: float = 1800.0  # no unit is sent further
    min_replan_s: float = 1.0  # hysteresis: two plans are at least this far apart
    replan_s: float = 10.0  # a slot that no plan could fill is planned for again
    answer_s: float = 10.0  # a plan that was requested and did not come is requested again
    promise_ttl_s: float = 30.0  # how long an owner holds a reservation or claim
    propose_s: float = 10.0  # both owners must have answered (less than the ttl)
    issue_s: float = 15.0  # the unit's owner must have issued
    accept_s: float = 90.0  # the crew must have accepted
    withdraw_s: float = 10.0  # the unit's owner must have withdrawn; then its claim is cancelled
    avoid_s: float = 120.0  # a unit that refused a slot is not planned for it again so soon
    age_limit_s: float = 60.0  # units of a district that is offline longer are not planned with
