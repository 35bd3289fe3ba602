"""The list of units, as their districts report them."""

from citybrain.api.lists.area import is_in_area
from citybrain.api.lists.conditions import has_word, is_true, is_word
from citybrain.api.lists.port import PublicList, PublicMessage
from citybrain.api.resources.unit import unit_message
from citybrain.clock import Timestamp
from citybrain.domain.unit import UnitReport
from citybrain.feed.collection import Collection
from citybrain.stages import FREE_UNIT_STATES
from coordinator.api.shown import ReadShown


def unit_list(shown: ReadShown) -> PublicList[UnitReport]:
    """The list over what `shown` gives."""
    return PublicList(collection=UNITS, items=lambda: shown().units, row=_row, detail=_row)


def _row(unit: UnitReport, _: Timestamp) -> PublicMessage:
    return unit_message(unit)


UNITS: Collection[UnitReport] = Collection(
    name="units",
    orders={
        "id": lambda unit, _: (unit.unit,),
        "activity": lambda unit, _: (unit.order is None, unit.state in FREE_UNIT_STATES),
        "state": lambda unit, _: (unit.state.value,),
        "changed_at": lambda unit, _: (unit.at,),
    },
    filters={
        "id": is_word(lambda unit: unit.unit),
        "district": is_word(lambda unit: unit.district),
        "state": is_word(lambda unit: unit.state.value),
        "capability": has_word(lambda unit: tuple(unit.capabilities)),
        "free": is_true(lambda unit: unit.state in FREE_UNIT_STATES and unit.order is None),
        "area": is_in_area(lambda unit: unit.place),
    },
    text=lambda unit: f"{unit.unit} {unit.name} {unit.state} {' '.join(unit.capabilities)}",
)
