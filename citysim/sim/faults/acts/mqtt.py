"""Faults around the broker: clients cut off, deaf or mute; the broker dies or forgets; messages are lost, repeated, out of order, late."""

from citysim.sim.faults.acts.act import Act
from citysim.sim.world import World


def cut(world: World, target: str, _: float) -> None:
    world.mqtt.cut(world.client_id(target))


def heal(world: World, target: str, _: float) -> None:
    world.mqtt.heal(world.client_id(target))


def deafen(world: World, target: str, _: float) -> None:
    world.mqtt.deaf.add(world.client_id(target))


def hear(world: World, target: str, _: float) -> None:
    world.mqtt.deaf.discard(world.client_id(target))


def mute(world: World, target: str, _: float) -> None:
    world.mqtt.mute.add(world.client_id(target))


def speak(world: World, target: str, _: float) -> None:
    world.mqtt.mute.discard(world.client_id(target))


def crash(*, forget: bool) -> Act:
    def act(world: World, target: str, _: float) -> None:
        world.mqtt.crash(forget=forget)

    return act


def restart(world: World, target: str, _: float) -> None:
    world.mqtt.restart()


def share(name: str) -> tuple[Act, Act]:
    """A share of the broker's messages, or its slowness, by the name of `Mqtt`'s attribute: (more of it, none)."""

    def begin(world: World, target: str, amount: float) -> None:
        setattr(world.mqtt, name, amount)

    def end(world: World, target: str, _: float) -> None:
        setattr(world.mqtt, name, 0.0)

    return begin, end
