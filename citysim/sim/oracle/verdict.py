"""The verdict on one run: a small value, so that it can be sent and kept by ten thousands."""

from citybrain.structs import Struct


class Violation(Struct, frozen=True, kw_only=True):
    """A law that was broken, in one sentence."""

    law: str
    what: str


class RunCounts(Struct, frozen=True, kw_only=True):
    """How much happened in a run: one in which nothing happens proves nothing."""

    faults: int = 0
    street_events: int = 0
    incidents: int = 0
    closed: int = 0
    orders: int = 0  # issued to crews
    cross_district_orders: int = 0  # of those, for another district's incident
    records: int = 0
    restarts: int = 0  # of processes after a death
    steps: int = 0  # callbacks of the event loop


class Verdict(Struct, frozen=True, kw_only=True):
    """`checked`: how much each law had to judge.

    `digest` covers the trace and the head hash of every journal: the same scenario gives the same
    digest.
    """

    seed: int
    violations: tuple[Violation, ...]
    checked: tuple[tuple[str, int], ...]
    ended_s: float  # simulated time
    recovered_after_s: float  # since the end of the fault phase; -1: not recovered
    digest: str
    counts: RunCounts
    reached: tuple[tuple[str, str, int], ...] = ()  # kind, stage, incidents that were in it

    @property
    def kept(self) -> bool:
        """Whether every law was kept."""
        return not self.violations
