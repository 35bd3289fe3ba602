"""Events and rows to put and to send."""

from collections.abc import Callable

import pytest

from citybrain.domain.event import Event, Gap, OutboxItem
from citybrain.geo import Point
from citybrain.ids import EpisodeId, RuleId, SourceId
from citybrain.kinds import LOITERING
from citybrain.vocabulary import Certainty, IncidentKind, Phase, Severity, Urgency
from street_agent.outbox.port import OutboxRow
from street_agent.outbox.priority import GAP_PRIORITY, priority_of


def _event(number: int = 0, severity: Severity = Severity.MINOR, observed_at: int = 0) -> Event:
    return Event(
        episode=EpisodeId(f"e-{number}"),
        kind=LOITERING,
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
def a_row() -> Callable[..., OutboxRow]:
    def make(seq: int, severity: Severity = Severity.MINOR, size: int = 500) -> OutboxRow:
        event = _event(seq, severity)
        return OutboxRow(
            item=OutboxItem(seq=seq, content=event),
            priority=priority_of(event),
            revision=seq,
            size=size,
        )

    return make


@pytest.fixture
def a_gap_row() -> Callable[..., OutboxRow]:
    def make(first: int, last: int, revision: int) -> OutboxRow:
        item = OutboxItem(
            seq=first, content=Gap(first=first, last=last, reason="outbox_full", losses=())
        )
        return OutboxRow(item=item, priority=GAP_PRIORITY, revision=revision, size=100)

    return make
