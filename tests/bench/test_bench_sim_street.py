"""The street of the simulator: what thirty resting boxes cost a simulated second, and what an episode costs, kind by kind."""

import time

import pytest

from citybrain.ack_ranges import AckRanges
from citybrain.bus import topics
from citybrain.geo import Point
from citybrain.vocabulary import Severity
from citybrain.wire.agent import encode_ack
from citybrain.wire.event import decode_event_batch
from citysim.sim.dice import Dice, DiceIds
from citysim.sim.life.rates import HABITS
from citysim.sim.loop import SimLoop
from citysim.sim.machine.computer import Computer
from citysim.sim.net.mqtt import Mqtt
from citysim.sim.scenario import BoxPlan, Happening
from citysim.sim.street.box import Box
from citysim.sim.street.scene import Scene

SETTLED_S, SPAN_S, LASTS_S = 60.0, 600.0, 300.0
PLACE = Point(lat=30.66, lon=104.06)


def a_street(counts, *, happens):
    """So many boxes of each kind, and a district that acknowledges."""
    loop, dice = SimLoop(), Dice(1)
    mqtt = Mqtt(loop=loop, stream=dice.of("mqtt"))
    district, ack_ranges = mqtt.client("district"), {}

    def said(message):
        batch = decode_event_batch(message.payload)
        for item in batch.items:
            ack_ranges[batch.agent], _ = ack_ranges.get(batch.agent, AckRanges()).take(item)
        district.publish(
            topics.topic("d", batch.agent, topics.ACK),
            encode_ack(ack_ranges[batch.agent].ack(batch.incarnation)),
        )

    district.subscribe(topics.all_agents("d", topics.EVENTS), said)
    district.start()
    for kind, count in counts:
        for number in range(count):
            name = f"{kind}-{number}".replace("_", "-")
            computer = Computer(f"agent/{name}", loop=loop, dice=dice, note=lambda *_: None)
            plan = BoxPlan(
                agent=name,
                source=HABITS[kind].source,
                place=PLACE,
                incident_kind=kind,
                severity=Severity.MODERATE,
            )
            scene = Scene(
                [Happening(number=1, at_s=SETTLED_S + 1, agent=name, lasts_s=LASTS_S)]
                if happens
                else []
            )
            Box(
                computer,
                plan,
                "d",
                mqtt=mqtt,
                scene=scene,
                ids=DiceIds(dice.of(name)),
                chance=dice.of(f"box {name}"),
            )
            computer.start()
    return loop


def spent_ms(counts, *, happens):
    """Milliseconds of this process's CPU for `SPAN_S` after everything settled; the best of three."""
    best = float("inf")
    for _ in range(3):
        loop = a_street(counts, happens=happens)
        loop.run_until(SETTLED_S)
        before = time.process_time()
        loop.run_until(SETTLED_S + SPAN_S)
        best = min(best, 1000 * (time.process_time() - before))
    return best


@pytest.mark.bench
def test_bench_a_street_at_rest_and_its_episodes():
    resting = spent_ms([("crowding", 10), ("waterlogging", 20)], happens=False)
    print(
        f"\n30 resting boxes (10 cameras, 20 gauges): {resting / SPAN_S:.3f} ms a simulated second ({1000 * SPAN_S / resting:,.0f} x real time)"
    )
    print(
        f"{'kind':<20}{'at rest ms/s':>14}{'episode of ' + str(round(LASTS_S)) + ' s, ms':>26}{'x rest':>10}"
    )
    for kind in HABITS:
        rest, lively = (
            spent_ms([(kind, 5)], happens=False) / 5,
            spent_ms([(kind, 5)], happens=True) / 5,
        )
        print(f"{kind:<20}{rest / SPAN_S:>14.4f}{lively - rest:>26.1f}{lively / rest:>10.1f}")
