"""Faults of computers: processes die, disks are full, slow or hang, clocks go wrong, stores and cards are put back or replaced."""

from citybrain.ids import AgentId
from citybrain.journal.memory import Boundary, Crashed
from citysim.sim.faults.acts.act import Act
from citysim.sim.world import World


def kill(world: World, target: str, _: float) -> None:
    world.computer(target).die("SIGKILL")


def power_off(world: World, target: str, _: float) -> None:
    world.without_goodbye(target)
    world.computer(target).hold()


def power_on(world: World, target: str, _: float) -> None:
    world.computer(target).let_go()


def dies_at(boundary: Boundary) -> Act:
    """At the write with the number that the amount says; 0: at the next."""

    def act(world: World, target: str, amount: float) -> None:
        disk = world.computer(target).disk
        disk.strikes_at, disk.strikes_on = boundary, round(amount)

    return act


def dies_no_more(world: World, target: str, _: float) -> None:
    world.computer(target).disk.strikes_at = None


def kill_mid_order(world: World, target: str, passes: float) -> None:
    def strike(_letter: object) -> None:
        raise Crashed("killed in the middle of an order")

    world.order_steps(target).listen("kill", strike, passes=max(0, round(passes)))


def kill_no_more(world: World, target: str, _: float) -> None:
    world.order_steps(target).forget("kill")


def fill(world: World, target: str, _: float) -> None:
    world.computer(target).disk.is_full = True
    world.hold_up(target)


def empty(world: World, target: str, _: float) -> None:
    world.computer(target).disk.is_full = False
    world.poke(target)
    world.go_on(target)


def refuse(world: World, target: str, writes: float) -> None:
    """So many of the next writes find no room."""
    world.computer(target).disk.refuses = round(writes)
    world.hold_up(target)


def refuse_no_more(world: World, target: str, _: float) -> None:
    world.computer(target).disk.refuses = 0
    world.poke(target)
    world.go_on(target)


def hang(world: World, target: str, _: float) -> None:
    world.computer(target).disk.hangs = True
    world.hold_up(target)


def hang_no_more(world: World, target: str, _: float) -> None:
    world.computer(target).disk.hangs = False
    world.wake(target)
    world.go_on(target)


def overload(world: World, target: str, amount: float) -> None:
    """Writes are slow, and streams to and from it are reset again and again."""
    slow_disk(world, target, amount)
    world.flap(target)


def relieve(world: World, target: str, amount: float) -> None:
    quick_disk(world, target, amount)
    world.steady(target)


def slow_disk(world: World, target: str, amount: float) -> None:
    world.computer(target).disk.slow_s = amount


def quick_disk(world: World, target: str, _: float) -> None:
    world.computer(target).disk.slow_s = 0.0


def step_clock(world: World, target: str, seconds: float) -> None:
    world.computer(target).clocks.step(seconds)
    world.notice_clock(target)
    world.poke(target)


def restart_in_past(world: World, target: str, seconds: float) -> None:
    world.computer(target).die("the power went, and its clock has no battery")
    world.computer(target).clocks.step(-seconds)
    world.notice_clock(target)


def drift(world: World, target: str, ppm: float) -> None:
    world.computer(target).clocks.drift(ppm)


def drift_no_more(world: World, target: str, _: float) -> None:
    world.computer(target).clocks.drift(0.0)
    world.notice_clock(target)


def lose_card(world: World, target: str, _: float) -> None:
    world.computer(target).hold()
    world.replace_card(AgentId(target.removeprefix("agent/")))


def back_up(world: World, target: str, _: float) -> None:
    world.back_up(target)


def restore(world: World, target: str, _: float) -> None:
    world.restore(target)
