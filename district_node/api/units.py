"""The list of units, each at the newest place that is believed, and where it says that it is where
that is doubtful."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from citybrain.api.lists.area import is_in_area
from citybrain.api.lists.conditions import has_word, is_true, is_word
from citybrain.api.lists.port import PublicList, PublicMessage
from citybrain.api.resources.unit import unit_message
from citybrain.clock import Timestamp, seconds_between
from citybrain.domain.crew import CrewNextOrder
from citybrain.domain.unit import DoubtfulPlace, UnitReport
from citybrain.feed.collection import Collection
from citybrain.ids import CaseNumber, UnitId
from citybrain.stages import FREE_UNIT_STATES
from citybrain.structs import Struct, replace
from district_node.cores.orders.roster import Order, Unit
from district_node.cores.report import unit_report
from district_node.cores.state import DistrictState
from district_node.cores.view import next_orders
from district_node.limits import POSITION_AGE_STEP
from district_node.shell.positions.unit_positions import LivePosition

NewestPosition = Callable[[UnitId], LivePosition | None]


class ShownUnit(Struct, frozen=True, kw_only=True):
    """A unit as the city gets it, and what people see beside that."""

    report: UnitReport
    doubtful: DoubtfulPlace | None = None
    incident_number: CaseNumber = CaseNumber("")  # that its live order is for
    next_orders: tuple[CrewNextOrder, ...] = ()
    heading_deg: float | None = None
    positioned_at: Timestamp | None = None  # None: it never said where it is


def unit_list(state: Callable[[], DistrictState], newest: NewestPosition) -> PublicList[ShownUnit]:
    """The list over the state that `state` gives and the positions that are not in it."""
    return PublicList(collection=UNITS, items=_Units(state, newest).now, row=_row, detail=_row)


class _Known(NamedTuple):
    """What is shown of a unit, and what that was made of: it, its position and its order."""

    made_of: tuple[Unit, LivePosition | None, Order | None]
    shown: ShownUnit

    def is_of(self, made_of: tuple[Unit, LivePosition | None, Order | None]) -> bool:
        return all(one is other for one, other in zip(self.made_of, made_of, strict=True))


class _Units:
    """Each unit's report is made anew only where the unit, its place or its order is another."""

    def __init__(self, state: Callable[[], DistrictState], newest: NewestPosition) -> None:
        self._state, self._newest = state, newest
        self._known: dict[UnitId, _Known] = {}

    def now(self) -> Mapping[str, ShownUnit]:
        state = self._state()
        known = {
            name: self._report(state, unit) for name, unit in state.roster.units.unordered().items()
        }
        self._known = known
        return {name: one.shown for name, one in known.items()}

    def _report(self, state: DistrictState, unit: Unit) -> "_Known":
        known, position = self._known.get(unit.unit), self._newest(unit.unit)
        coming = next_orders(state, unit.unit)  # each as its case is now
        order = state.roster.orders.get(unit.order) if unit.order is not None else None
        made_of = (unit, position, order)
        if known is not None and known.is_of(made_of) and known.shown.next_orders == coming:
            return known
        report = unit_report(unit, state.setup.district)
        if position is not None:
            report = replace(report, place=position.place)
        shown = ShownUnit(
            report=report,
            doubtful=_doubtful_place(unit),
            incident_number=CaseNumber("") if order is None else order.task.number,
            next_orders=coming,
            heading_deg=None if position is None else position.heading_deg,
            positioned_at=_positioned_at(unit, position),
        )
        return _Known(made_of, shown if known is None else _as_before(known.shown, shown))


def _positioned_at(unit: Unit, position: LivePosition | None) -> Timestamp | None:
    """Of a position that this run did not hear, when it was journaled."""
    if position is not None:
        return position.at
    return None if unit.fix is None else unit.fix.at


def _as_before(known: ShownUnit, shown: ShownUnit) -> ShownUnit:
    """`known` itself where the unit stands as it stood, and said so again."""
    before, at = known.positioned_at, shown.positioned_at
    if before is None or at is None or seconds_between(before, at) >= POSITION_AGE_STEP.value:
        return shown
    return known if replace(shown, positioned_at=before) == known else shown


def _doubtful_place(unit: Unit) -> DoubtfulPlace | None:
    said = unit.doubtful
    return DoubtfulPlace(place=said.place, since=said.since) if said is not None else None


def _row(unit: ShownUnit, _: Timestamp) -> PublicMessage:
    return unit_message(
        unit.report,
        unit.doubtful,
        unit.incident_number,
        unit.next_orders,
        heading_deg=unit.heading_deg,
        positioned_at=unit.positioned_at,
    )


def _is_free(unit: ShownUnit) -> bool:
    return unit.report.state in FREE_UNIT_STATES and unit.report.order is None


def _text(unit: ShownUnit) -> str:
    report = unit.report
    words = (report.unit, report.name, report.state, *report.capabilities, unit.incident_number)
    return " ".join(words)


UNITS: Collection[ShownUnit] = Collection(
    name="units",
    orders={
        "id": lambda unit, _: (unit.report.unit,),
        "state": lambda unit, _: (unit.report.state.value,),
        "changed_at": lambda unit, _: (unit.report.at,),
    },
    filters={
        "id": is_word(lambda unit: unit.report.unit),
        "state": is_word(lambda unit: unit.report.state.value),
        "capability": has_word(lambda unit: tuple(unit.report.capabilities)),
        "free": is_true(_is_free),
        "area": is_in_area(lambda unit: unit.report.place),
    },
    text=_text,
)
