"""The histories of a simulated city for the law checkers: journals, outboxes, devices, and what somebody who stood beside knows."""

from citybrain import canonical_json
from citybrain.clock import SECOND_US, Timestamp
from citybrain.ids import RuleId
from citybrain.limits import COMMIT_QUEUE
from citysim.laws.history import CITY, History, Live, Sample
from citysim.laws.memory import Beside, gathered
from citysim.laws.truth import Pressed, Put, Scene, Truth
from citysim.sim.machine.clocks import EPOCH_US
from citysim.sim.nodes.city import CityProcess
from citysim.sim.nodes.district import DistrictProcess
from citysim.sim.street.box import Box
from citysim.sim.street.setup import setup_of, source_of, takes_of
from citysim.sim.world import World

CLOCKS_AGREE_S = 0.1  # without any fault


def history_of(world: World, *, is_final: bool) -> History:
    """Everything that was written and said up to now. `is_final`: all was healed and had its time."""
    return gathered(
        {name: node.store for name, node in world.districts.items()},
        world.city.store,
        [(box.district, box.plan.agent, box.outbox) for box in world.boxes.values()],
        {unit: phone.device for unit, phone in world.people.phones.items()},
        is_final,
        beside=Beside(
            live=_live(world),
            stalls=tuple(world.stalls),
            clock_error_s=2 * world.clocks_off_s() + CLOCKS_AGREE_S,
            samples=(_queue_sample(world),),
            truth=_truth(world),
        ),
    )


def _live(world: World) -> dict[str, Live]:
    nodes: list[tuple[str, DistrictProcess | CityProcess]] = [
        (CITY, world.city),
        *world.districts.items(),
    ]
    found = {}
    for name, node in nodes:
        if node.commit_loop is not None and node.is_up:
            found[name] = Live(
                seq=node.commit_loop.seq,
                state_hash=canonical_json.digest(node.commit_loop.state),
                at=node.clock.now(),
            )
    return found


def _queue_sample(world: World) -> Sample:
    most = max((node.deepest_queue for node in world.nodes), default=0)
    return Sample(
        name=COMMIT_QUEUE.name, most=most, limit=COMMIT_QUEUE.value, fate=COMMIT_QUEUE.fate
    )


def _truth(world: World) -> Truth:
    boxes = list(world.boxes.values())
    return Truth(
        conditions=tuple(scene for box in boxes for scene in _scenes(box)),
        said=tuple(put for box in boxes for put in _puts(box)),
        restored=tuple(world.restored),
        outboxes_lost=tuple(world.outboxes_lost),
        pressed=tuple(
            Pressed(
                unit=p.unit, request=p.request, order=p.order, action=p.action, at=stamp(p.at_s)
            )
            for p in world.people.pressed
        ),
    )


def _scenes(box: Box) -> list[Scene]:
    """When what the rule asks for was really the case: somebody who has just come does not loiter yet."""
    (rule,) = _rules(box)
    source, takes_s = str(source_of(box.plan)), takes_of(box.plan)
    return [
        Scene(
            agent=box.plan.agent,
            source=source,
            rule=rule,
            since=stamp(c.since_s + takes_s),
            until=None if c.until_s is None else stamp(c.until_s),
        )
        for c in box.truth().conditions
        if c.until_s is None or c.until_s > c.since_s + takes_s
    ]


def _rules(box: Box) -> list[RuleId]:
    setup = setup_of(box.plan)
    cameras, sensors = setup.cameras.values(), setup.sensors.values()
    return [rule.id for camera in cameras for rule in camera.rules] + [
        rule.id for sensor in sensors for rule in sensor.rules
    ]


def _puts(box: Box) -> list[Put]:
    return [
        Put(
            agent=box.plan.agent,
            incarnation=put.incarnation,
            seqs=tuple(range(put.first, put.last + 1)),
            at=stamp(put.at_s),
        )
        for put in box.truth().puts
    ]


def stamp(at_s: float) -> Timestamp:
    """A moment of the story by the true clock."""
    return Timestamp(EPOCH_US + round(at_s * SECOND_US))
