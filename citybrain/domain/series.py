"""What a camera counts and a sensor reads, a point a minute: for pictures of a day, not for
decisions. Whatever must not be lost is an event.
"""

from citybrain.clock import SECOND_US, Timestamp
from citybrain.ids import AgentId, SourceId
from citybrain.structs import Struct

MINUTE_US = 60 * SECOND_US


class SeriesPoint(Struct, frozen=True, kw_only=True):
    """One minute of one series of a source. Where nothing was sampled (`samples` 0: nobody looked,
    or nothing was read) the numbers say nothing."""

    source: SourceId
    series: str  # what is measured: "value" of a sensor, "count" and "count.CLASS" of a camera
    unit: str  # of the numbers; "" where there is none, as of a count
    minute: Timestamp  # when the minute began, by the agent's clock
    samples: int
    last: float
    low: float
    mean: float
    high: float
    observed_share: float  # of the minute in which the source was observed, 0 to 1


class SeriesBatch(Struct, frozen=True, kw_only=True):
    """Points of one agent in one message. The transport proves the sender; `agent` is checked
    against the topic."""

    agent: AgentId
    points: tuple[SeriesPoint, ...]


def minute_of(at: Timestamp) -> Timestamp:
    """When the minute of `at` began."""
    return Timestamp(at - at % MINUTE_US)
