"""Fault kinds of computers: processes, disks, stores and cards."""

from collections.abc import Mapping

from citybrain.journal.memory import Boundary
from citysim.sim.faults.actions import computers
from citysim.sim.faults.kind import ARMED, LONG, SHORT, SKIPPED_STEPS, FaultKind, TargetType

KINDS: Mapping[str, FaultKind] = {
    "killed": FaultKind(
        target_type=TargetType.COMPUTER,
        proves="a process continues from what was durable",
        begin=computers.kill,
        weight=2.0,
    ),
    "power_out": FaultKind(
        target_type=TargetType.COMPUTER,
        proves="the others work as islands, though no connection was closed",
        begin=computers.power_off,
        end=computers.power_on,
        duration_s=LONG,
    ),
    "dies_before_commit": FaultKind(
        target_type=TargetType.COMPUTER,
        proves="nothing was promised before the commit",
        begin=computers.crash_at_boundary(Boundary.BEFORE),
        end=computers.disarm_crash,
        duration_s=ARMED,
        weight=1.5,
    ),
    "dies_during_commit": FaultKind(
        target_type=TargetType.COMPUTER,
        proves="a torn write is no write",
        begin=computers.crash_at_boundary(Boundary.DURING),
        end=computers.disarm_crash,
        duration_s=ARMED,
        weight=1.5,
    ),
    "dies_after_commit": FaultKind(
        target_type=TargetType.COMPUTER,
        proves="what is durable takes effect though nobody was told",
        begin=computers.crash_at_boundary(Boundary.AFTER),
        end=computers.disarm_crash,
        duration_s=ARMED,
        weight=1.5,
    ),
    "killed_mid_order": FaultKind(
        target_type=TargetType.NODE,
        proves="every row of an order's crash table",
        begin=computers.kill_mid_order,
        end=computers.disarm_kill,
        duration_s=ARMED,
        magnitude=SKIPPED_STEPS,
        weight=3.0,
    ),
    "disk_full": FaultKind(
        target_type=TargetType.COMPUTER,
        proves="law 10, and recovery without a restart",
        begin=computers.fill_disk,
        end=computers.empty_disk,
        duration_s=SHORT,
    ),
    "disk_refuses": FaultKind(
        target_type=TargetType.COMPUTER,
        proves="what follows a refused write does not take its place",
        begin=computers.refuse_writes,
        end=computers.accept_writes,
        duration_s=(1.0, 3.0),
        magnitude=(1.0, 3.0),
    ),
    "disk_hangs": FaultKind(
        target_type=TargetType.NODE,
        proves="queued inputs are committed before the deadlines that passed meanwhile",
        begin=computers.hang_disk,
        end=computers.resume_disk,
        duration_s=(5.0, 45.0),
    ),
    "disk_slow": FaultKind(
        target_type=TargetType.NODE,
        proves="answers wait for the commit",
        begin=computers.slow_disk,
        end=computers.unslow_disk,
        duration_s=LONG,
        magnitude=(0.1, 1.5),
    ),
    "overloaded": FaultKind(
        target_type=TargetType.NODE,
        proves="a repeat arrives while the first is still queued",
        begin=computers.overload,
        end=computers.end_overload,
        duration_s=(5.0, 30.0),
        magnitude=(0.2, 1.5),
    ),
    "card_replaced": FaultKind(
        target_type=TargetType.EDGE_BOX,
        proves="a new incarnation begins, and what was lost is declared",
        begin=computers.lose_card,
        end=computers.power_on,
        duration_s=SHORT,
        weight=0.5,
    ),
    "upgraded": FaultKind(
        target_type=TargetType.NODE,
        proves="other code begins from the state that the old code left",
        begin=computers.upgrade,
        magnitude=(0.0, 2.0),
    ),
    "store_restored": FaultKind(
        target_type=TargetType.NODE,
        proves="a new epoch begins, and every owner reports again what it holds",
        begin=computers.back_up,
        end=computers.restore,
        duration_s=LONG,
    ),
}
