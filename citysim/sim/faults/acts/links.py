"""Faults between a district and the city: held up, torn, slow, repeated; and what happens at either end just as a letter comes."""

from citybrain.domain.link import Down, Up
from citybrain.domain.order import OrderAnswer, OrderRequest
from citybrain.vocabulary import OrderStep
from citysim.laws.history import CITY
from citysim.sim.faults.acts import machines
from citysim.sim.faults.acts.act import Act, district_of
from citysim.sim.net.link import Way
from citysim.sim.world import World

ROOM_AGAIN_S = 1.0  # after a letter was refused
UPWARDS = 0.2
CLOSES = 0.5


def hold(*ways: Way) -> Act:
    def act(world: World, target: str, _: float) -> None:
        world.link(target).hold(*ways)

    return act


def free(world: World, target: str, _: float) -> None:
    world.link(target).free()


def hold_mid_order(way: Way) -> Act:
    def act(world: World, target: str, passes: float) -> None:
        world.order_steps(target).listen(
            "hold", lambda _: world.link(target).hold(way), passes=max(0, round(passes))
        )

    return act


def free_mid_order(world: World, target: str, _: float) -> None:
    world.order_steps(target).forget("hold")
    world.link(target).free()


def tear(world: World, target: str, _: float) -> None:
    world.link(target).tear()


def slow(world: World, target: str, amount: float) -> None:
    world.link(target).slow_s = amount


def quick(world: World, target: str, _: float) -> None:
    world.link(target).slow_s = 0.0


def repeat(world: World, target: str, share: float) -> None:
    world.link(target).repeats = share


def repeat_no_more(world: World, target: str, _: float) -> None:
    world.link(target).repeats = 0.0


def refuse_letters(world: World, target: str, share: float) -> None:
    """Of the letters that arrive so many find no room on the disk of who reads them, once; fewer upwards, where many come together."""
    chance, met = (
        world.dice.of(f"letters refused {target} {world.loop.time()}"),
        set[tuple[Way, int]](),
    )

    def strike(way: Way, frame: Up | Down) -> None:
        is_news = (way, frame.position) not in met
        met.add((way, frame.position))
        reader, at_most = (target, share) if way is Way.DOWN else (CITY, share * UPWARDS)
        if is_news and chance.random() < at_most:
            machines.refuse(world, reader, 1)
            world.loop.call_later(ROOM_AGAIN_S, machines.refuse_no_more, world, reader, 0.0)

    world.link(target).letters.listen("refuse", strike, is_once=False)


def take_letters(world: World, target: str, _: float) -> None:
    world.link(target).letters.forget("refuse")


def change_need_mid_order(world: World, target: str, held_s: float) -> None:
    """The next claim for an incident of this district is on its way for so long; its operator closes the case and opens it again meanwhile, or sends an own
    crew by hand."""
    district, chance = district_of(target), world.dice.of(f"need {target} {world.loop.time()}")

    def is_claim(letter: OrderRequest | OrderAnswer) -> bool:
        return (
            isinstance(letter, OrderRequest)
            and letter.step is OrderStep.CLAIM
            and letter.task.incident_district == district
        )

    def strike(letter: OrderRequest) -> None:
        world.link(target).hold(Way.DOWN)
        change = (
            world.people.thoughts.close_and_open
            if chance.random() < CLOSES
            else world.people.thoughts.send_by_hand
        )
        change(district, letter.task.incident)
        world.loop.call_later(held_s, world.link(target).free)

    world.order_steps(CITY).listen(f"need {target}", strike, wants=is_claim)


def leave_need(world: World, target: str, _: float) -> None:
    world.order_steps(CITY).forget(f"need {target}")
    world.link(target).free()
