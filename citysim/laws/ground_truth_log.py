"""What really happened in a simulated city: the simulator's notes, beside journals and outboxes.

All times are the simulated world's, not a node's.
"""

from enum import StrEnum

from citybrain.clock import Timestamp
from citybrain.domain.console import UnitAction
from citybrain.domain.crew import CrewAnswer, CrewPosition
from citybrain.structs import Struct
from citybrain.vocabulary import Visibility


class ItemsStored(Struct, frozen=True, kw_only=True):
    """The numbers that an agent's outbox gave: its `put` had returned, so they are durable."""

    agent: str
    incarnation: int
    seqs: tuple[int, ...]
    at: Timestamp


class ConditionInterval(Struct, frozen=True, kw_only=True):
    """A stretch in which a rule's condition held in the source's view. `until` None: it lasts."""

    agent: str
    source: str
    rule: str
    since: Timestamp
    until: Timestamp | None = None


class AcceptedAnswer(Struct, frozen=True, kw_only=True):
    """A crew's answer that its district confirmed as done."""

    unit: str
    request: str
    order: str
    action: str
    at: Timestamp


class AcceptedReport(Struct, frozen=True, kw_only=True):
    """A report that its district confirmed as done, with the incident that the outcome named."""

    district: str
    request: str
    incident: str  # "": none
    at: Timestamp


class StoreRestored(Struct, frozen=True, kw_only=True):
    """A node's store was restored from a backup: what it had committed after `back_to` is gone."""

    node: str
    back_to: Timestamp
    at: Timestamp


class BoxRevoked(Struct, frozen=True, kw_only=True):
    """A certificate of a box that was put on the list of the revoked, `at` by its district's clock,
    when the last record of that was `after_seq`."""

    district: str
    agent: str
    serial: str
    at: Timestamp
    after_seq: int


class ClockWord(Struct, frozen=True, kw_only=True):
    """A person set a node's time to what its machine showed, off by so much."""

    node: str
    off_s: float


class SightState(StrEnum):
    """What a box and its source can do."""

    SEES = "sees"
    # it is blind, and its box has not had the time to notice, or it may be taken for blind
    UNNOTICED = "unnoticed"
    BLIND = "blind"
    AWAY = "away"  # its box is down, or cut off


class Sight(Struct, frozen=True, kw_only=True):
    """A stretch in which nothing of this changed. `run`: the number of this sight or darkness of
    the box: its stretches differ by what a district can know and do of it.
    """

    district: str
    agent: str
    source: str
    state: SightState
    run: int
    is_reported: bool  # its district must know of it
    is_heard: bool  # nothing keeps its district from hearing of it and acting
    since: Timestamp
    until: Timestamp


class DarkCase(Struct, frozen=True, kw_only=True):
    """A stretch in which the screen of a district showed an open case of darkness so."""

    district: str
    incident: str
    dark: tuple[tuple[str, str], ...]  # (box, source or ""), of what it watches and is not back
    is_over: bool  # all of it is back, it rests on nothing else, and nobody works on it
    since: Timestamp
    until: Timestamp


class SentByCrew(Struct, frozen=True, kw_only=True):
    """What a device sent that was proved to be this unit's."""

    unit: str
    said: CrewAnswer | CrewPosition | UnitAction


class ReportedVisibility(Struct, frozen=True, kw_only=True):
    """What a box said of a source from `since` on; `until` None: until it said something else."""

    visibility: Visibility
    since: Timestamp
    until: Timestamp | None


class SaidOfRule(Struct, frozen=True, kw_only=True):
    """An event of a rule; `at`: when the observation was made."""

    at: Timestamp
    is_end: bool


class SourceAccount(Struct, frozen=True, kw_only=True):
    """What a box made durable of one source and its rule, in its order.

    `needed_s`: after how long in view, observed, the rule says that its condition is present.
    `down`: when nothing ran there. `forgotten`: when what it said may have been lost with its
    memory.
    """

    agent: str
    source: str
    rule: str
    needed_s: float
    reported: tuple[ReportedVisibility, ...]
    said: tuple[SaidOfRule, ...]
    down: tuple[tuple[Timestamp, Timestamp], ...]
    forgotten: tuple[tuple[Timestamp, Timestamp], ...]


class GroundTruth(Struct, frozen=True, kw_only=True):
    """All notes, in the order of time.

    `pages_taken`: the pages that reached somebody. `outboxes_lost`: the agents whose outbox was
    destroyed, each with the lost incarnation. `lies`: the numbers that lying boxes sent under their
    own names. `sent_by_crews`: whatever became of it. `sights`, `dark_cases`: as whoever looks
    every second finds them.
    """

    conditions: tuple[ConditionInterval, ...] = ()
    items_stored: tuple[ItemsStored, ...] = ()
    accepted_answers: tuple[AcceptedAnswer, ...] = ()
    accepted_reports: tuple[AcceptedReport, ...] = ()
    restored: tuple[StoreRestored, ...] = ()
    outboxes_lost: tuple[tuple[str, int], ...] = ()
    now: Timestamp | None = None  # when the notes were read
    lies: tuple[ItemsStored, ...] = ()
    sent_by_crews: tuple[SentByCrew, ...] = ()
    boxes_revoked: tuple[BoxRevoked, ...] = ()
    clock_words: tuple[ClockWord, ...] = ()
    pages_taken: tuple[str, ...] = ()
    sights: tuple[Sight, ...] = ()
    dark_cases: tuple[DarkCase, ...] = ()
    accounts: tuple[SourceAccount, ...] = ()
