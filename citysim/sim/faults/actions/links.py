"""Fault actions on a district's link to the city, and at either end just as a letter arrives."""

from citybrain.domain.order import OrderAnswer, OrderRequest
from citybrain.vocabulary import OrderStep
from citysim.laws.history import CITY
from citysim.sim.faults.actions import computers
from citysim.sim.faults.actions.action import FaultAction, district_of
from citysim.sim.net.link import Direction, LetterArrival
from citysim.sim.world import SimulatedWorld

REFUSAL_S = 1.0  # how long the disk of a reader refuses a letter
UPWARD_SHARE = 0.2  # letters upwards are refused less often: many arrive together
CLOSE_SHARE = 0.5  # of the need changes; the others send a crew by hand


def block(*directions: Direction) -> FaultAction:
    def action(world: SimulatedWorld, target: str, _: float) -> None:
        world.link(target).block(*directions)

    return action


def unblock(world: SimulatedWorld, target: str, _: float) -> None:
    world.link(target).unblock()


def block_mid_order(direction: Direction) -> FaultAction:
    """When the district has committed the next order step but for so many."""

    def action(world: SimulatedWorld, target: str, skip: float) -> None:
        world.order_step_committed(target).arm(
            "block", lambda _: world.link(target).block(direction), skip=max(0, round(skip))
        )

    return action


def unblock_mid_order(world: SimulatedWorld, target: str, _: float) -> None:
    world.order_step_committed(target).disarm("block")
    world.link(target).unblock()


def reset(world: SimulatedWorld, target: str, _: float) -> None:
    world.link(target).reset()


def slow(world: SimulatedWorld, target: str, slow_s: float) -> None:
    world.link(target).slow_s = slow_s


def unslow(world: SimulatedWorld, target: str, _: float) -> None:
    world.link(target).slow_s = 0.0


def duplicate_letters(world: SimulatedWorld, target: str, share: float) -> None:
    world.link(target).duplicates = share


def stop_duplicating(world: SimulatedWorld, target: str, _: float) -> None:
    world.link(target).duplicates = 0.0


def refuse_letters(world: SimulatedWorld, target: str, share: float) -> None:
    """Such a share of the letters that arrive finds no room on the reader's disk, each once."""
    rng = world.streams.named(f"letters refused {target} {world.loop.time()}")
    seen: set[tuple[Direction, int]] = set()

    def inject(arrival: LetterArrival) -> None:
        letter = arrival.direction, arrival.frame.position
        is_new = letter not in seen
        seen.add(letter)
        is_down = arrival.direction is Direction.DOWN
        reader, at_most = (target, share) if is_down else (CITY, share * UPWARD_SHARE)
        if is_new and rng.random() < at_most:
            computers.refuse_writes(world, reader, 1)
            world.loop.call_later(REFUSAL_S, computers.accept_writes, world, reader, 0.0)

    world.link(target).letter_arrived.arm("refuse", inject, once=False)


def accept_letters(world: SimulatedWorld, target: str, _: float) -> None:
    world.link(target).letter_arrived.disarm("refuse")


def change_need_mid_order(world: SimulatedWorld, target: str, delay_s: float) -> None:
    """The next claim for an incident of this district is delayed.

    Meanwhile the district's operator closes and reopens the incident, or assigns a crew by hand.
    """
    district, rng = district_of(target), world.streams.named(f"need {target} {world.loop.time()}")

    def is_claim(letter: OrderRequest | OrderAnswer) -> bool:
        return (
            isinstance(letter, OrderRequest)
            and letter.step is OrderStep.CLAIM
            and letter.task.incident_district == district
        )

    def inject(letter: OrderRequest | OrderAnswer) -> None:
        assert isinstance(letter, OrderRequest), "the condition lets claims through only"
        world.link(target).block(Direction.DOWN)
        operators = world.people.indecisive_operators
        if rng.random() < CLOSE_SHARE:
            operators.close_and_reopen(district, letter.task.incident)
        else:
            operators.assign_by_hand(district, letter.task.incident)
        world.loop.call_later(delay_s, world.link(target).unblock)

    world.order_step_committed(CITY).arm(f"need {target}", inject, condition=is_claim)


def end_need_change(world: SimulatedWorld, target: str, _: float) -> None:
    world.order_step_committed(CITY).disarm(f"need {target}")
    world.link(target).unblock()
