"""Faults at an edge box: its source is blind, or something happens to the next box of a district that says, hears or is asked something."""

from collections.abc import Callable
from functools import partial
from typing import Any

from citybrain.domain.event import Event
from citysim.sim.bell import Bell, anything
from citysim.sim.faults.acts import mqtt
from citysim.sim.faults.acts.act import Act, box_of, district_of
from citysim.sim.street.box import Box
from citysim.sim.world import World

LOOKED_S = (3.0, 10.0)  # after it was asked, until it goes blind: it has looked at least once
LOOSE_S = (1.0, 4.0)  # a cable that is loose is off for so long, and on for so long
DOUBTS_S = (1.0, 8.0)  # after a camera was asked, until an operator opens the case again

BLIND, CUT_OFF, LOOSE, REFUSE = "blind", "cut off", "loose", "refuse"  # names of listeners


def blind(world: World, target: str, seconds: float) -> None:
    now_s = world.loop.time()
    box_of(world, target).scene.blind(now_s, now_s + seconds, "covered")


def blind_mid_look(world: World, target: str, seconds: float) -> None:
    """The next box that is asked to look again, a moment after it was asked."""
    chance = world.dice.of(f"looked {target} {world.loop.time()}")

    def strike(box: Box, _asked: Any) -> None:
        _soon(world, chance.uniform(*LOOKED_S), lambda: blind(world, box.computer.name, seconds))

    _next_of(world, target, BLIND, _questions, strike)


def cut_off_and_loose(world: World, target: str, seconds: float) -> None:
    """The next box that raises an alarm: nobody hears it from then on, and its source comes and goes. It has much to say, and nobody takes it."""
    chance = world.dice.of(f"loose {target} {world.loop.time()}")

    def strike(box: Box, _drafts: Any) -> None:
        _cut_off(world, box, seconds)
        off_s, end_s = world.loop.time() + chance.uniform(*LOOSE_S), world.loop.time() + seconds
        while off_s < end_s:
            on_s = off_s + chance.uniform(*LOOSE_S)
            box.scene.blind(off_s, on_s, "loose")
            off_s = on_s + chance.uniform(*LOOSE_S)

    _next_of(
        world,
        target,
        LOOSE,
        _words,
        strike,
        wants=lambda drafts: any(isinstance(draft, Event) for draft in drafts),
    )


def cut_off_mid_look(world: World, target: str, seconds: float) -> None:
    """The next box that is asked to look again; and the case is opened again before its answer is heard."""
    chance = world.dice.of(f"doubts {target} {world.loop.time()}")

    def strike(box: Box, asked: Any) -> None:
        _cut_off(world, box, seconds)
        _soon(
            world,
            chance.uniform(*DOUBTS_S),
            lambda: world.people.thoughts.open_again(box.district, asked.incident),
        )

    _next_of(world, target, CUT_OFF, _questions, strike)


def refuse_mail(world: World, target: str, writes: float) -> None:
    """The next acknowledgement or question to any box finds no room on its card."""

    def strike(box: Box) -> None:
        box.computer.disk.refuses = round(writes)

    _next_of(world, target, REFUSE, _mail, strike)


def no_more(name: str) -> Act:
    """Whoever has not been struck is not any more; who was is well again in its own time, or when the storm ends."""

    def act(world: World, target: str, _: float) -> None:
        for box in _boxes(world, target):
            for bell in (box.words, box.questions, box.mail):
                bell.forget(name)
            if name == REFUSE:
                box.computer.disk.refuses = 0

    return act


def _soon(world: World, after_s: float, act: Callable[[], None]) -> None:
    """Unless the storm is over by then."""
    if world.loop.time() + after_s < world.scenario.storm_s:
        world.loop.call_later(after_s, act)


def _cut_off(world: World, box: Box, seconds: float) -> None:
    name = box.computer.name
    mqtt.cut(world, name, 0.0)
    world.loop.call_later(
        min(seconds, max(world.scenario.storm_s - world.loop.time(), 0.0)),
        mqtt.heal,
        world,
        name,
        0.0,
    )


def _next_of(
    world: World,
    target: str,
    name: str,
    bell_of: Callable[[Box], Bell],
    strike: Callable[..., None],
    *,
    wants: Callable[..., bool] = anything,
) -> None:
    """`strike` the first box of the district whose bell rings with what is wanted, and no other."""
    boxes = _boxes(world, target)

    def struck(box: Box, *what: Any) -> None:
        for other in boxes:
            bell_of(other).forget(name)
        strike(box, *what)

    for box in boxes:
        bell_of(box).listen(name, partial(struck, box), wants=wants)


def _boxes(world: World, target: str) -> tuple[Box, ...]:
    return tuple(box for box in world.boxes.values() if box.district == district_of(target))


def _words(box: Box) -> Bell:
    return box.words


def _questions(box: Box) -> Bell:
    return box.questions


def _mail(box: Box) -> Bell:
    return box.mail
