"""Wire messages of a set: at least one of each kind, as this version writes them."""

from collections.abc import Callable, Iterator
from typing import Any

from citybrain.clock import Timestamp
from citybrain.domain.agent import RequestBatch
from citybrain.domain.event import EventBatch
from citybrain.ids import AgentId, DistrictId
from citybrain.link.frames import (
    Acknowledged,
    Heartbeat,
    Hello,
    LetterFrame,
    LetterGap,
    LetterRefused,
    Welcome,
)
from citybrain.wire import agent, event, link
from citysim.laws.history import CITY, Letter, letters_by_peer
from citysim.sim.oracle.history import history_of
from district_node.cores import intake
from district_node.cores.flows.paging.steps import PAGES
from district_node.district_cores import district_cores
from district_node.inputs import BatchReceived
from upgrade_fixtures.simulated_city import FoundCity

Codec = tuple[Callable[[Any], bytes], Callable[[bytes], Any]]
MODULES = (agent, event, link)
PROTO_NAMES = {"frame": "LinkFrame"}  # of kinds whose message is not named as the kind is
LETTERS_OF_A_TYPE = 4


def codecs() -> dict[str, Codec]:
    """Every pair of the wire, by the name behind `encode_`."""
    found = {}
    for module in MODULES:
        for name in dir(module):
            if name.startswith("encode_") and getattr(module, name).__module__ == module.__name__:
                kind = name.removeprefix("encode_")
                found[kind] = (getattr(module, name), getattr(module, f"decode_{kind}"))
    return found


def proto_name(kind: str) -> str:
    """The message of a kind in the protos."""
    return PROTO_NAMES.get(kind, "".join(part.title() for part in kind.split("_")))


def with_later_fields(message: Any) -> Any:
    """`message`, and what later versions write beside the fields of earlier ones that say the
    same: the kind of an event, beside its number."""
    if message.DESCRIPTOR.name == "Event" and not message.kind:
        message.kind = event.FORMER_KINDS.get(message.former_kind, "")
    for field, value in message.ListFields():
        if field.message_type is not None and not field.message_type.GetOptions().map_entry:
            for part in (value,) if hasattr(value, "ListFields") else value:
                with_later_fields(part)
    return message


def messages(city_at: FoundCity[DistrictId], street: FoundCity[AgentId]) -> dict[str, list[bytes]]:
    """Of every kind, at least one; raises `LookupError` for a kind of which there is none."""
    found: dict[str, list[bytes]] = {kind: [] for kind in codecs()}
    for kind, value in _values(city_at, street):
        found[kind].append(codecs()[kind][0](value))
    missing = sorted(kind for kind, recorded in found.items() if not recorded)
    if missing:
        raise LookupError(f"no wire messages of {missing}; add them to upgrade_fixtures/wire.py")
    return found


def _values(
    city_at: FoundCity[DistrictId], street: FoundCity[AgentId]
) -> Iterator[tuple[str, Any]]:
    yield from _agent_values(city_at, street)
    yield from _link_values(city_at)


def _agent_values(
    city_at: FoundCity[DistrictId], street: FoundCity[AgentId]
) -> Iterator[tuple[str, Any]]:
    district, outbox = (
        city_at.world.districts[city_at.name],
        street.world.edge_boxes[street.name].outbox,
    )
    assert district.state is not None
    rows = outbox._disk.rows.values()
    items = tuple(row.item for row in rows)
    yield (
        "event_batch",
        EventBatch(agent=street.name, incarnation=outbox.incarnation, items=items),
    )
    for record in district.store.records():
        if record.kind == "batch_received":
            batch = district_cores().inputs.decode(record.kind, record.version, record.payload)
            assert isinstance(batch, BatchReceived)
            yield (
                "event_batch",
                EventBatch(agent=batch.agent, incarnation=batch.incarnation, items=batch.items),
            )
    yield "agent_hello", outbox.hello(street.name)
    for agent_id, incarnation in district.state.intake.ack_ranges:
        yield "ack", intake.ack_for(district.state.intake, agent_id, incarnation)
    epoch = district.store.epoch()
    yield "request_batch", RequestBatch(epoch=epoch, first=1, requests=outbox.open_requests())
    for request_ack in outbox.request_acks():
        yield "request_ack", request_ack
    for status in district.running().runtime_status.agents():
        yield "agent_status", status


def _link_values(city_at: FoundCity[DistrictId]) -> Iterator[tuple[str, Any]]:
    node, city = city_at.world.districts[city_at.name], city_at.world.city
    setup, at = node.setup, Timestamp(1_750_000_000_000_000)
    frames = (
        Hello(
            district=setup.district,
            name=setup.name.en,
            centre=setup.centre,
            epoch=node.store.epoch(),
            session=7,
            up_next=node.store.next_position(CITY),
            down_acked=3,
            city_epoch=city.store.epoch(),
        ),
        Welcome(epoch=city.store.epoch(), up_acked=2, down_next=5, next_session=8),
        LetterGap(position=3, after=2, reason="oversized"),
        LetterRefused(position=3, after=2, reason="257 slots"),
        Acknowledged(position=4),
        Heartbeat(at=at, echo=at),
        Heartbeat(at=at),
    )
    yield from (("frame", frame) for frame in frames)
    for number, (kind, letter) in enumerate(_letters(city_at), start=1):
        payload = codecs()[kind][0](letter)
        yield "frame", LetterFrame(position=number, after=number - 1, payload=payload)
        yield kind, letter


def _letters(city_at: FoundCity[DistrictId]) -> Iterator[tuple[str, Letter]]:
    """Some of each type that the district and the city have posted to each other."""
    history = history_of(city_at.world, is_final=False)
    district = dict(history.districts)[city_at.name]
    assert history.city is not None
    for kind, node in (("up_letter", district), ("down_letter", history.city)):
        by_type: dict[type, list[Letter]] = {}
        for peer, letters in node.projection(letters_by_peer).items():
            for _, letter in letters if not peer.startswith(("agent/", PAGES)) else ():
                by_type.setdefault(type(letter), []).append(letter)
        yield from ((kind, one) for found in by_type.values() for one in found[:LETTERS_OF_A_TYPE])
