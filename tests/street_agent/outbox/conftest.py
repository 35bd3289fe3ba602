"""Events and rows to put and to send."""

from collections.abc import Callable

import pytest

from citybrain.domain.event import Event, Gap, OutboxItem
from citybrain.geo import Point
from citybrain.ids import EpisodeId, RuleId, SourceId
from citybrain.vocabulary import Certainty, EventKind, IncidentKind, Phase, Severity, Urgency
from street_agent.outbox.port import Row
from street_agent.outbox.ranks import GAP_RANK, rank_of


def _event(number: int = 0, severity: Severity = Severity.MINOR, observed_at: int = 0) -> Event:
    return Event(
        episode=EpisodeId(f"e-{number}"),
        kind=EventKind.LOITERING,
        phase=Phase.START,
        source=SourceId("cam"),
        rule=RuleId("r"),
        incident_kind=IncidentKind("loitering"),
        place=Point(lat=30.6, lon=104.0),
        severity=severity,
        urgency=Urgency.EXPECTED,
        certainty=Certainty.OBSERVED,
        observed_at=observed_at,
        error_ms=1.0,
        measurements={},
        traceparent="",
    )


@pytest.fixture
def an_event() -> Callable[..., Event]:
    return _event


@pytest.fixture
def a_row() -> Callable[..., Row]:
    def make(seq: int, severity: Severity = Severity.MINOR, size: int = 500) -> Row:
        event = _event(seq, severity)
        return Row(said=OutboxItem(seq=seq, event=event), rank=rank_of(event), turn=seq, size=size)

    return make


@pytest.fixture
def a_gap_row() -> Callable[..., Row]:
    def make(first: int, last: int, turn: int) -> Row:
        said = OutboxItem(
            seq=first, gap=Gap(first=first, last=last, reason="outbox_full", losses=())
        )
        return Row(said=said, rank=GAP_RANK, turn=turn, size=100)

    return make
