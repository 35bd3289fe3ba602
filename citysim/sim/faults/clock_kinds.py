"""Fault kinds of clocks."""

from collections.abc import Mapping

from citysim.sim.faults.actions import clocks
from citysim.sim.faults.kind import LONG, FaultKind, TargetType

MONTH_S = 30 * 86_400.0

KINDS: Mapping[str, FaultKind] = {
    "clock_stepped": FaultKind(
        target_type=TargetType.COMPUTER,
        proves="node time never goes back, and deadlines hold",
        begin=clocks.step_clock,
        magnitude=(-90.0, 90.0),
    ),
    "restarts_in_past": FaultKind(
        target_type=TargetType.COMPUTER,
        proves="a run begins after the run before it",
        begin=clocks.restart_in_past,
        magnitude=(2.0, 90.0),
    ),
    "clock_drifts": FaultKind(
        target_type=TargetType.COMPUTER,
        proves="no two clocks need to agree",
        begin=clocks.drift,
        end=clocks.end_drift,
        duration_s=LONG,
        magnitude=(-500.0, 500.0),
    ),
    "clock_glitches": FaultKind(
        target_type=TargetType.NODE,
        proves="a date that nothing proves is held back, and leaves no trace",
        begin=clocks.glitch,
        end=clocks.end_glitch,
        duration_s=LONG,
        magnitude=(-MONTH_S, MONTH_S),
    ),
    "restarts_with_wrong_clock": FaultKind(
        target_type=TargetType.NODE,
        proves="at a start what was due by the journal's last time fires, and the rest waits",
        begin=clocks.restart_with_wrong_clock,
        end=clocks.end_glitch,
        duration_s=LONG,
        magnitude=(-MONTH_S, MONTH_S),
    ),
    "suspended": FaultKind(
        target_type=TargetType.NODE,
        proves="a machine that slept is no glitch",
        begin=clocks.suspend,
        magnitude=(5.0, 90.0),
        weight=0.5,
    ),
    "clock_confirmed": FaultKind(
        target_type=TargetType.NODE,
        proves="what is due by a person's word fires, and a wrong word is made good",
        begin=clocks.confirm_wrong_date,
        end=clocks.set_right,
        duration_s=LONG,
        magnitude=(0.0, MONTH_S),
        weight=1.5,
    ),
    "clock_rebased": FaultKind(
        target_type=TargetType.NODE,
        proves="a rebase fires nothing: every deadline keeps what is left of it",
        begin=clocks.rebase_to_wrong_date,
        end=clocks.set_right,
        duration_s=LONG,
        magnitude=(-MONTH_S, MONTH_S),
        weight=1.5,
    ),
}
