"""Fault actions on boxes' certificates: revoked at once or in the middle of something, and let back
by a new one."""

from collections.abc import Sequence

from citybrain.domain.event import VerificationRequest
from citysim.sim.faults.actions import edge_boxes, mqtt
from citysim.sim.faults.actions.action import edge_box_of
from citysim.sim.street.edge_box import EdgeBox
from citysim.sim.world import SimulatedWorld

MID_LOOK, UNACKNOWLEDGED = "revoked mid look", "revoked unacknowledged"  # as faults are armed
KNOWN_TO_BROKER = 1.0  # below it the broker has the list as well, and throws the box out


def revoke(world: SimulatedWorld, target: str, known_to: float) -> None:
    _revoke(world, edge_box_of(world, target), known_to)


def let_back(world: SimulatedWorld, target: str, _: float) -> None:
    _let_back(world, edge_box_of(world, target))


def revoke_mid_look(world: SimulatedWorld, target: str, known_to: float) -> None:
    """The next box of the district that is asked to look, before it can answer."""

    def inject(box: EdgeBox, _request: VerificationRequest) -> None:
        _revoke(world, box, known_to)

    edge_boxes.arm_next(world, target, MID_LOOK, lambda box: box.request_stored, inject)


def revoke_unacknowledged(world: SimulatedWorld, target: str, known_to: float) -> None:
    """The next box of the district that has put something into its outbox, before it is sent."""

    def inject(box: EdgeBox, _drafts: Sequence[object]) -> None:
        _revoke(world, box, known_to)

    edge_boxes.arm_next(world, target, UNACKNOWLEDGED, lambda box: box.outbox_appended, inject)


def let_all_back(world: SimulatedWorld, target: str, magnitude: float) -> None:
    """Every box of the district that is revoked; none is revoked by this fault any more."""
    edge_boxes.disarm(MID_LOOK)(world, target, magnitude)
    edge_boxes.disarm(UNACKNOWLEDGED)(world, target, magnitude)
    for box in edge_boxes.boxes_of(world, target):
        _let_back(world, box)


def _revoke(world: SimulatedWorld, box: EdgeBox, known_to: float) -> None:
    world.revocations.revoke(box.spec.agent, box.district)
    if known_to < KNOWN_TO_BROKER:
        mqtt.disconnect(world, box.computer.name, 0.0)


def _let_back(world: SimulatedWorld, box: EdgeBox) -> None:
    """Joining starts its connection anew."""
    if box.spec.agent in world.revocations.revoked:
        world.revocations.let_back(box.spec.agent)
        mqtt.disconnect(world, box.computer.name, 0.0)
        mqtt.reconnect(world, box.computer.name, 0.0)
