"""The two ports behind the district's screens, over the host: what operators and crews see and do. Thin: every action is an input of the journal."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from typing import Any

from citybrain.clock import SECOND_US, Clock, Instant
from citybrain.decider.changes import Changes
from citybrain.decider.command import Reply
from citybrain.decider.commit_loop import CommitLoop
from citybrain.domain.agent import AgentStatus
from citybrain.domain.console import (
    DistrictSnapshot,
    LinkStatus,
    OperatorAction,
    Outcome,
    QueueEntry,
)
from citybrain.domain.crew import CrewAnswer, CrewPosition, CrewView
from citybrain.domain.unit import UnitReport
from citybrain.errors import (
    CityBrainError,
    InputRejectedError,
    NodeStoppingError,
    QueueFullError,
    StoreFullError,
)
from citybrain.ids import AgentId, IncidentId, RequestId, UnitId
from district_node.cores import view
from district_node.cores.belief.incident import Incident, is_over
from district_node.cores.state import DistrictState
from district_node.inputs import CrewAnswered, CrewPositionReported, OperatorActed
from district_node.limits import POSITION_EVERY

# error: reason code of the outcome
REFUSALS: dict[type[CityBrainError], str] = {
    QueueFullError: "overloaded",
    StoreFullError: "disk_full",
    NodeStoppingError: "stopping",
    InputRejectedError: "undecidable",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What a screen shows beside the state, asked for when it is drawn."""

    agents: Callable[[], tuple[AgentStatus, ...]]
    links: Callable[[], tuple[LinkStatus, ...]]
    counts: Callable[[], dict[str, float]]


class DistrictConsoleScreen:
    """See `citybrain.console.port.DistrictConsole`."""

    def __init__(
        self,
        commit_loop: CommitLoop[DistrictState],
        clock: Clock,
        changes: Changes,
        around: Around,
        places: "Places",
    ) -> None:
        self._commit_loop, self._clock, self._changes, self._around, self._places = (
            commit_loop,
            clock,
            changes,
            around,
            places,
        )
        self._rows: dict[IncidentId, tuple[Incident, bool, QueueEntry]] = {}

    def snapshot(self) -> DistrictSnapshot:
        state, at = self._commit_loop.state, self._clock.now()
        setup = state.setup
        return DistrictSnapshot(
            district=setup.district,
            name=f"{setup.name.en} {setup.name.zh}",
            centre=setup.centre,
            at=at,
            rows=view.in_order(self._queue(state, at)),
            units=tuple(self._places.newest(unit) for unit in view.unit_rows(state)),
            agents=self._around.agents(),
            links=self._around.links(),
            counts=self._around.counts()
            | view.tally_counts(state.intake.tally)
            | {"incidents": float(len(state.incidents))},
        )

    async def act(self, action: OperatorAction) -> Outcome:
        return await submitted(self._commit_loop, OperatorActed(action=action), action.request)

    def changes(self) -> AsyncIterator[None]:
        return self._changes.stream()

    def _queue(self, state: DistrictState, at: Any) -> list[QueueEntry]:
        """Rows that nothing happened to are the ones that were drawn before."""
        fresh: dict[IncidentId, tuple[Incident, bool, QueueEntry]] = {}
        for incident in state.incidents.values():
            is_late = not is_over(incident) and any(clock.due <= at for clock in incident.clocks)
            kept = self._rows.get(incident.incident)
            if kept is None or kept[0] is not incident or kept[1] is not is_late:
                kept = (incident, is_late, view.queue_row(incident, state.setup.district, at))
            fresh[incident.incident] = kept
        self._rows = fresh
        return [row for _, _, row in fresh.values()]


class CrewsScreen:
    """See `citybrain.console.port.CrewConsole`."""

    def __init__(
        self, commit_loop: CommitLoop[DistrictState], changes: Changes, places: "Places"
    ) -> None:
        self._commit_loop, self._changes, self._places = commit_loop, changes, places

    def view(self, unit: UnitId) -> CrewView | None:
        found = view.crew_view(self._commit_loop.state, unit)
        if found is None:
            return None
        newest = self._places.of(unit)
        return found if newest is None else replace(found, place=newest.place)

    async def answer(self, answer: CrewAnswer) -> Outcome:
        return await submitted(self._commit_loop, CrewAnswered(answer=answer), answer.request)

    async def report(self, position: CrewPosition) -> Outcome:
        request = RequestId("")
        if self._commit_loop.state.roster.units.get(position.unit) is None:
            return Outcome(
                request=request,
                done=False,
                reason="no_such_unit",
                detail="This district has no unit of that name.",
            )
        if not self._places.note(position):
            self._changes.touch()
            return Outcome(request=request, done=True)
        return await submitted(self._commit_loop, CrewPositionReported(position=position), request)

    def changes(self) -> AsyncIterator[None]:
        return self._changes.stream()


class Places:
    """The newest position of every unit, and whether it is time to journal one: a way is no decision. Bounded by the units of the configuration."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._newest: dict[UnitId, CrewPosition] = {}
        self._journaled: dict[UnitId, Instant] = {}

    def note(self, position: CrewPosition) -> bool:
        """Keep it if it is the newest; whether it should be journaled."""
        known = self._newest.get(position.unit)
        if known is not None and position.at < known.at:
            return False
        self._newest[position.unit] = position
        now, last = self._clock.instant(), self._journaled.get(position.unit)
        if last is not None and now - last < POSITION_EVERY.value * SECOND_US:
            return False
        self._journaled[position.unit] = now
        return True

    def of(self, unit: UnitId) -> CrewPosition | None:
        return self._newest.get(unit)

    def newest(self, report: UnitReport) -> UnitReport:
        known = self._newest.get(report.unit)
        return (
            report
            if known is None or known.place == report.place
            else replace(report, place=known.place)
        )


async def submitted(
    commit_loop: CommitLoop[DistrictState], what: Any, request: RequestId
) -> Outcome:
    """Put `what` into the journal and say what became of it, in words where it was not done."""
    try:
        taken = await asyncio.wrap_future(commit_loop.submit(what))
    except CityBrainError as error:
        return Outcome(
            request=request,
            done=False,
            reason=REFUSALS.get(type(error), "failed"),
            detail=str(error),
        )
    reply = next((c for c in taken.commands if isinstance(c, Reply)), None)
    if reply is None:
        return Outcome(request=request, done=True)
    return Outcome(request=request, done=reply.done, reason=reply.reason, detail=reply.detail)


def sorted_statuses(statuses: dict[AgentId, AgentStatus]) -> tuple[AgentStatus, ...]:
    return tuple(statuses[name] for name in sorted(statuses))
