"""Orders, as the unit's owner knows them."""

from citybrain.api.resources.elements import place_message, time_or_none
from citybrain.api.v1 import incident_pb2 as pb
from citybrain.clock import Timestamp
from citybrain.domain.order import Task
from citybrain.ids import OrderId, PlanId, UnitId
from citybrain.localized_name import LocalizedName
from citybrain.vocabulary import OrderStage

NOT_NAMED = LocalizedName(en="", zh="")


def order_message(
    *,
    order: OrderId,
    unit: UnitId,
    task: Task,
    stage: OrderStage,
    changed_at: Timestamp | None,
    issued_at: Timestamp | None,
    assignment_number: int,
    plan: PlanId | None,
    reason: str,
    place_name: LocalizedName = NOT_NAMED,
) -> pb.Order:
    return pb.Order(
        id=order,
        unit=unit,
        incident=task.incident,
        incident_district=task.incident_district,
        slot=task.slot,
        stage=stage.value,
        changed_at=time_or_none(changed_at),
        issued_at=time_or_none(issued_at),
        assignment_number=assignment_number,
        kind=task.kind,
        severity=task.severity.value,
        place=place_message(task.place),
        plan=plan,
        reason=reason,
        number=task.number,
        incident_district_name=task.incident_district_name,
        place_en=place_name.en,
        place_zh=place_name.zh,
    )
