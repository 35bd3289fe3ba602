"""The simulator's street: what thirty resting boxes cost a simulated second, and what an episode
costs, kind by kind."""

import time

import pytest

from citybrain.ack_ranges import AckRanges
from citybrain.bus import topics
from citybrain.geo import Point
from citybrain.vocabulary import Severity
from citybrain.wire.agent import encode_ack
from citybrain.wire.event import decode_event_batch
from citysim.life.load import street_life
from citysim.sim.event_loop import VirtualTimeLoop
from citysim.sim.identities import Certificates
from citysim.sim.machine.computer import Computer
from citysim.sim.net.mqtt import Mqtt
from citysim.sim.random_streams import RandomIds, RandomStreams
from citysim.sim.scenario import EdgeBoxSpec, StreetEvent
from citysim.sim.street.edge_box import EdgeBox
from citysim.sim.street.scene import Scene

SETTLED_S, SPAN_S, DURATION_S = 60.0, 600.0, 300.0
PLACE = Point(lat=30.66, lon=104.06)


def a_street(counts, *, with_episode):
    """So many boxes of each kind, and a district that acknowledges."""
    loop, streams = VirtualTimeLoop(), RandomStreams(1)
    mqtt = Mqtt(loop=loop, rng=streams.named("mqtt"))
    district, ack_ranges = mqtt.client("district"), {}

    def acknowledge(message):
        batch = decode_event_batch(message.payload)
        for item in batch.items:
            ack_ranges[batch.agent], _ = ack_ranges.get(batch.agent, AckRanges()).take(item)
        district.publish(
            topics.topic("d", batch.agent, topics.ACK),
            encode_ack(ack_ranges[batch.agent].ack(batch.incarnation)),
        )

    district.subscribe(topics.all_agents("d", topics.EVENTS), acknowledge)
    district.start()
    for kind, count in counts:
        for number in range(count):
            name = f"{kind}-{number}".replace("_", "-")
            computer = Computer(f"agent/{name}", loop=loop, streams=streams, note=lambda *_: None)
            spec = EdgeBoxSpec(
                agent=name,
                place=PLACE,
                life=street_life().of_kind(kind),
                severity=Severity.MODERATE,
            )
            scene = Scene(
                [StreetEvent(number=1, at_s=SETTLED_S + 1, agent=name, duration_s=DURATION_S)]
                if with_episode
                else []
            )
            EdgeBox(
                computer,
                spec,
                "d",
                mqtt=mqtt,
                scene=scene,
                ids=RandomIds(streams.named(name)),
                rng=streams.named(f"box {name}"),
                certificates=Certificates(),
            )
            computer.start()
    return loop


def spent_ms(counts, *, with_episode):
    """Milliseconds of this process's CPU for `SPAN_S` after everything settled, best of three."""
    best = float("inf")
    for _ in range(3):
        loop = a_street(counts, with_episode=with_episode)
        loop.run_until(SETTLED_S)
        before = time.process_time()
        loop.run_until(SETTLED_S + SPAN_S)
        best = min(best, 1000 * (time.process_time() - before))
    return best


@pytest.mark.bench
def test_bench_a_street_at_rest_and_its_episodes():
    resting = spent_ms([("crowding", 10), ("waterlogging", 20)], with_episode=False)
    print(
        f"\n30 resting boxes (10 cameras, 20 gauges): {resting / SPAN_S:.3f} ms a simulated second"
        f" ({1000 * SPAN_S / resting:,.0f} x real time)"
    )
    print(
        f"{'kind':<20}{'at rest ms/s':>14}{f'episode of {DURATION_S:.0f} s, ms':>26}{'x rest':>10}"
    )
    for kind in [life.kind for life in street_life().kinds]:
        rest, episode = (
            spent_ms([(kind, 5)], with_episode=False) / 5,
            spent_ms([(kind, 5)], with_episode=True) / 5,
        )
        print(f"{kind:<20}{rest / SPAN_S:>14.4f}{episode - rest:>26.1f}{episode / rest:>10.1f}")
