"""Fault actions on clocks: steps and drift, glitches, restarts with a wrong clock, sleep, and what
persons say of a wrong date."""

from citybrain.domain.clock import ClockVerb
from citysim.sim.world import SimulatedWorld

# a wrong date is off by more than whatever a node believes without a proof
WRONG_MIN_S = 600.0


def step_clock(world: SimulatedWorld, target: str, seconds: float) -> None:
    world.computer(target).clocks.step(seconds)
    world.track_clock_error(target)
    world.recheck(target)


def restart_in_past(world: SimulatedWorld, target: str, seconds: float) -> None:
    world.computer(target).die("the power went, and its clock has no battery")
    world.computer(target).clocks.step(-seconds)
    world.track_clock_error(target)


def drift(world: SimulatedWorld, target: str, ppm: float) -> None:
    world.computer(target).clocks.drift(ppm)


def end_drift(world: SimulatedWorld, target: str, _: float) -> None:
    world.computer(target).clocks.drift(0.0)
    world.track_clock_error(target)


def glitch(world: SimulatedWorld, target: str, seconds: float) -> None:
    """The wall clock shows another date. No clock error for the laws: no node may follow it."""
    world.computer(target).clocks.begin_wrong(_wrong_s(seconds))
    world.recheck(target)


def end_glitch(world: SimulatedWorld, target: str, _: float) -> None:
    world.computer(target).clocks.end_wrong()
    world.recheck(target)


def restart_with_wrong_clock(world: SimulatedWorld, target: str, seconds: float) -> None:
    world.computer(target).die("the power went, and its clock starts with another date")
    world.computer(target).clocks.begin_wrong(_wrong_s(seconds))


def suspend(world: SimulatedWorld, target: str, seconds: float) -> None:
    world.computer(target).clocks.suspend(seconds)
    world.track_clock_error(target)
    world.recheck(target)


def confirm_wrong_date(world: SimulatedWorld, target: str, seconds: float) -> None:
    """The wall clock shows a date ahead, and a person says that so much time has passed."""
    _glitch_and_say(world, target, WRONG_MIN_S + abs(seconds), ClockVerb.CONFIRM)


def rebase_to_wrong_date(world: SimulatedWorld, target: str, seconds: float) -> None:
    """The wall clock shows another date, and a person says that node time alone was wrong."""
    _glitch_and_say(world, target, _wrong_s(seconds), ClockVerb.REBASE)


def set_right(world: SimulatedWorld, target: str, magnitude: float) -> None:
    """The wall clock is right again, and the person sees to it that the node's time is."""
    end_glitch(world, target, magnitude)
    world.clock_keepers.keep_right(target)


def _glitch_and_say(world: SimulatedWorld, target: str, seconds: float, verb: ClockVerb) -> None:
    world.computer(target).clocks.begin_wrong(seconds)
    world.recheck(target)
    world.clock_keepers.say(target, verb)


def _wrong_s(seconds: float) -> float:
    return seconds + (WRONG_MIN_S if seconds > 0 else -WRONG_MIN_S)
