"""Everything that a district's journal may hold: its inputs, as frozen values, and the table of their names. Decides nothing.

For those who read a journal (law checkers, replay, the back-test): `Decider(decide=cores.decide.decide, initial=cores.state.EMPTY, store=…, kinds=KINDS)`.
- `BatchReceived` is one message of an agent, duplicates and all: an item takes *effect* only where its sequence number was new, which the intake core decides.
  Law 2 is checked by walking the records through `cores.intake.take`, which names the fresh ones.
- `CityLetterReceived` repeats are recognised by `position`, crew and operator repeats by their `request`.
- `NodeStarted` holds the whole configuration in force, playbooks included, so that a replay needs no file.
- An agent's health messages are not journaled (the screens show the last one); only its coming and going is (`AgentPresenceChanged`).
- A crew's position is journaled at most every `limits.POSITION_EVERY` seconds; screens get the newest from the shell's memory.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from citybrain.decider.command import KERNEL_DECIDING
from citybrain.domain.agent import AgentHello
from citybrain.domain.console import OperatorAction
from citybrain.domain.crew import CrewAnswer, CrewPosition
from citybrain.domain.event import OutboxItem
from citybrain.domain.order import OrderProgress, OrderRequest
from citybrain.geo import Point
from citybrain.ids import AgentId, DistrictId, StoreEpoch, UnitId
from citybrain.structs import Struct
from citybrain.vocabulary import Capability
from district_node.playbook import Playbook, Title

NOT_SAID = StoreEpoch("")
DECIDING = (  # the code that decides, for `fingerprint_of`: a replay through other code is a back-test
    "district_node.cores",
    "district_node.dispatch",
    "district_node.errors",
    "district_node.inputs",
    "district_node.limits",
    "district_node.playbook",
    *KERNEL_DECIDING,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitSetup:
    """A crew or vehicle that this district owns."""

    unit: UnitId
    name: str
    capabilities: tuple[Capability, ...]
    place: Point  # where it stands when nothing else is known
    speed_mps: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """The configuration that decisions depend on."""

    district: DistrictId
    name: Title
    centre: Point
    units: tuple[UnitSetup, ...]
    playbooks: tuple[Playbook, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeStarted:
    """The node came up (first record of every run). Links are down until they say otherwise.

    `epoch` is the store's: another one than at the last start says that the store was put back from a backup.
    `cores` is the fingerprint of `DECIDING`: what follows was decided by that code ("": a version that did not say so). No core looks at it.
    """

    setup: Setup
    epoch: StoreEpoch = NOT_SAID
    cores: str = ""


class BatchReceived(Struct, frozen=True, kw_only=True):
    """One message of an agent: a batch of numbered items. `agent` is the transport's, checked at the door."""

    agent: AgentId
    incarnation: int
    items: tuple[OutboxItem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HelloReceived:
    """An agent connected and says what its outbox holds. Journaled only when it teaches something (`cores.intake.teaches`)."""

    hello: AgentHello


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemQuarantined:
    """An item that the cores could not decide (a bug of ours, or forged content): it is set aside so that the sender's others go on. Counted."""

    agent: AgentId
    incarnation: int
    seq: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentPresenceChanged:
    """An agent came or went (its retained birth, or the broker's last will)."""

    agent: AgentId
    online: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CrewAnswered:
    answer: CrewAnswer


@dataclass(frozen=True, slots=True, kw_only=True)
class CrewPositionReported:
    position: CrewPosition


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorActed:
    action: OperatorAction


@dataclass(frozen=True, slots=True, kw_only=True)
class CityLetterReceived:
    """A letter of the city's log for this district: at most one of the two is set (neither: a letter that no core could decide is passed over).

    `after` is the position that came before it in the stream: when that one is not in the journal, this one must not be either.
    """

    position: int
    after: int = 0
    request: OrderRequest | None = None
    progress: OrderProgress | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CityLinkChanged:
    """The stream to the city came up (the city's store epoch is then known) or the city is away."""

    up: bool
    epoch: StoreEpoch | None = None
    reason: str = ""


KINDS: Mapping[str, type] = {
    "node_started": NodeStarted,
    "batch_received": BatchReceived,
    "hello_received": HelloReceived,
    "item_quarantined": ItemQuarantined,
    "agent_presence_changed": AgentPresenceChanged,
    "crew_answered": CrewAnswered,
    "crew_position_reported": CrewPositionReported,
    "operator_acted": OperatorActed,
    "city_letter_received": CityLetterReceived,
    "city_link_changed": CityLinkChanged,
}
