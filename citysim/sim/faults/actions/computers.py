"""Fault actions on computers: processes, disks, stores and cards."""

from citybrain.ids import AgentId
from citybrain.journal.memory import Boundary, Crashed
from citysim.sim.faults.actions.action import FaultAction
from citysim.sim.world import SimulatedWorld


def kill(world: SimulatedWorld, target: str, _: float) -> None:
    world.computer(target).die("SIGKILL")


def power_off(world: SimulatedWorld, target: str, _: float) -> None:
    world.suppress_disconnect(target)
    world.computer(target).power_off()


def power_on(world: SimulatedWorld, target: str, _: float) -> None:
    world.computer(target).power_on()


def crash_at_boundary(boundary: Boundary) -> FaultAction:
    """At the write whose number is the magnitude; 0: at the next write."""

    def action(world: SimulatedWorld, target: str, magnitude: float) -> None:
        disk = world.computer(target).disk
        disk.crash_at, disk.crash_on_write = boundary, round(magnitude)

    return action


def disarm_crash(world: SimulatedWorld, target: str, _: float) -> None:
    world.computer(target).disk.crash_at = None


def kill_mid_order(world: SimulatedWorld, target: str, skip: float) -> None:
    """When the node has committed the next order step but for so many."""

    def inject(_letter: object) -> None:
        raise Crashed("killed in the middle of an order")

    world.order_step_committed(target).arm("kill", inject, skip=max(0, round(skip)))


def disarm_kill(world: SimulatedWorld, target: str, _: float) -> None:
    world.order_step_committed(target).disarm("kill")


def fill_disk(world: SimulatedWorld, target: str, _: float) -> None:
    world.computer(target).disk.is_full = True
    world.begin_stall(target)


def empty_disk(world: SimulatedWorld, target: str, _: float) -> None:
    world.computer(target).disk.is_full = False
    world.recheck(target)
    world.end_stall(target)


def refuse_writes(world: SimulatedWorld, target: str, writes: float) -> None:
    """So many of the next writes find no room."""
    world.computer(target).disk.refused_writes = round(writes)
    world.begin_stall(target)


def accept_writes(world: SimulatedWorld, target: str, _: float) -> None:
    world.computer(target).disk.refused_writes = 0
    world.recheck(target)
    world.end_stall(target)


def hang_disk(world: SimulatedWorld, target: str, _: float) -> None:
    world.computer(target).disk.is_hung = True
    world.begin_stall(target)


def resume_disk(world: SimulatedWorld, target: str, _: float) -> None:
    world.computer(target).disk.is_hung = False
    world.resume_writes(target)
    world.end_stall(target)


def overload(world: SimulatedWorld, target: str, slow_s: float) -> None:
    """Writes are slow, and the node's streams are reset again and again."""
    slow_disk(world, target, slow_s)
    world.start_link_flapping(target)


def end_overload(world: SimulatedWorld, target: str, magnitude: float) -> None:
    unslow_disk(world, target, magnitude)
    world.stop_link_flapping(target)


def slow_disk(world: SimulatedWorld, target: str, slow_s: float) -> None:
    world.computer(target).disk.slow_s = slow_s


def unslow_disk(world: SimulatedWorld, target: str, _: float) -> None:
    world.computer(target).disk.slow_s = 0.0


def lose_card(world: SimulatedWorld, target: str, _: float) -> None:
    world.computer(target).power_off()
    world.replace_card(AgentId(target.removeprefix("agent/")))


def upgrade(world: SimulatedWorld, target: str, stop_or_kill: float) -> None:
    """Below 1 the node is stopped in order before, else it is killed."""
    world.upgrade(target, stops=stop_or_kill < 1.0)


def back_up(world: SimulatedWorld, target: str, _: float) -> None:
    world.back_up(target)


def restore(world: SimulatedWorld, target: str, _: float) -> None:
    world.restore(target)
