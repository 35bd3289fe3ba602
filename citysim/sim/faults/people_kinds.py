"""Fault kinds of people: crews, operators, their calls, the planner that they wait for, and who
writes a district's configuration.
"""

from collections.abc import Mapping

from citysim.sim.faults.actions import people
from citysim.sim.faults.kind import LONG, FaultKind, TargetType
from citysim.sim.people.crew_phone import FaultMode

END_FAULT_MODE = people.set_fault_mode(FaultMode.NORMAL)

KINDS: Mapping[str, FaultKind] = {
    "calls_lost": FaultKind(
        target_type=TargetType.DISTRICT,
        proves="a button that is pressed again takes effect once",
        begin=people.lose_calls,
        end=people.end_call_loss,
        duration_s=LONG,
        magnitude=(0.1, 0.6),
    ),
    "calls_slow": FaultKind(
        target_type=TargetType.DISTRICT,
        proves="people act on an old view",
        begin=people.slow_calls,
        end=people.unslow_calls,
        duration_s=LONG,
        magnitude=(0.5, 6.0),
    ),
    "crew_silent": FaultKind(
        target_type=TargetType.UNIT,
        proves="an unanswered order is withdrawn",
        begin=people.set_fault_mode(FaultMode.SILENT),
        end=END_FAULT_MODE,
        duration_s=(20.0, 150.0),
    ),
    "crew_refuses": FaultKind(
        target_type=TargetType.UNIT,
        proves="a refusal leads to a new plan",
        begin=people.set_fault_mode(FaultMode.REFUSES),
        end=END_FAULT_MODE,
        duration_s=LONG,
    ),
    "crew_answers_twice": FaultKind(
        target_type=TargetType.UNIT,
        proves="an answer that is given twice takes effect once",
        begin=people.set_fault_mode(FaultMode.ANSWERS_TWICE),
        end=END_FAULT_MODE,
        duration_s=LONG,
    ),
    "crew_answers_late": FaultKind(
        target_type=TargetType.UNIT,
        proves="an answer arrives when it is no longer expected",
        begin=people.set_fault_mode(FaultMode.ANSWERS_LATE),
        end=END_FAULT_MODE,
        duration_s=LONG,
    ),
    "crew_backdates": FaultKind(
        target_type=TargetType.UNIT,
        proves="a position that is older than the last one is ignored",
        begin=people.set_fault_mode(FaultMode.BACKDATES),
        end=END_FAULT_MODE,
        duration_s=LONG,
    ),
    "crew_sees_old_order": FaultKind(
        target_type=TargetType.UNIT,
        proves="a void order is not shown again",
        begin=people.show_earlier_order,
    ),
    "crew_presses_old_order": FaultKind(
        target_type=TargetType.DISTRICT,
        proves="a button counts for the order that it was pressed for",
        begin=people.press_earlier_order,
        end=people.disarm_earlier_press,
        duration_s=(60.0, 150.0),
    ),
    "operator_indecisive": FaultKind(
        target_type=TargetType.DISTRICT,
        proves="whatever a console allows: close and reopen, defer, assign by hand",
        begin=people.start_indecision,
        end=people.stop_indecision,
        duration_s=LONG,
        weight=2.0,
    ),
    "packs_changed": FaultKind(
        target_type=TargetType.DISTRICT,
        proves="an incident is handled to its end by the playbook that it began with",
        begin=people.change_packs,
        end=people.restore_packs,
        duration_s=LONG,
        magnitude=(0.0, 3.999),
        weight=1.5,
    ),
    "planner_slow": FaultKind(
        target_type=TargetType.BROKER,
        proves="a plan arrives for a world that has moved on",
        begin=people.slow_planner,
        end=people.unslow_planner,
        duration_s=LONG,
        magnitude=(0.5, 25.0),
    ),
}
