"""Fault actions on edge boxes: at once, or on the next box of a district that does something."""

from collections.abc import Callable, Sequence
from math import inf
from typing import TypeVar

from citybrain.domain.event import Event, VerificationRequest
from citysim.sim.fault_trigger import FaultTrigger
from citysim.sim.faults.actions import mqtt
from citysim.sim.faults.actions.action import FaultAction, district_of, edge_box_of
from citysim.sim.street.edge_box import EdgeBox
from citysim.sim.street.scene import SourceTrouble
from citysim.sim.world import SimulatedWorld

BLIND_DELAY_S = (3.0, 10.0)  # after the request: the source has observed the scene at least once
INTERMITTENT_S = (1.0, 4.0)  # how long a loose cable is off, and then on
REOPEN_DELAY_S = (1.0, 8.0)  # after the request, until an operator reopens the incident

# the names under which faults are armed
BLIND, OFFLINE, INTERMITTENT, REFUSE = "blind", "offline", "intermittent", "refuse"

T = TypeVar("T")


def blind(world: SimulatedWorld, target: str, seconds: float) -> None:
    now_s = world.loop.time()
    edge_box_of(world, target).scene.blind(now_s, now_s + seconds, "covered")


def look_rarely(world: SimulatedWorld, target: str, every_s: float) -> None:
    """Its detector looks no more often, as where a box has too little time for its cameras; or for
    longer than it lasts, as where each picture is damaged."""
    trouble = SourceTrouble(since_s=world.loop.time(), until_s=inf, look_every_s=every_s)
    edge_box_of(world, target).scene.disturb(trouble)


def give_odd_readings(world: SimulatedWorld, target: str, share: float) -> None:
    """So many of the readings of its gauge are none."""
    trouble = SourceTrouble(since_s=world.loop.time(), until_s=inf, odd_share=share)
    edge_box_of(world, target).scene.disturb(trouble)


def calm(world: SimulatedWorld, target: str, _: float) -> None:
    edge_box_of(world, target).scene.calm(world.loop.time())


def blind_mid_verification(world: SimulatedWorld, target: str, seconds: float) -> None:
    """The next box that gets a verification request, a moment later."""
    rng = world.streams.named(f"looked {target} {world.loop.time()}")

    def inject(box: EdgeBox, _request: VerificationRequest) -> None:
        name = box.computer.name
        _later(world, rng.uniform(*BLIND_DELAY_S), lambda: blind(world, name, seconds))

    arm_next(world, target, BLIND, lambda box: box.request_stored, inject)


def offline_and_intermittent(world: SimulatedWorld, target: str, seconds: float) -> None:
    """The next box that reports an event goes offline, and its source comes and goes.

    Its outbox fills with what happens meanwhile.
    """
    rng = world.streams.named(f"loose {target} {world.loop.time()}")

    def inject(box: EdgeBox, _drafts: Sequence[object]) -> None:
        _disconnect(world, box, seconds)
        off_s, end_s = world.loop.time() + rng.uniform(*INTERMITTENT_S), world.loop.time() + seconds
        while off_s < end_s:
            on_s = off_s + rng.uniform(*INTERMITTENT_S)
            box.scene.blind(off_s, on_s, "loose")
            off_s = on_s + rng.uniform(*INTERMITTENT_S)

    def has_event(drafts: Sequence[object]) -> bool:
        return any(isinstance(draft, Event) for draft in drafts)

    arm_next(
        world, target, INTERMITTENT, lambda box: box.outbox_appended, inject, condition=has_event
    )


def offline_mid_verification(world: SimulatedWorld, target: str, seconds: float) -> None:
    """The next box that gets a verification request; the incident is reopened meanwhile."""
    rng = world.streams.named(f"doubts {target} {world.loop.time()}")

    def inject(box: EdgeBox, request: VerificationRequest) -> None:
        _disconnect(world, box, seconds)
        operators = world.people.indecisive_operators
        _later(
            world,
            rng.uniform(*REOPEN_DELAY_S),
            lambda: operators.reopen(box.district, request.incident),
        )

    arm_next(world, target, OFFLINE, lambda box: box.request_stored, inject)


def refuse_inbound_writes(world: SimulatedWorld, target: str, writes: float) -> None:
    """The next acknowledgement or request to any box finds no room on its disk."""

    def inject(box: EdgeBox, _message: object) -> None:
        box.computer.disk.refused_writes = round(writes)

    arm_next(world, target, REFUSE, lambda box: box.inbound_received, inject)


def disarm(name: str) -> FaultAction:
    """The end of a fault that is armed: what was injected ends by itself or with the phase."""

    def action(world: SimulatedWorld, target: str, _: float) -> None:
        for box in boxes_of(world, target):
            box.outbox_appended.disarm(name)
            box.request_stored.disarm(name)
            box.inbound_received.disarm(name)
            if name == REFUSE:
                box.computer.disk.refused_writes = 0

    return action


def _later(world: SimulatedWorld, after_s: float, action: Callable[[], None]) -> None:
    """Unless the fault phase is over by then."""
    if world.loop.time() + after_s < world.scenario.fault_phase_s:
        world.loop.call_later(after_s, action)


def _disconnect(world: SimulatedWorld, box: EdgeBox, seconds: float) -> None:
    """For so long, or until the fault phase is over."""
    name = box.computer.name
    mqtt.disconnect(world, name, 0.0)
    left_s = max(world.scenario.fault_phase_s - world.loop.time(), 0.0)
    world.loop.call_later(min(seconds, left_s), mqtt.reconnect, world, name, 0.0)


def arm_next(
    world: SimulatedWorld,
    target: str,
    name: str,
    trigger_of: Callable[[EdgeBox], FaultTrigger[T]],
    inject: Callable[[EdgeBox, T], None],
    *,
    condition: Callable[[T], bool] | None = None,
) -> None:
    """`inject` into the first box of the district whose trigger fires, and into no other."""
    boxes = boxes_of(world, target)

    def arm(box: EdgeBox) -> None:
        def inject_here(occurrence: T) -> None:
            for other in boxes:
                trigger_of(other).disarm(name)
            inject(box, occurrence)

        trigger_of(box).arm(name, inject_here, condition=condition)

    for box in boxes:
        arm(box)


def boxes_of(world: SimulatedWorld, target: str) -> tuple[EdgeBox, ...]:
    """Of the target's district."""
    return tuple(box for box in world.edge_boxes.values() if box.district == district_of(target))
