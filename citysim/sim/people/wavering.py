"""An operator who changes his mind: beside what waits for a person, whatever a desk allows. Pure but for the chance that it is given.

What he closes though it is not in order, or defers, he opens again a while later, also when he has come to rest: nobody is left alone by a whim. He rejects
nothing: what a person has called no case stays one for as long as its episode goes on, and that cannot be put right.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from random import Random  # noqa: TID251 - one seed is one story

from citybrain.clock import Timestamp, later
from citybrain.domain.console import DistrictSnapshot, OperatorAction, QueueEntry
from citybrain.ids import IncidentId, RequestId, UnitId
from citybrain.stages import FREE_UNIT_STATES
from citybrain.vocabulary import IncidentStage, OperatorVerb
from citysim.sim.people.consoles import IsClear

OFTEN = 0.6  # of the looks at the desk
RESTS_S = (2.0, 25.0)  # what he closed or deferred, until he opens it again

V = OperatorVerb
WHIMS: Mapping[IncidentStage, tuple[OperatorVerb, ...]] = {
    IncidentStage.REPORTED: (V.ASSIGN, V.DEFER),
    IncidentStage.OPENED: (V.ASSIGN, V.ASSIGN, V.ESCALATE, V.DEFER, V.CLOSE),
    IncidentStage.REOPENED: (V.ASSIGN, V.ASSIGN, V.ESCALATE, V.DEFER, V.CLOSE),
    IncidentStage.DISPATCHED: (V.ASSIGN, V.ESCALATE, V.CLOSE),
    IncidentStage.WORKING: (V.ASSIGN, V.ESCALATE, V.CLOSE),
    IncidentStage.HANDLED: (V.OPEN, V.VERIFY),
    IncidentStage.DEFERRED: (V.OPEN,),
    IncidentStage.CLOSED: (V.OPEN,),
}


IsLive = Callable[[IncidentId], bool]  # whether a source says of it that it is there still


def _nobody_says_so(_incident: IncidentId) -> bool:
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Waverer:
    """`owes`: what he has closed or deferred, and when he opens it again. He keeps an eye on it until it is in order and no source says otherwise: what goes
    on under an episode that he has closed is nobody's report."""

    name: str
    wavers: bool = False
    owes: Mapping[IncidentId, Timestamp] = field(default_factory=dict)

    @property
    def is_idle(self) -> bool:
        return not self.wavers and not self.owes


def owing(mind: Waverer, incident: IncidentId, due: Timestamp) -> Waverer:
    """He has closed or deferred it."""
    return replace(mind, owes={**mind.owes, incident: due})


def wavered(
    mind: Waverer,
    snapshot: DistrictSnapshot,
    now: Timestamp,
    is_clear: IsClear,
    chance: Random,
    *,
    is_live: IsLive = _nobody_says_so,
) -> tuple[Waverer, tuple[OperatorAction, ...]]:
    """What he does with what his desk shows now."""
    rows = {row.report.incident: row for row in snapshot.rows}
    owed = {
        name: due
        for name, due in sorted(mind.owes.items())
        if name in rows and (is_live(name) or _is_wrong(rows[name], is_clear))
    }
    wishes = [
        _action(mind, rows[name], V.OPEN)
        for name, due in owed.items()
        if due <= now and _is_wrong(rows[name], is_clear)
    ]
    mind = replace(mind, owes=owed)
    if mind.wavers and snapshot.rows and chance.random() < OFTEN:
        row = chance.choice(snapshot.rows)
        verb = chance.choice(WHIMS.get(row.report.stage, (V.ESCALATE,)))
        wishes.append(
            _action(
                mind, row, verb, unit=_free_unit(snapshot, chance) if verb is V.ASSIGN else None
            )
        )
        if verb in (V.CLOSE, V.VERIFY, V.DEFER):
            mind = owing(mind, row.report.incident, later(now, chance.uniform(*RESTS_S)))
    return mind, tuple(wishes)


def _is_wrong(row: QueueEntry, is_clear: IsClear) -> bool:
    """A wish to close that did not come through leaves nothing to be put right; it may come through yet."""
    return row.report.stage is IncidentStage.DEFERRED or not is_clear(row.report)


def _free_unit(snapshot: DistrictSnapshot, chance: Random) -> UnitId | None:
    free = [
        unit.unit
        for unit in snapshot.units
        if unit.state in FREE_UNIT_STATES and unit.order is None
    ]
    return chance.choice(free) if free else None


def _action(
    mind: Waverer, row: QueueEntry, verb: OperatorVerb, *, unit: UnitId | None = None
) -> OperatorAction:
    request = RequestId(
        f"{mind.name}-{row.report.incident}-{verb}-{row.report.changed_at}-{unit or ''}"
    )
    return OperatorAction(
        request=request,
        operator=mind.name,
        incident=row.report.incident,
        verb=verb,
        reason="on second thoughts",
        unit=unit,
    )
