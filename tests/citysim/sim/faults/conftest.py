"""Runs of a town with one fault, and the effects of faults that remain when the fault phase is
over."""

from collections.abc import Callable, Iterator
from itertools import product
from typing import Any, NamedTuple

import pytest

from citybrain.structs import replace
from citysim.laws.history import CITY
from citysim.sim.faults.schedule import targets
from citysim.sim.faults.table import KINDS
from citysim.sim.generator.scenarios import scenario_of
from citysim.sim.net.link import Direction
from citysim.sim.oracle.history import history_of
from citysim.sim.people.crew_phone import FaultMode
from citysim.sim.scenario import Fault
from citysim.sim.scenario_run import check_laws
from citysim.sim.simulation import Simulation

SEEDS = range(40)  # among them every fault meets what it waits for
# clients connect and supervisors start again; what the phase's end ended was over before
SETTLING_S = 5.0


class FaultRun:
    """One town with a fault, which has not begun yet. `also`: further targets; `again_s`: when the
    fault is injected again."""

    def __init__(
        self,
        seed,
        kind,
        *,
        target="",
        also=(),
        at_s=5.0,
        again_s=(),
        duration_s=90.0,
        magnitude=0.0,
        fault_phase_s=0.0,
    ):
        scenario = scenario_of(seed)
        self.target = target or targets(scenario.city, KINDS[kind].target_type)[0]
        self.begin_s, self.end_s = at_s, at_s + duration_s
        self.fault_phase_s = fault_phase_s or scenario.fault_phase_s
        injections = product((at_s, *again_s), (self.target, *also))
        faults = tuple(
            Fault(
                number=number,
                at_s=begin_s,
                kind=kind,
                target=name,
                duration_s=duration_s,
                magnitude=magnitude,
            )
            for number, (begin_s, name) in enumerate(injections, start=1)
        )
        scenario = replace(scenario, faults=faults, fault_phase_s=self.fault_phase_s)
        self.simulation = Simulation(scenario, keep_trace=True)
        self.world = self.simulation.world

    @property
    def district(self):
        return self.target.removeprefix("district/")

    @property
    def now_s(self):
        return self.world.loop.time()

    def run_until(self, at_s):
        self.simulation.run_until(at_s)

    def run_fault_phase(self):
        """Up to a moment after it."""
        self.run_until(self.fault_phase_s + SETTLING_S)

    def record(self, trigger, what):
        """A list of all that it fires with from now on: `what` makes an entry of each."""
        entries = []
        trigger.arm("record", lambda occurrence: entries.append(what(occurrence)), once=False)
        return entries

    def store(self, name):
        return self.world.computer(name).process.store

    def records(self, name, kind=object):
        """The records of a node's journal with inputs of this type, with what was decided."""
        history = history_of(self.world, is_final=False)
        districts = dict(history.districts)
        node = history.city if name == CITY else districts[name.removeprefix("district/")]
        return [record for record in node.records if isinstance(record.input, kind)]

    def overdue(self, name):
        """The deadlines of a node that have passed and are still in its store."""
        node = self.world.computer(name).process
        return list(node.store.timers_due(at=node.clock.now(), limit=99))

    def violations(self):
        """So far."""
        return check_laws(self.world, is_final=False)[0]

    def times(self, who, what):
        """When the trace has this line."""
        lines = self.world.trace.lines
        return [line.at_s for line in lines if (line.who, line.what) == (who, what)]


class Observed(NamedTuple):
    run: FaultRun
    observation: Any


@pytest.fixture
def make_run():
    """Makes runs, which are closed in the end."""
    runs = []

    def make(*words, **settings):
        runs.append(FaultRun(*words, **settings))
        return runs[-1]

    yield make
    for run in runs:
        run.simulation.close()


@pytest.fixture
def find_run(make_run):
    """Runs towns with a fault until something is observed in one: `observe` drives a run and
    returns what it observed. `of`: how the target's name begins."""

    def find(
        kind: str, observe: Callable[[FaultRun], Any], *, of: str = "", **settings: Any
    ) -> Observed:
        for seed, target in _towns(kind, of):
            run = make_run(seed, kind, target=target, **settings)
            if observation := observe(run):
                return Observed(run, observation)
        pytest.fail(f"in none of {len(SEEDS)} towns {kind} did what it is there for")

    return find


def _towns(kind: str, of: str) -> Iterator[tuple[int, str]]:
    for seed in SEEDS:
        for target in dict.fromkeys(targets(scenario_of(seed).city, KINDS[kind].target_type)):
            if target.startswith(of):
                yield seed, target


@pytest.fixture
def remaining_effects():
    """The effects of faults that remain in a world, in words."""

    def find(world):
        parts = (_armed_faults, _computers, _links, _broker, _people)
        return [effect for part in parts for effect in part(world)]

    return find


def _armed_faults(world):
    triggers = {
        f"{agent} {name}": getattr(box, name)
        for agent, box in world.edge_boxes.items()
        for name in ("outbox_appended", "request_stored", "inbound_received")
    }
    for node in world.nodes:
        triggers[f"{node.computer.name} order steps"] = node.order_step_committed
    for district, link in world.links.items():
        triggers[f"{district} letters"] = link.letter_arrived
    for unit, phone in world.phones.items():
        triggers[f"{unit} orders"] = phone.new_order_shown
    return [
        f"{name} is armed at {where}"
        for where, trigger in triggers.items()
        for name in trigger.armed
        if name != "record"
    ]


def _computers(world):
    for name, computer in world.computers.items():
        disk = computer.disk
        effects = {
            "is full": disk.is_full,
            "refuses": disk.refused_writes,
            "hangs": disk.is_hung,
            "is slow": disk.slow_s,
            "is armed for a crash": disk.crash_at is not None,
        }
        yield from (
            f"the disk of {name} {effect}" for effect, is_there in effects.items() if is_there
        )
        if computer.is_powered_off or not computer.is_up:
            yield f"{name} is down"
        if computer.clocks._ppm:
            yield f"the clock of {name} drifts"
    yield from (f"{name} is stalled" for name in world._stalled_since)
    yield from (f"the streams of {name} are flapping" for name in world._flapping)
    yield from (f"a backup of {name}" for name in world._backups)


def _links(world):
    for district, link in world.links.items():
        effects = {
            "is blocked": any(link.is_blocked(direction) for direction in Direction),
            "is slow": link.slow_s,
            "duplicates": link.duplicates,
        }
        yield from (
            f"the link of {district} {effect}" for effect, is_there in effects.items() if is_there
        )


def _broker(world):
    mqtt = world.mqtt
    if not mqtt.broker.up:
        yield "the broker is down"
    for name in ("loss", "duplicates", "reorders", "slow_s", "receive_blocked", "send_blocked"):
        if getattr(mqtt, name):
            yield f"the broker's {name}"
    for agent, box in world.edge_boxes.items():
        if box.agent_run is not None and not box.agent_run.link.is_connected:
            yield f"{agent} is offline"


def _people(world):
    yield from (f"{agent} is revoked" for agent in world.revocations.revoked)
    for unit, phone in world.phones.items():
        if phone.fault_mode is not FaultMode.NORMAL:
            yield f"{unit} is {phone.fault_mode}"
    for district, calls in world.calls.items():
        if calls.loss or calls.slow_s:
            yield f"calls to {district} fail"
    for district in world.people.indecisive_operators.indecisive:
        yield f"the operator of {district} is indecisive"
    if world.planner_delay_s:
        yield "the planner takes long"
