"""Fault actions on people: crews' fault modes, indecisive operators, their calls, the planner, who
writes a district's configuration.
"""

from citybrain.ids import UnitId
from citysim.sim.faults.actions.action import FaultAction, district_of
from citysim.sim.nodes.changed_packs import changed_packs
from citysim.sim.people.crew_phone import EARLIER_PRESS, FaultMode
from citysim.sim.world import SimulatedWorld


def set_fault_mode(mode: FaultMode) -> FaultAction:
    def action(world: SimulatedWorld, target: str, _: float) -> None:
        world.phones[UnitId(target)].fault_mode = mode

    return action


def show_earlier_order(world: SimulatedWorld, target: str, _: float) -> None:
    world.phones[UnitId(target)].show_earlier_order()


def press_earlier_order(world: SimulatedWorld, target: str, _: float) -> None:
    """Every crew of the district, once, when it has got its next order."""
    for phone in world.people.crews(district_of(target)):
        phone.press_earlier_order()


def disarm_earlier_press(world: SimulatedWorld, target: str, _: float) -> None:
    for phone in world.people.crews(district_of(target)):
        phone.new_order_shown.disarm(EARLIER_PRESS)


def start_indecision(world: SimulatedWorld, target: str, _: float) -> None:
    world.people.indecisive_operators.set_indecisive(district_of(target), active=True)


def stop_indecision(world: SimulatedWorld, target: str, _: float) -> None:
    world.people.indecisive_operators.set_indecisive(district_of(target), active=False)


def lose_calls(world: SimulatedWorld, target: str, share: float) -> None:
    world.calls[district_of(target)].loss = share


def end_call_loss(world: SimulatedWorld, target: str, _: float) -> None:
    world.calls[district_of(target)].loss = 0.0


def slow_calls(world: SimulatedWorld, target: str, slow_s: float) -> None:
    world.calls[district_of(target)].slow_s = slow_s


def unslow_calls(world: SimulatedWorld, target: str, _: float) -> None:
    world.calls[district_of(target)].slow_s = 0.0


def change_packs(world: SimulatedWorld, target: str, magnitude: float) -> None:
    """The district's configuration says something else, and is put in force while it runs."""
    node = world.districts[district_of(target)]
    node.reconfigure(changed_packs(node.own_setup, magnitude))


def restore_packs(world: SimulatedWorld, target: str, _: float) -> None:
    node = world.districts[district_of(target)]
    node.reconfigure(node.own_setup)


def slow_planner(world: SimulatedWorld, _target: str, seconds: float) -> None:
    world.planner_delay_s = seconds


def unslow_planner(world: SimulatedWorld, _target: str, _: float) -> None:
    world.planner_delay_s = 0.0
