"""What boxes publish: whatever comes, the district takes an honest box's alarm afterwards."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from attacked_district import HERE, NAME, AttackedDistrict

from citybrain.bus import topics
from citybrain.domain.agent import AgentHello, AgentStatus, RequestAck, SourceStatus
from citybrain.domain.event import EventBatch, Gap, OutboxItem
from citybrain.domain.series import SeriesBatch, SeriesPoint, minute_of
from citybrain.vocabulary import Severity, Visibility
from citybrain.wire.agent import encode_agent_hello, encode_agent_status, encode_request_ack
from citybrain.wire.event import encode_event_batch
from citybrain.wire.series import encode_series_batch
from fuzz_doors.mutations import Mutator
from fuzz_doors.tracebacks import collected

EACH = 100  # messages, and then the honest box's
WITHIN_S = 60.0
LIAR, HONEST = "liar", "honest"
# levels of a topic that nobody of the city uses; a broker that is ours lets none of them through
ODD_TOPICS = ("", "+", "#", "citybrain/v1", "citybrain/v1//box//events", "a/b/c/d/e/f", "\ud800")


async def fuzz_agents(folder: Path, *, messages: int, seed: int) -> list[str]:
    """What went wrong; [] where nothing did."""
    mutator = Mutator(seed)
    with collected() as tracebacks:
        async with AttackedDistrict(folder) as district:
            for name in (HONEST, LIAR):
                await district.enrol(name)
            district.say_hello(HONEST, next_seq=2 + messages // EACH)
            whole = _messages(district)
            for n in range(1, 1 + messages // EACH):
                for _ in range(EACH):
                    _publish(district, mutator, whole)
                district.broker.deliver()
                district.send_item(HONEST, n, district.alarm(f"honest-{n}", Severity.SEVERE))
                await district.until(
                    lambda n=n: district.acknowledged(HONEST) == n, f"alarm {n}", WITHIN_S
                )
                if ended := [task for task in district.tasks if task.done()]:
                    return [f"a task of the district ended: {one!r}" for one in ended]
    return tracebacks


def _publish(
    district: AttackedDistrict, mutator: Mutator, whole: Mapping[str, Sequence[bytes]]
) -> None:
    draw = mutator.random
    leaf = draw.choice(topics.UP)
    bent = mutator.of(whole[leaf if draw.random() < 0.9 else draw.choice(topics.UP)])
    topic = topics.topic(NAME, LIAR, leaf)
    if draw.random() < 0.02:
        topic = draw.choice(ODD_TOPICS) + topic * draw.randrange(2)
    district.publish(topic, bent)


def _messages(district: AttackedDistrict) -> dict[str, list[bytes]]:
    """True ones of the liar, by the last level of their topic."""
    at = district.clock.now()
    camera = SourceStatus(
        source="cam-1",
        is_camera=True,
        place=HERE,
        visibility=Visibility.OBSERVED,
        reason="",
        fps=9.9,
        infer_ms=12.3,
        captured=100,
        used=60,
        gated=39,
        dropped=1,
        observed_s=1,
        degraded_s=0,
        blind_s=2,
    )
    status = AgentStatus(
        agent=LIAR,
        online=True,
        at=at,
        software_version="1",
        outbox_rows=3,
        outbox_bytes=0,
        lost=0,
        sources=(camera,),
    )
    hello = AgentHello(agent=LIAR, incarnation=7, lowest_unacked=1, next_seq=99, at=at)
    alarms = tuple(OutboxItem(seq=n, content=district.alarm(f"liar-{n}")) for n in (1, 2, 3))
    gap = OutboxItem(seq=4, content=Gap(first=4, last=9, reason="disk_full", losses=()))
    point = SeriesPoint(
        source="cam-1",
        series="count",
        unit="",
        minute=minute_of(at),
        samples=60,
        last=3.0,
        low=1.0,
        mean=2.5,
        high=4.0,
        observed_share=1.0,
    )
    batches = (alarms, (gap,), (*alarms, gap))
    return {
        topics.HELLO: [encode_agent_hello(hello)],
        topics.STATUS: [encode_agent_status(status)],
        topics.REQUESTS_ACK: [encode_request_ack(RequestAck(epoch="e1", contiguous=3))],
        topics.SERIES: [encode_series_batch(SeriesBatch(agent=LIAR, points=(point,)))],
        topics.EVENTS: [
            encode_event_batch(EventBatch(agent=LIAR, incarnation=7, items=items))
            for items in batches
        ],
    }
