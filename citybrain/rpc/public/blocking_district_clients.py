"""Blocking versions of `district_clients`, for the command line. Same names, same errors."""

from collections.abc import Iterator

from citybrain.api.client.districts import district_windows, snapshot_of
from citybrain.api.client.incidents import WholeIncident
from citybrain.clock import Clock
from citybrain.domain.console import DistrictSnapshot, OperatorAction, Outcome
from citybrain.domain.crew import CrewAnswer, CrewPosition, CrewView
from citybrain.domain.report import Report
from citybrain.ids import IncidentId, UnitId
from citybrain.rpc.blocking_clients import Connection
from citybrain.rpc.public import district_methods
from citybrain.rpc.transport import Tls


class DistrictClient(Connection):
    """An operator's screen, or a program that reports and acts. `clock` is the screen's."""

    def __init__(self, address: str, clock: Clock, *, tls: Tls | None = None) -> None:
        super().__init__(address, tls=tls)
        self._clock = clock

    def snapshot(self) -> DistrictSnapshot:
        """The whole screen as it is now: the first 500 rows of each list."""
        return next(self.watch())

    def watch(self) -> Iterator[DistrictSnapshot]:
        """The whole screen, at once and after changes."""
        windows = district_windows()
        for changes in self.server_stream(district_methods.WATCH, windows):
            if windows.take(changes):
                yield snapshot_of(windows, self._clock.now())

    def incident(self, incident: IncidentId) -> WholeIncident:
        """One incident with all that is known of it; `RpcError` NOT_FOUND: there is none."""
        return self.unary(district_methods.GET_INCIDENT, incident)

    def act(self, action: OperatorAction) -> Outcome:
        return self.unary(district_methods.ACT, action)

    def report(self, report: Report) -> Outcome:
        return self.unary(district_methods.REPORT, report)


class CrewClient(Connection):
    """A crew's device."""

    def watch(self, unit: UnitId) -> Iterator[CrewView]:
        return self.server_stream(district_methods.CREW_WATCH, unit)

    def view(self, unit: UnitId) -> CrewView:
        """What the crew's screen shows now."""
        return next(self.server_stream(district_methods.CREW_WATCH, unit))

    def answer(self, answer: CrewAnswer) -> Outcome:
        return self.unary(district_methods.CREW_ANSWER, answer)

    def report(self, position: CrewPosition) -> Outcome:
        return self.unary(district_methods.CREW_POSITION, position)
