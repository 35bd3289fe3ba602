"""A camera and a gauge of a simulated box: what each tells its agent of the scene, and when it will look again. The agent's core judges, not these.

Rare while nothing is the matter, frequent while the agent makes up its mind. What a detector would have found is placed by hand; it goes through the
production tracker and rules like any other.
"""

from dataclasses import dataclass
from functools import lru_cache
from random import Random  # noqa: TID251 - one seed is one story
from typing import Protocol

import numpy as np

from citybrain.clock import Timestamp
from citybrain.ids import IdSource, SourceId
from citybrain.telemetry import trace
from citybrain.vocabulary import IncidentKind, Visibility
from citysim.sim.street.scene import Scene
from citysim.sim.street.setup import SIGHTINGS
from street_agent.capture.port import Tally
from street_agent.core.inputs import Input, Looked, Sensed, SightSeen
from street_agent.core.source import SourceState
from street_agent.detect.detections import Detections

LOOK_REST_S = 1.8  # below the two seconds from which on nobody is believed to look
LOOK_NEWS_S = 0.4  # a newcomer that is not seen again within half a second is no track
LOOK_ASKED_S = 1.0
READ_REST_S, READ_NEWS_S = (
    7.0,
    1.0,
)  # the first below the ten seconds from which on a gauge counts as silent
NOTICED_S = (0.2, 1.8)  # after which a camera finds its own picture gone
ASPECT = 1.5
LABELS = ("person", "bicycle", "car")
NEVER = Timestamp(0)
POSES = 4
NEWCOMER_LOOKS = 6  # in quick succession: then the tracker knows everybody who is there
AGAIN_LOOKS = 30  # and so often again: a stepped clock made it forget them
RISE_M, DRY_M, SWAY_M = 1.6, 0.4, 0.05


class Source(Protocol):
    """One camera or gauge of a box, for one run of its agent."""

    def look(self, at_s: float, at: Timestamp, state: SourceState) -> tuple[Input, ...]:
        """What it tells at `at_s` of the story, which is `at` by the box's own clock."""
        ...

    def pause_s(self, at_s: float, state: SourceState) -> float:
        """How long until it looks again, by what the agent makes of the scene so far."""
        ...


@dataclass(slots=True, kw_only=True)
class SimCamera:
    """Tells of the people, bicycles or cars that its scene holds. Also what a status asks of a camera (`source`, `tally`)."""

    source: SourceId
    incident_kind: IncidentKind
    scene: Scene
    ids: IdSource
    chance: Random
    looks: int = 0
    is_cut: bool = True  # the time before the next picture is not connected with it
    said: str | None = None  # why it is blind, as it said last; None: it has said nothing yet
    noticed_s: float | None = None  # when it will notice that its picture is gone
    lost_at: Timestamp = NEVER  # since when it is
    unseen: int = 0  # looks at something that the rule does not find (yet)

    def look(self, at_s: float, at: Timestamp, state: SourceState) -> tuple[Input, ...]:
        reason = self.scene.blind_because(at_s)
        if reason:
            return self._lose(at_s, at, reason)
        is_there = self.scene.is_present(at_s)
        self.unseen = (
            0
            if self.is_cut or not is_there or state.watched[0].state.spell.present
            else self.unseen + 1
        )
        looked = Looked(
            source=self.source,
            captured_at=at,
            error_ms=5.0,
            aspect=ASPECT,
            cut=self.is_cut,
            detections=_detections(self.incident_kind if is_there else None, self.looks % POSES),
            traceparent=trace.text(trace.begin(self.ids)),
        )
        self.looks, self.is_cut, self.noticed_s = self.looks + 1, False, None
        if self.said == "":
            return (looked,)
        self.said = ""
        return SightSeen(
            source=self.source, visibility=Visibility.OBSERVED, reason="", since=at, at=at
        ), looked

    def pause_s(self, at_s: float, state: SourceState) -> float:
        if self.noticed_s is not None:
            return max(self.noticed_s - at_s, 0.0) if self.said == "" else LOOK_REST_S
        spell, is_there = state.watched[0].state.spell, self.scene.is_present(at_s)
        if is_there and not spell.present:
            return LOOK_NEWS_S if self.unseen % AGAIN_LOOKS < NEWCOMER_LOOKS else LOOK_ASKED_S
        is_open = bool(state.inquiries) or (bool(spell.began_at) and is_there is not spell.active)
        return LOOK_ASKED_S if is_open else LOOK_REST_S

    def tally(self) -> Tally:
        return Tally(captured=self.looks, used=self.looks)

    def _lose(self, at_s: float, at: Timestamp, reason: str) -> tuple[Input, ...]:
        """No picture; that is noticed a moment later and said once."""
        self.is_cut = True
        if self.noticed_s is None:
            self.noticed_s = at_s + self.chance.uniform(*NOTICED_S)
            self.lost_at = at
        if at_s < self.noticed_s or self.said == reason:
            return ()
        self.said = reason
        return (
            SightSeen(
                source=self.source,
                visibility=Visibility.BLIND,
                reason=reason,
                since=self.lost_at,
                at=at,
            ),
        )


@dataclass(slots=True, kw_only=True)
class SimGauge:
    """Tells the level of the water. A blind one is silent."""

    source: SourceId
    scene: Scene
    ids: IdSource
    chance: Random

    def look(self, at_s: float, at: Timestamp, state: SourceState) -> tuple[Input, ...]:
        if self.scene.blind_because(at_s):
            return ()
        level = (RISE_M if self.scene.is_present(at_s) else DRY_M) + self.chance.uniform(
            -SWAY_M, SWAY_M
        )
        return (
            Sensed(
                source=self.source,
                at=at,
                value=round(level, 3),
                traceparent=trace.text(trace.begin(self.ids)),
            ),
        )

    def pause_s(self, at_s: float, state: SourceState) -> float:
        spell = state.watched[0].state.spell
        is_news = self.scene.is_present(at_s) is not spell.active or (
            bool(spell.began_at) and not spell.present
        )
        return READ_NEWS_S if state.inquiries or is_news else READ_REST_S


@lru_cache(maxsize=64)
def _detections(incident_kind: IncidentKind | None, pose: int) -> Detections:
    """What a detector finds: nobody, or what the kind takes, standing apart and swaying a little. The arrays are never written to."""
    if incident_kind is None:
        return Detections.none(LABELS)
    sighting = SIGHTINGS[incident_kind]
    sway = 0.004 * (pose - (POSES - 1) / 2)
    lefts = [0.12 + 0.15 * number + sway for number in range(sighting.count)]
    boxes = np.array([(x, 0.4, x + 0.08, 0.7) for x in lefts], np.float32)
    count = len(lefts)
    classes = np.full(count, LABELS.index(sighting.label), np.int16)
    return Detections(
        boxes=boxes, scores=np.full(count, 0.9, np.float32), classes=classes, labels=LABELS
    )
