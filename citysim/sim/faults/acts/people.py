"""Faults of people and of their network: crews' moods, an operator who changes his mind, calls that are lost or slow, a planner that thinks for long."""

from citybrain.ids import UnitId
from citysim.sim.faults.acts.act import Act, district_of
from citysim.sim.people.phone import Mood
from citysim.sim.world import World


def mood(wished: Mood) -> Act:
    def act(world: World, target: str, _: float) -> None:
        world.phones[UnitId(target)].mood = wished

    return act


def show_earlier(world: World, target: str, _: float) -> None:
    world.phones[UnitId(target)].show_earlier()


def press_earlier(world: World, target: str, _: float) -> None:
    """Every crew of the district, once, when it has got its next order."""
    for phone in world.people.crews(district_of(target)):
        phone.press_earlier()


def press_earlier_no_more(world: World, target: str, _: float) -> None:
    for phone in world.people.crews(district_of(target)):
        phone.shows.forget("press earlier")


def waver(world: World, target: str, _: float) -> None:
    world.people.thoughts.waver(district_of(target), does=True)


def waver_no_more(world: World, target: str, _: float) -> None:
    world.people.thoughts.waver(district_of(target), does=False)


def lose_calls(world: World, target: str, share: float) -> None:
    world.calls[district_of(target)].loss = share


def lose_no_calls(world: World, target: str, _: float) -> None:
    world.calls[district_of(target)].loss = 0.0


def slow_calls(world: World, target: str, amount: float) -> None:
    world.calls[district_of(target)].slow_s = amount


def quick_calls(world: World, target: str, _: float) -> None:
    world.calls[district_of(target)].slow_s = 0.0


def think(world: World, target: str, seconds: float) -> None:
    world.thread_s = seconds


def think_quickly(world: World, target: str, _: float) -> None:
    world.thread_s = 0.0
