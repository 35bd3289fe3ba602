"""Identifiers: one type per noun. Uses no randomness: `citybrain.random_ids` alone does.

Cores never make random ids: they derive them from the journal's sequence number (see `derived`), so
that a replay gives the same ids.
"""

from typing import NewType, Protocol

AgentId = NewType("AgentId", str)
SourceId = NewType("SourceId", str)  # a camera or a sensor of an agent
RuleId = NewType("RuleId", str)
EpisodeId = NewType("EpisodeId", str)  # one start-to-end of a rule's condition
DistrictId = NewType("DistrictId", str)
IncidentId = NewType("IncidentId", str)
CaseNumber = NewType("CaseNumber", str)  # short, for people: R-1130-07
SlotId = NewType("SlotId", str)
UnitId = NewType("UnitId", str)
OrderId = NewType("OrderId", str)
PlanId = NewType("PlanId", str)
RequestId = NewType("RequestId", str)
TimerId = NewType("TimerId", str)
AttachmentId = NewType("AttachmentId", str)  # a file that people attached to an incident
HandOverId = NewType("HandOverId", str)  # of cases, from one shift to the next
MessageId = NewType("MessageId", str)  # what a district wrote to one of its crews
Incarnation = NewType("Incarnation", int)  # of an agent's outbox: new when its file was lost
StoreEpoch = NewType("StoreEpoch", str)  # of a tier's store: new when it was restored from a backup


class IdSource(Protocol):
    """Where a shell gets ids that nothing determines: request ids, incarnations, store epochs."""

    def token(self) -> str:
        """A fresh id of 16 hexadecimal digits."""
        ...

    def number(self) -> int:
        """A fresh positive number below 2**63."""
        ...


class CountingIds:
    """The `IdSource` of tests and of the simulator: 1, 2, 3 … under a prefix."""

    def __init__(self, prefix: str = "") -> None:
        self._prefix = prefix
        self._next = 0

    def token(self) -> str:
        return f"{self._prefix}{self.number():016x}"

    def number(self) -> int:
        self._next += 1
        return self._next


def derived(prefix: str, owner: str, seq: int, index: int = 0) -> str:
    """The id of something that record `seq` of `owner`'s journal created; `index` tells several of
    one record apart."""
    return f"{prefix}-{owner}-{seq}" if index == 0 else f"{prefix}-{owner}-{seq}.{index}"
