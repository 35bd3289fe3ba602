"""Whether a box can do what it is for, and what is in its way: outbox, link, sources and clock, by
the codes that `/readyz` of a district has where the thing is the same. Pure.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from citybrain.clock import Timestamp
from citybrain.domain.agent import AgentStatus, SourceStatus
from citybrain.ids import AgentId
from citybrain.structs import Struct
from citybrain.vocabulary import Visibility
from street_agent.status.reasons import in_words


class BoxCode(StrEnum):
    DISK_FULL = "disk_full"
    OUTBOX_FULL = "outbox_full"
    OUTBOX_DAMAGED = "outbox_damaged"
    BROKER_REFUSES = "broker_refuses"
    BROKER_AWAY = "broker_away"
    NOT_BELIEVED = "not_believed"
    CLOCK_HELD = "clock_held"
    CAMERA_BLIND = "camera_blind"
    CAMERA_DEGRADED = "camera_degraded"
    SENSOR_BLIND = "sensor_blind"
    STARTING = "starting"
    SILENT = "silent"


# what each means and what to do, in the order in which a box is looked at
MEANINGS: Mapping[BoxCode, str] = MappingProxyType(
    {
        BoxCode.STARTING: "nothing was observed yet",
        BoxCode.SILENT: "the agent's loop does not go on; its service manager starts it again",
        BoxCode.DISK_FULL: "what is reported waits in memory and is not sent; free some space",
        BoxCode.OUTBOX_FULL: "what is least severe is given up, declared to the district; see why"
        " the district does not take it",
        BoxCode.OUTBOX_DAMAGED: "a damaged outbox is kept aside; see whether the disk is worn, then"
        " delete the file",
        BoxCode.BROKER_REFUSES: "the broker does not serve this box; the log says what to do",
        BoxCode.BROKER_AWAY: "the broker cannot be reached; what is reported is stored meanwhile",
        BoxCode.NOT_BELIEVED: "the district does not take this outbox yet; see its queue page",
        BoxCode.CLOCK_HELD: "the machine's clock shows a time that nothing proves; set it right",
        BoxCode.CAMERA_BLIND: "nothing is seen by",
        BoxCode.CAMERA_DEGRADED: "less is seen by",
        BoxCode.SENSOR_BLIND: "nothing is read from",
    }
)
# with one of these a box goes on doing what it is for
SHOWN_ALONE = frozenset({BoxCode.OUTBOX_DAMAGED, BoxCode.CAMERA_DEGRADED})
OUTBOX_FULL_SHARE = 0.9  # of its bytes: from here on it may have to give something up soon


class BoxFacts(Struct, frozen=True, kw_only=True):
    """What a box knows of its outbox and its link at one moment, beside its status."""

    outbox_cap_bytes: int
    buffered: int  # what waits in memory because the disk is full
    is_connected: bool
    broker_problem: str  # see `Bus.problem`
    is_believed: bool


class BoxCondition(Struct, frozen=True, kw_only=True):
    """One that lasts."""

    code: BoxCode
    detail: str


class Readiness(Struct, frozen=True, kw_only=True):
    """A box at one moment."""

    agent: AgentId
    at: Timestamp
    conditions: tuple[BoxCondition, ...]
    outbox_rows: int = 0
    outbox_bytes: int = 0

    @property
    def is_ready(self) -> bool:
        return all(condition.code in SHOWN_ALONE for condition in self.conditions)


def readiness(status: AgentStatus, facts: BoxFacts, *, is_clock_held: bool) -> Readiness:
    """What `status` and `facts` come to."""
    found = {
        BoxCode.DISK_FULL: facts.buffered > 0,
        BoxCode.OUTBOX_FULL: status.outbox_bytes >= OUTBOX_FULL_SHARE * facts.outbox_cap_bytes,
        BoxCode.OUTBOX_DAMAGED: status.outboxes_damaged > 0,
        BoxCode.BROKER_REFUSES: not facts.is_connected and bool(facts.broker_problem),
        BoxCode.BROKER_AWAY: not facts.is_connected and not facts.broker_problem,
        BoxCode.NOT_BELIEVED: facts.is_connected and not facts.is_believed,
        BoxCode.CLOCK_HELD: is_clock_held,
    }
    sources = {
        BoxCode.CAMERA_BLIND: _named(status, Visibility.BLIND, is_camera=True),
        BoxCode.CAMERA_DEGRADED: _named(status, Visibility.DEGRADED, is_camera=True),
        BoxCode.SENSOR_BLIND: _named(status, Visibility.BLIND, is_camera=False),
    }
    lasting = [condition(code) for code in MEANINGS if found.get(code)]
    lasting += [condition(code, names) for code, names in sources.items() if names]
    return Readiness(
        agent=status.agent,
        at=status.at,
        conditions=tuple(lasting),
        outbox_rows=status.outbox_rows,
        outbox_bytes=status.outbox_bytes,
    )


def condition(code: BoxCode, names: str = "") -> BoxCondition:
    """One that lasts; `names`: whose it is."""
    return BoxCondition(code=code, detail=f"{MEANINGS[code]} {names}".strip())


def _named(status: AgentStatus, visibility: Visibility, *, is_camera: bool) -> str:
    return ", ".join(
        _described(source)
        for source in status.sources
        if source.is_camera is is_camera and source.visibility is visibility
    )


def _described(source: SourceStatus) -> str:
    return f"{source.source} ({in_words(source.reason)})" if source.reason else source.source
