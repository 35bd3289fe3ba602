"""What came of a story: a value small enough to be sent between processes and kept for ten thousand seeds."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """A law that did not hold, in one sentence."""

    law: str
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What the story was made of; a harness in which nothing happens proves nothing."""

    faults: int = 0
    happenings: int = 0
    incidents: int = 0
    closed: int = 0
    orders: int = 0  # issued to crews
    foreign: int = 0  # of those, for another district's incident
    records: int = 0
    starts: int = 0  # processes started again after a death
    turns: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """`checked`: by law, how much was looked at. `digest` covers the trace and every journal's last hash: the same seed gives the same, byte for byte."""

    seed: int
    broken: tuple[Break, ...]
    checked: tuple[tuple[str, int], ...]
    ended_s: float  # of the story
    quiet_after_s: float  # from the end of the storm until everything right had happened
    digest: str
    tally: Tally

    @property
    def kept(self) -> bool:
        return not self.broken
