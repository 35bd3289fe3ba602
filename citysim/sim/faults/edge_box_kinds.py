"""Fault kinds of edge boxes: blind sources, lost networks, refused writes, revoked certificates."""

from collections.abc import Mapping

from citysim.sim.faults.actions import edge_boxes, revocations
from citysim.sim.faults.kind import ARMED, LONG, MID_ORDER, FaultKind, TargetType

# below 1 the broker knows that a box is revoked, too
WHO_KNOWS = (0.0, 2.0)

KINDS: Mapping[str, FaultKind] = {
    "source_blind": FaultKind(
        target_type=TargetType.EDGE_BOX,
        proves="law 8: seeing nothing is not absence",
        begin=edge_boxes.blind,
        magnitude=(3.0, 130.0),
        weight=2.0,
    ),
    "source_blind_mid_verification": FaultKind(
        target_type=TargetType.DISTRICT,
        proves="seconds in which the source was blind do not count",
        begin=edge_boxes.blind_mid_verification,
        end=edge_boxes.disarm(edge_boxes.BLIND),
        duration_s=MID_ORDER,
        magnitude=(2.0, 130.0),
        weight=2.5,
    ),
    "offline_mid_verification": FaultKind(
        target_type=TargetType.DISTRICT,
        proves="an answer to an older request closes nothing",
        begin=edge_boxes.offline_mid_verification,
        end=edge_boxes.disarm(edge_boxes.OFFLINE),
        duration_s=MID_ORDER,
        magnitude=(20.0, 90.0),
        weight=1.5,
    ),
    "offline_and_intermittent": FaultKind(
        target_type=TargetType.DISTRICT,
        proves="a full outbox drops what is worth least, and declares it",
        begin=edge_boxes.offline_and_intermittent,
        end=edge_boxes.disarm(edge_boxes.INTERMITTENT),
        duration_s=MID_ORDER,
        magnitude=(20.0, 90.0),
        weight=2.0,
    ),
    "inbound_writes_refused": FaultKind(
        target_type=TargetType.DISTRICT,
        proves="an acknowledgement or request that could not be stored was not received",
        begin=edge_boxes.refuse_inbound_writes,
        end=edge_boxes.disarm(edge_boxes.REFUSE),
        duration_s=ARMED,
        magnitude=(1.0, 3.0),
        weight=3.0,
    ),
    "detector_slow": FaultKind(
        target_type=TargetType.EDGE_BOX,
        proves="law 8: what is looked at too rarely is not called observed",
        begin=edge_boxes.look_rarely,
        end=edge_boxes.calm,
        duration_s=LONG,
        magnitude=(1.0, 9.0),
        weight=3.0,
    ),
    "pictures_damaged": FaultKind(
        target_type=TargetType.EDGE_BOX,
        proves="law 8: pictures that nobody looks at are not observed",
        begin=edge_boxes.look_rarely,
        end=edge_boxes.calm,
        duration_s=LONG,
        magnitude=(60.0, 60.0),
    ),
    "readings_odd": FaultKind(
        target_type=TargetType.EDGE_BOX,
        proves="law 8: a gauge of nonsense is blind, and one odd reading is none",
        begin=edge_boxes.give_odd_readings,
        end=edge_boxes.calm,
        duration_s=LONG,
        magnitude=(0.2, 1.2),
        weight=2.0,
    ),
    "box_revoked": FaultKind(
        target_type=TargetType.EDGE_BOX,
        proves="of a revoked box nothing more is believed, and nothing that was is lost",
        begin=revocations.revoke,
        end=revocations.let_back,
        duration_s=LONG,
        magnitude=WHO_KNOWS,
    ),
    "box_revoked_mid_look": FaultKind(
        target_type=TargetType.DISTRICT,
        proves="a look at which the box is revoked goes to a person",
        begin=revocations.revoke_mid_look,
        end=revocations.let_all_back,
        duration_s=MID_ORDER,
        magnitude=WHO_KNOWS,
        weight=2.0,
    ),
    "box_revoked_unacknowledged": FaultKind(
        target_type=TargetType.DISTRICT,
        proves="what a box kept while it was revoked is taken when it has joined again",
        begin=revocations.revoke_unacknowledged,
        end=revocations.let_all_back,
        duration_s=MID_ORDER,
        magnitude=WHO_KNOWS,
        weight=2.0,
    ),
}
