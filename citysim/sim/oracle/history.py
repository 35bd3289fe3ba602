"""The history of a simulated city for the law checkers: journals, outboxes, devices, truth."""

from typing import Any

from citybrain import canonical_json
from citybrain.decider.cores import Cores
from citybrain.limits import COMMIT_QUEUE
from citysim.laws.ground_truth_log import (
    ConditionInterval,
    GroundTruth,
    ItemsStored,
    SentByCrew,
)
from citysim.laws.history import CITY, History, LimitSample, LiveState
from citysim.laws.memory_history import SimulatorFacts, read_memory_history
from citysim.sim.machine.clocks import timestamp
from citysim.sim.nodes.city import CityProcess
from citysim.sim.nodes.district import DistrictProcess
from citysim.sim.oracle.accounts import account_of, rule_of
from citysim.sim.street.agent_setup import min_duration_s, source_id
from citysim.sim.street.edge_box import EdgeBox
from citysim.sim.world import SimulatedWorld

CLOCK_TOLERANCE_S = 0.1  # between two clocks without any fault


def history_of(world: SimulatedWorld, *, is_final: bool) -> History:
    """Everything that was journaled and stored up to now.

    `is_final`: the recovery phase is over, so that liveness may be judged too.
    """
    return read_memory_history(
        {name: node.store for name, node in world.districts.items()},
        world.city.store,
        [(box.district, box.spec.agent, box.outbox) for box in world.edge_boxes.values()],
        {unit: phone.device for unit, phone in world.people.phones.items()},
        is_final=is_final,
        facts=SimulatorFacts(
            live=_live_states(world),
            stalls=tuple(world.stalls),
            clock_error_s=2 * world.max_clock_error_s() + CLOCK_TOLERANCE_S,
            samples=(_queue_sample(world),),
            ground_truth=_ground_truth(world),
            other_cores=_other_cores(world),
            liars=world.liars.names,
        ),
    )


def _nodes(world: SimulatedWorld) -> list[tuple[str, DistrictProcess | CityProcess]]:
    """By the names that the laws use."""
    return [(CITY, world.city), *world.districts.items()]


def _other_cores(world: SimulatedWorld) -> dict[str, tuple[Cores[Any], ...]]:
    return {name: tuple(node.versions[1:]) for name, node in _nodes(world)}


def _live_states(world: SimulatedWorld) -> dict[str, LiveState]:
    return {
        name: LiveState(
            seq=node.commit_loop.seq,
            state_hash=canonical_json.digest(node.commit_loop.state),
            at=node.clock.now(),
        )
        for name, node in _nodes(world)
        if node.commit_loop is not None and node.is_up
    }


def _queue_sample(world: SimulatedWorld) -> LimitSample:
    peak = max((node.max_queue_depth for node in world.nodes), default=0)
    return LimitSample(
        name=COMMIT_QUEUE.name, peak=peak, limit=COMMIT_QUEUE.value, fate=COMMIT_QUEUE.fate
    )


def _ground_truth(world: SimulatedWorld) -> GroundTruth:
    boxes = list(world.edge_boxes.values())
    return GroundTruth(
        conditions=tuple(interval for box in boxes for interval in _conditions(box)),
        items_stored=tuple(stored for box in boxes for stored in _items_stored(box)),
        restored=tuple(world.restored),
        outboxes_lost=tuple(world.outboxes_lost),
        accepted_answers=tuple(world.people.accepted_answers),
        accepted_reports=tuple(world.people.accepted_reports),
        pages_taken=tuple(world.people.pages_taken),
        sights=world.lookout.sights,
        dark_cases=world.lookout.cases,
        accounts=tuple(account_of(box) for box in boxes),
        now=timestamp(world.loop.time()),
        clock_words=tuple(world.clock_words),
        boxes_revoked=tuple(world.revocations.noted),
        lies=tuple(lie for box in world.liars.boxes for lie in box.said),
        sent_by_crews=tuple(
            SentByCrew(unit=said.unit, said=said) for said in world.people.sent_by_crews
        ),
    )


def _conditions(box: EdgeBox) -> list[ConditionInterval]:
    """When the condition met the rule: somebody who has just come does not loiter yet."""
    rule = rule_of(box).id
    source, after_s = str(source_id(box.spec)), min_duration_s(box.spec)
    return [
        ConditionInterval(
            agent=box.spec.agent,
            source=source,
            rule=rule,
            since=timestamp(c.since_s + after_s),
            until=None if c.until_s is None else timestamp(c.until_s),
        )
        for c in box.ground_truth().conditions
        if c.until_s is None or c.until_s > c.since_s + after_s
    ]


def _items_stored(box: EdgeBox) -> list[ItemsStored]:
    return [
        ItemsStored(
            agent=box.spec.agent,
            incarnation=append.incarnation,
            seqs=tuple(range(append.first, append.last + 1)),
            at=timestamp(append.at_s),
        )
        for append in box.ground_truth().appends
    ]
