"""The sensors whose readings come from installed packages. Emits readings, what of them is none,
and that a sensor is blind, because plugin; decides nothing about any of it.
"""

from collections.abc import Callable

from citybrain.clock import Clock
from citybrain.ids import IdSource, SourceId
from citybrain.plugins.errors import PluginFaultError
from citybrain.vocabulary import Visibility
from street_agent.core.inputs import ReadingRefused, SensorRead, VisibilityChanged
from street_agent.plugins.checks import checked_reading
from street_agent.plugins.port import MakeReader, Reading
from street_agent.plugins.supervised_source import PLUGIN, USUAL_PAUSES, Pauses, SupervisedSource

Emit = Callable[[SensorRead | ReadingRefused | VisibilityChanged], None]
UNREADABLE = "unreadable"  # the reason code of a reading whose value or time cannot be


class PluginSensors:
    """One thread for each sensor. `emit` is called on them and may make them wait."""

    def __init__(
        self,
        sensors: tuple[tuple[SourceId, MakeReader[Reading]], ...],
        *,
        clock: Clock,
        ids: IdSource,
        new_trace: Callable[[], str],
        emit: Emit,
        count_fault: Callable[[], None] = lambda: None,
        pauses: Pauses = USUAL_PAUSES,
    ) -> None:
        self._clock, self._new_trace, self._emit = clock, new_trace, emit
        self._count_fault = count_fault
        self._sources = tuple(
            SupervisedSource(
                source,
                make,
                take=self._take_from(source),
                report_fault=self._report_fault_of(source),
                clock=clock,
                ids=ids,
                pauses=pauses,
            )
            for source, make in sensors
        )

    def start(self) -> None:
        for source in self._sources:
            source.start()

    def stop(self) -> None:
        for source in self._sources:
            source.ask_to_stop()
        for source in self._sources:
            source.stop()

    def _take_from(self, source: SourceId) -> Callable[[Reading], None]:
        def take(given: Reading) -> None:
            now = self._clock.now()
            try:
                reading = checked_reading(given, now)
            except PluginFaultError as error:
                if not isinstance(given, Reading):
                    raise
                self._emit(
                    ReadingRefused(source=source, at=now, reason=UNREADABLE, detail=str(error))
                )
                return
            self._emit(
                SensorRead(
                    source=source,
                    at=reading.at if reading.at is not None else now,
                    value=reading.value,
                    traceparent=self._new_trace(),
                )
            )

        return take

    def _report_fault_of(self, source: SourceId) -> Callable[[str], None]:
        def report(_: str) -> None:
            self._count_fault()
            at = self._clock.now()
            self._emit(
                VisibilityChanged(
                    source=source, visibility=Visibility.BLIND, reason=PLUGIN, since=at, at=at
                )
            )

        return report
