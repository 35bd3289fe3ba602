"""Units."""

from citybrain.api.resources.elements import place_message, time_message
from citybrain.api.v1 import unit_pb2 as pb
from citybrain.domain.unit import DoubtfulPlace, UnitReport


def unit_message(unit: UnitReport, doubtful: DoubtfulPlace | None = None) -> pb.Unit:
    return pb.Unit(
        id=unit.unit,
        district=unit.district,
        name=unit.name,
        capabilities=unit.capabilities,
        state=unit.state.value,
        place=place_message(unit.place),
        speed_mps=unit.speed_mps,
        order=unit.order,
        assignment_number=unit.assignment_number,
        changed_at=time_message(unit.at),
        doubtful=_doubtful_message(doubtful) if doubtful is not None else None,
    )


def _doubtful_message(doubtful: DoubtfulPlace) -> pb.DoubtfulPosition:
    return pb.DoubtfulPosition(
        place=place_message(doubtful.place), since=time_message(doubtful.since)
    )
