"""What a lying box says in its items, drawn from its seeded stream: all of it the wire takes.

The gravest lies stand near what honest boxes see, so that they meet in one incident.
"""

from collections.abc import Callable
from random import Random  # noqa: TID251 - seeded

from citybrain.clock import SECOND_US, Timestamp
from citybrain.domain.event import (
    Event,
    Gap,
    OutboxContent,
    VerificationRequest,
    VerificationResult,
    VisibilityInterval,
)
from citybrain.geo import Point
from citybrain.ids import AgentId, EpisodeId, RuleId, SourceId
from citybrain.kinds import OBJECTS_INSIDE
from citybrain.structs import Struct, replace
from citybrain.vocabulary import (
    Certainty,
    IncidentKind,
    Phase,
    Severity,
    Urgency,
    VerificationVerdict,
    Visibility,
)

NEARBY_DEG = 0.0015  # about 160 m: some join what is there, some do not
AWAY_DEG = 0.02  # about 2 km: within reach of every unit of the city, whose plans send none further
MADE_UP_KINDS = tuple(map(IncidentKind, ("made_up", "liar:flood", "refused-by-the-wire")))
DAY_S, YEARS_S = 86_400.0, 86_400.0 * 3_650
GAP_NUMBERS_MAX = 3_000


class Sight(Struct, frozen=True, kw_only=True):
    """What an honest box near by is there for."""

    place: Point
    kind: IncidentKind


class OpenLook(Struct, frozen=True, kw_only=True):
    """A request that some agent was asked, as a liar that hears everything knows it."""

    agent: AgentId
    request: VerificationRequest


class Lies:
    """`sights`: what honest boxes see; `open_looks`: what is asked now, of anybody."""

    def __init__(
        self,
        agent: AgentId,
        *,
        rng: Random,
        sights: tuple[Sight, ...],
        open_looks: Callable[[], tuple[OpenLook, ...]],
    ) -> None:
        self._agent, self._rng = agent, rng
        self._sights, self._open_looks = sights, open_looks
        self._sent: list[Event] = []

    def item(self, now: Timestamp) -> OutboxContent:
        """Anything that is no gap."""
        is_asking = bool(self._open_looks())  # somebody waits for an answer: the moment to give one
        (draw,) = self._rng.choices(
            (self._new_event, self._same_episode, self._answer, self._interval),
            (3, 3, 30 if is_asking else 0, 1),
        )
        return draw(now)

    def gap(self, first: int) -> Gap:
        """Over any numbers, as if they had been lost."""
        last = first + self._rng.randrange(GAP_NUMBERS_MAX)
        return Gap(first=first, last=last, reason="outbox_full", losses=())

    def odd_time(self, now: Timestamp) -> Timestamp:
        """Mostly now, sometimes days or years off."""
        off_s = self._rng.choice((0.0, 0.0, -5.0, -DAY_S, DAY_S, -YEARS_S, YEARS_S))
        return Timestamp(now + round(off_s * SECOND_US))

    def _new_event(self, now: Timestamp) -> Event:
        rng, sight = self._rng, self._rng.choice(self._sights)
        kind = sight.kind if rng.random() < 0.8 else rng.choice(MADE_UP_KINDS)
        spread = NEARBY_DEG if rng.random() < 0.8 else AWAY_DEG
        event = Event(
            episode=EpisodeId(f"{self._agent}-{len(self._sent)}"),
            kind=OBJECTS_INSIDE,
            phase=rng.choice((Phase.START, Phase.START, Phase.UPDATE, Phase.END)),
            source=self._source(),
            rule=RuleId(rng.choice(("crowd", "anything"))),
            incident_kind=kind,
            place=_moved(rng, sight.place, spread),
            severity=rng.choice(tuple(Severity)),
            urgency=rng.choice(tuple(Urgency)),
            certainty=rng.choice(tuple(Certainty)),
            observed_at=self.odd_time(now),
            error_ms=0.0,
            measurements={"count": rng.choice((0.0, -1.0, 1e300))},
            traceparent="",
            is_historical=rng.random() < 0.2,
            from_sensor=rng.random() < 0.3,
        )
        self._sent.append(event)
        return event

    def _same_episode(self, now: Timestamp) -> Event:
        """An earlier event once more, with another phase, place and time."""
        if not self._sent:
            return self._new_event(now)
        fresh, known = self._new_event(now), self._rng.choice(self._sent)
        self._sent[-1] = replace(
            known, phase=fresh.phase, place=fresh.place, observed_at=fresh.observed_at
        )
        return self._sent[-1]

    def _answer(self, now: Timestamp) -> OutboxContent:
        looks = self._open_looks()
        if not looks:
            return self._new_event(now)
        rng, look = self._rng, self._rng.choice(looks)
        is_own = look.agent == self._agent
        return VerificationResult(
            request=look.request.request,
            incident=look.request.incident,
            source=self._source() if is_own and rng.random() < 0.3 else look.request.source,
            verdict=rng.choice((*[VerificationVerdict.CLEAR] * 3, *VerificationVerdict)),
            reason=rng.choice(("", "anything")),
            observed_s=rng.choice((0.0, 1e6, 1e6)),
            measurements=rng.choice(({}, {"quiet_s": 1e6})),
            answered_at=self.odd_time(now),
        )

    def _interval(self, now: Timestamp) -> VisibilityInterval:
        rng, since = self._rng, self.odd_time(now)
        return VisibilityInterval(
            source=self._source(),
            visibility=rng.choice(tuple(Visibility)),
            reason="anything",
            since=since,
            until=rng.choice((None, self.odd_time(now))),
        )

    def _source(self) -> SourceId:
        return SourceId(f"camera-{self._rng.randrange(3)}")


def _moved(rng: Random, place: Point, spread: float) -> Point:
    return Point(
        lat=round(place.lat + rng.uniform(-spread, spread), 6),
        lon=round(place.lon + rng.uniform(-spread, spread), 6),
    )
