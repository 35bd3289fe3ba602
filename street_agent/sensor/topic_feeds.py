"""The sensors that write to topics of their own at the broker: each under a name that the broker
proved. Emits readings, and what of it is none; decides nothing about either.
"""

from collections.abc import Callable
from functools import partial

from citybrain import canonical_json
from citybrain.bus import topics
from citybrain.bus.port import Bus, Message
from citybrain.clock import SECOND_US, Clock, Instant, Timestamp
from citybrain.errors import MalformedError
from citybrain.ids import DistrictId, SourceId
from citybrain.plugins.errors import PluginFaultError
from citybrain.structs import Struct
from street_agent.core.inputs import ReadingRefused, SensorRead
from street_agent.limits import READING_BYTES, TOPIC_READS_PER_S
from street_agent.plugins.checks import checked_reading
from street_agent.plugins.port import Reading

UNREADABLE = "unreadable"  # the reason code of a sensor that wrote what is no reading


class WrittenReading(Struct, frozen=True, kw_only=True):
    """What a sensor writes, as JSON. The broker keeps it while the box is away, so it says itself
    when it was taken."""

    value: float
    at: int  # microseconds since 1970 UTC


class TopicFeeds:
    """`emit` is called on the bus's thread and must not make it wait. `sources`: by the sensor's
    name, what it is called on this box."""

    def __init__(
        self,
        sources: dict[str, SourceId],
        *,
        clock: Clock,
        new_trace: Callable[[], str],
        emit: Callable[[SensorRead | ReadingRefused], None],
    ) -> None:
        self._sources, self._clock, self._new_trace = sources, clock, new_trace
        self._emit = emit
        self._taken_at: dict[SourceId, Instant] = {}

    def subscribe(self, bus: Bus, district: DistrictId) -> None:
        """Before the bus starts."""
        for name, source in self._sources.items():
            bus.subscribe(topics.readings(district, name), partial(self._take, source))

    def _take(self, source: SourceId, message: Message) -> None:
        now, before = self._clock.instant(), self._taken_at.get(source)
        if before is not None and now - before < SECOND_US // TOPIC_READS_PER_S.value:
            return
        self._taken_at[source] = now
        try:
            reading = _decoded(message.payload, self._clock.now())
        except (MalformedError, PluginFaultError) as error:
            at = self._clock.now()
            self._emit(ReadingRefused(source=source, at=at, reason=UNREADABLE, detail=str(error)))
            return
        self._emit(
            SensorRead(
                source=source,
                at=reading.at or self._clock.now(),
                value=reading.value,
                traceparent=self._new_trace(),
            )
        )


def _decoded(payload: bytes, now: Timestamp) -> Reading:
    """Raises `MalformedError`, `PluginFaultError`."""
    if len(payload) > READING_BYTES.value:
        raise MalformedError("oversized", f"{len(payload)} bytes; at most {READING_BYTES.value}")
    written = canonical_json.decode(payload, WrittenReading)
    return checked_reading(Reading(value=written.value, at=Timestamp(written.at)), now)
