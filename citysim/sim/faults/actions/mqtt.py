"""Fault actions on the MQTT broker and on its clients' networks."""

from citysim.sim.faults.actions.action import FaultAction
from citysim.sim.world import SimulatedWorld


def disconnect(world: SimulatedWorld, target: str, _: float) -> None:
    world.mqtt.disconnect(world.client_id(target))


def reconnect(world: SimulatedWorld, target: str, _: float) -> None:
    world.mqtt.reconnect(world.client_id(target))


def block_receiving(world: SimulatedWorld, target: str, _: float) -> None:
    world.mqtt.receive_blocked.add(world.client_id(target))


def unblock_receiving(world: SimulatedWorld, target: str, _: float) -> None:
    world.mqtt.receive_blocked.discard(world.client_id(target))


def block_sending(world: SimulatedWorld, target: str, _: float) -> None:
    world.mqtt.send_blocked.add(world.client_id(target))


def unblock_sending(world: SimulatedWorld, target: str, _: float) -> None:
    world.mqtt.send_blocked.discard(world.client_id(target))


def crash(*, lose_state: bool) -> FaultAction:
    def action(world: SimulatedWorld, _target: str, _: float) -> None:
        world.mqtt.crash(lose_state=lose_state)

    return action


def restart(world: SimulatedWorld, _target: str, _: float) -> None:
    world.mqtt.restart()


def set_attribute(name: str) -> FaultAction:
    """Sets an attribute of `Mqtt` (a share or `slow_s`) to the magnitude."""

    def action(world: SimulatedWorld, _target: str, magnitude: float) -> None:
        setattr(world.mqtt, name, magnitude)

    return action


def reset_attribute(name: str) -> FaultAction:
    """Sets it to 0."""

    def action(world: SimulatedWorld, _target: str, _: float) -> None:
        setattr(world.mqtt, name, 0.0)

    return action
