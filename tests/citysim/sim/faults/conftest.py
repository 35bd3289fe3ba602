"""Towns in which one thing goes wrong, and what is left of it when the storm is over."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import product
from typing import Any, NamedTuple

import pytest

from citysim.laws.history import CITY
from citysim.sim.draw import scenario_of
from citysim.sim.faults.draw import targets
from citysim.sim.faults.kinds import KINDS
from citysim.sim.judge.history import history_of
from citysim.sim.people.phone import Mood
from citysim.sim.scenario import Fault
from citysim.sim.stage import Stage
from citysim.sim.story import judge

SEEDS = range(40)  # among them every fault meets what it waits for
SETTLES_S = 5.0  # clients connect, supervisors start: what is over was over before


class Tale:
    """One town's story with a fault, of which nothing is told yet. `also`: on what else it is; `again_s`: when it comes again."""

    def __init__(
        self,
        seed,
        kind,
        *,
        target="",
        also=(),
        at_s=5.0,
        again_s=(),
        lasts_s=90.0,
        amount=0.0,
        storm_s=0.0,
    ):
        scenario = scenario_of(seed)
        self.target = target or targets(scenario.city, KINDS[kind].on)[0]
        self.begin_s, self.end_s, self.storm_s = at_s, at_s + lasts_s, storm_s or scenario.storm_s
        faults = tuple(
            Fault(
                number=number, at_s=begin_s, kind=kind, target=name, lasts_s=lasts_s, amount=amount
            )
            for number, (begin_s, name) in enumerate(
                product((at_s, *again_s), (self.target, *also)), start=1
            )
        )
        self.stage = Stage(replace(scenario, faults=faults, storm_s=self.storm_s), keep_trace=True)
        self.world = self.stage.world

    @property
    def district(self):
        return self.target.removeprefix("district/")

    @property
    def now_s(self):
        return self.world.loop.time()

    def until(self, at_s):
        self.stage.until(at_s)

    def over(self):
        """Up to a moment after the storm."""
        self.until(self.storm_s + SETTLES_S)

    def noted(self, bell, what):
        """A list of all that it rings with from now on: `what` makes an entry of each."""
        found = []
        bell.listen("noted", lambda *rung: found.append(what(*rung)), is_once=False)
        return found

    def store(self, name):
        return self.world.computer(name).process.store

    def steps(self, name, kind=object):
        """The records of a node's journal, with what was decided."""
        history = history_of(self.world, is_final=False)
        node = (
            history.city
            if name == CITY
            else dict(history.districts)[name.removeprefix("district/")]
        )
        return [step for step in node.steps if isinstance(step.input, kind)]

    def overdue(self, name):
        """The deadlines of a node that have passed and stand in its store still."""
        node = self.world.computer(name).process
        return list(node.store.timers_due(at=node.clock.now(), limit=99))

    def broken(self):
        """What the laws say so far."""
        return judge(self.world, is_final=False)[0]

    def lines(self, who, what):
        """When this was noted of somebody."""
        return [
            line.at_s for line in self.world.trace.lines if (line.who, line.what) == (who, what)
        ]


class Found(NamedTuple):
    tale: Tale
    seen: Any


@pytest.fixture
def tell():
    """Makes tales; they are switched off in the end."""
    told = []

    def make(*words, **settings):
        told.append(Tale(*words, **settings))
        return told[-1]

    yield make
    for tale in told:
        tale.stage.close()


@pytest.fixture
def found(tell):
    """Tells towns with a fault until something is seen in one: `watch` tells a tale and says what it has seen. `of`: how the target's name begins."""

    def search(kind: str, watch: Callable[[Tale], Any], *, of: str = "", **settings: Any) -> Found:
        for seed, target in _towns(kind, of):
            tale = tell(seed, kind, target=target, **settings)
            seen = watch(tale)
            if seen:
                return Found(tale, seen)
        pytest.fail(f"in none of {len(SEEDS)} towns {kind} did what it is there for")

    return search


def _towns(kind: str, of: str) -> Iterator[tuple[int, str]]:
    for seed in SEEDS:
        for target in dict.fromkeys(targets(scenario_of(seed).city, KINDS[kind].on)):
            if target.startswith(of):
                yield seed, target


@pytest.fixture
def left():
    """What is left of any fault in a world, in words."""

    def look(world):
        return [
            what
            for look in (_listening, _machines, _links, _broker, _people)
            for what in look(world)
        ]

    return look


def _listening(world):
    bells = {
        f"{agent} {name}": getattr(box, name)
        for agent, box in world.boxes.items()
        for name in ("words", "questions", "mail")
    }
    bells |= {f"{node.computer.name} order steps": node.order_steps for node in world.nodes}
    bells |= {f"{district} letters": link.letters for district, link in world.links.items()}
    bells |= {f"{unit} shows": phone.shows for unit, phone in world.phones.items()}
    return [
        f"{name} listens to {where}"
        for where, bell in bells.items()
        for name in bell._listeners
        if name != "noted"
    ]


def _machines(world):
    for name, computer in world.computers.items():
        disk = computer.disk
        moods = {
            "is full": disk.is_full,
            "refuses": disk.refuses,
            "hangs": disk.hangs,
            "is slow": disk.slow_s,
            "strikes": disk.strikes_at is not None,
        }
        yield from (f"the disk of {name} {mood}" for mood, is_left in moods.items() if is_left)
        if computer.is_held or not computer.is_up:
            yield f"{name} is down"
        if computer.clocks._ppm:
            yield f"the clock of {name} drifts"
    yield from (f"{name} is held up" for name in world._held_up)
    yield from (f"the streams of {name} are torn" for name in world._flapping)
    yield from (f"a backup of {name}" for name in world._backups)


def _links(world):
    for district, link in world.links.items():
        moods = {
            "is held": any(link._held.values()),
            "is slow": link.slow_s,
            "repeats": link.repeats,
        }
        yield from (f"the link of {district} {mood}" for mood, is_left in moods.items() if is_left)


def _broker(world):
    mqtt = world.mqtt
    if not mqtt.broker.up:
        yield "the broker is down"
    yield from (
        f"the broker's {name}"
        for name in ("loss", "repeats", "reorders", "slow_s", "deaf", "mute")
        if getattr(mqtt, name)
    )
    yield from (
        f"{agent} is cut off"
        for agent, box in world.boxes.items()
        if box.life is not None and not box.life.uplink.is_connected
    )


def _people(world):
    yield from (
        f"{unit} is {phone.mood}"
        for unit, phone in world.phones.items()
        if phone.mood is not Mood.WILLING
    )
    yield from (
        f"calls to {district} fail"
        for district, calls in world.calls.items()
        if calls.loss or calls.slow_s
    )
    yield from (
        f"the operator of {district} wavers"
        for district, sitting in world.people.thoughts._sitting.items()
        if sitting.mind.wavers
    )
    if world.thread_s:
        yield "the planner thinks for long"
