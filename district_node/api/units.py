"""The list of units, each at the newest place that is known."""

from collections.abc import Callable, Mapping

from citybrain.api.lists.conditions import has_word, is_true, is_word
from citybrain.api.lists.port import PublicList, PublicMessage
from citybrain.api.resources.unit import unit_message
from citybrain.clock import Timestamp
from citybrain.domain.crew import CrewPosition
from citybrain.domain.unit import UnitReport
from citybrain.feed.collection import Collection
from citybrain.ids import UnitId
from citybrain.stages import FREE_UNIT_STATES
from citybrain.structs import replace
from district_node.cores.orders.roster import Unit
from district_node.cores.report import unit_report
from district_node.cores.state import DistrictState

NewestPosition = Callable[[UnitId], CrewPosition | None]


def unit_list(state: Callable[[], DistrictState], newest: NewestPosition) -> PublicList[UnitReport]:
    """The list over the state that `state` gives and the positions that are not in it."""
    return PublicList(collection=UNITS, items=_Units(state, newest).now, row=_row, detail=_row)


class _Units:
    """Each unit's report is made anew only where the unit or its place is another."""

    def __init__(self, state: Callable[[], DistrictState], newest: NewestPosition) -> None:
        self._state, self._newest = state, newest
        self._known: dict[UnitId, tuple[Unit, CrewPosition | None, UnitReport]] = {}

    def now(self) -> Mapping[str, UnitReport]:
        state = self._state()
        known = {
            name: self._report(state, unit) for name, unit in state.roster.units.unordered().items()
        }
        self._known = known
        return {name: report for name, (_, _, report) in known.items()}

    def _report(
        self, state: DistrictState, unit: Unit
    ) -> tuple[Unit, CrewPosition | None, UnitReport]:
        known, position = self._known.get(unit.unit), self._newest(unit.unit)
        if known is not None and known[0] is unit and known[1] is position:
            return known
        report = unit_report(unit, state.setup.district)
        if position is not None:
            report = replace(report, place=position.place)
        return unit, position, report


def _row(unit: UnitReport, _: Timestamp) -> PublicMessage:
    return unit_message(unit)


def _is_free(unit: UnitReport) -> bool:
    return unit.state in FREE_UNIT_STATES and unit.order is None


UNITS: Collection[UnitReport] = Collection(
    name="units",
    orders={
        "id": lambda unit, _: (unit.unit,),
        "state": lambda unit, _: (unit.state.value,),
        "changed_at": lambda unit, _: (unit.at,),
    },
    filters={
        "id": is_word(lambda unit: unit.unit),
        "state": is_word(lambda unit: unit.state.value),
        "capability": has_word(lambda unit: tuple(unit.capabilities)),
        "free": is_true(_is_free),
    },
    text=lambda unit: f"{unit.unit} {unit.name} {unit.state} {' '.join(unit.capabilities)}",
)
