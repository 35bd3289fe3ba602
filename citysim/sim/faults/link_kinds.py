"""Fault kinds of the link between a district and the city."""

from collections.abc import Mapping

from citysim.sim.faults.actions import links
from citysim.sim.faults.kind import (
    LONG,
    MID_ORDER,
    PAST_PROMISE_TTL,
    SKIPPED_STEPS,
    FaultKind,
    TargetType,
)
from citysim.sim.net.link import Direction

KINDS: Mapping[str, FaultKind] = {
    "link_cut": FaultKind(
        target_type=TargetType.LINK,
        proves="both sides work as islands and rejoin",
        begin=links.block(Direction.UP, Direction.DOWN),
        end=links.unblock,
        duration_s=LONG,
        weight=1.5,
    ),
    "link_up_blocked": FaultKind(
        target_type=TargetType.LINK,
        proves="the city receives nothing and is still received",
        begin=links.block(Direction.UP),
        end=links.unblock,
        duration_s=LONG,
    ),
    "link_down_blocked": FaultKind(
        target_type=TargetType.LINK,
        proves="the city receives everything and is not received",
        begin=links.block(Direction.DOWN),
        end=links.unblock,
        duration_s=LONG,
    ),
    "link_up_blocked_mid_order": FaultKind(
        target_type=TargetType.LINK,
        proves="the answers to an order step are lost",
        begin=links.block_mid_order(Direction.UP),
        end=links.unblock_mid_order,
        duration_s=PAST_PROMISE_TTL,
        magnitude=SKIPPED_STEPS,
        weight=3.0,
    ),
    "link_down_blocked_mid_order": FaultKind(
        target_type=TargetType.LINK,
        proves="the step after an answer arrives when the promise has expired",
        begin=links.block_mid_order(Direction.DOWN),
        end=links.unblock_mid_order,
        duration_s=PAST_PROMISE_TTL,
        magnitude=SKIPPED_STEPS,
        weight=3.0,
    ),
    "link_reset": FaultKind(
        target_type=TargetType.LINK,
        proves="a stream resumes where the journals stand",
        begin=links.reset,
        weight=1.5,
    ),
    "link_slow": FaultKind(
        target_type=TargetType.LINK,
        proves="answers arrive after their deadlines",
        begin=links.slow,
        end=links.unslow,
        duration_s=LONG,
        magnitude=(0.2, 4.0),
    ),
    "link_duplicates": FaultKind(
        target_type=TargetType.LINK,
        proves="a letter that is delivered twice takes effect once",
        begin=links.duplicate_letters,
        end=links.stop_duplicating,
        duration_s=LONG,
        magnitude=(0.2, 0.9),
    ),
    "letters_refused": FaultKind(
        target_type=TargetType.LINK,
        proves="the last letter of a stream is requested again too",
        begin=links.refuse_letters,
        end=links.accept_letters,
        duration_s=(40.0, 150.0),
        magnitude=(0.5, 0.95),
        weight=3.0,
    ),
    "need_changes_mid_order": FaultKind(
        target_type=TargetType.LINK,
        proves="a claim that was planned for an older need is refused",
        begin=links.change_need_mid_order,
        end=links.end_need_change,
        duration_s=MID_ORDER,
        magnitude=(1.0, 25.0),
        weight=2.0,
    ),
}
