"""Scenes without a camera: tracks placed by hand, shown to one rule."""

from dataclasses import dataclass, field

import numpy as np
import pytest

from citybrain.clock import SECOND_US, Timestamp
from citybrain.vocabulary import Severity, Urgency
from street_agent.scene import watch
from street_agent.scene.look import Look, Reading
from street_agent.scene.persistence import Patience
from street_agent.scene.rules.table import RULE_KINDS
from street_agent.track.tracks import Tracks

LABELS = ("person", "car")
BEGIN = 1_000 * SECOND_US


def tracks(*objects, score=0.9, met=()):
    """(id, x, y of the foot, label) of objects 0.1 wide and 0.2 high. `met`: when each id was first seen, if not at the beginning."""
    rows = sorted(objects)
    ids = np.array([row[0] for row in rows], np.int64)
    boxes = np.array([(x - 0.05, y - 0.2, x + 0.05, y) for _, x, y, *_ in rows]).reshape(-1, 4)
    classes = np.array(
        [LABELS.index(row[3] if len(row) > 3 else "person") for row in rows], np.int64
    )
    return Tracks(
        ids=ids,
        boxes=boxes,
        scores=np.full(len(ids), score),
        classes=classes,
        labels=LABELS,
        first_seen=np.array([dict(met).get(row[0], BEGIN) for row in rows], np.int64),
        seen=np.ones(len(ids), bool),
    )


@dataclass
class Scene:
    """One rule over time: `show` pictures one after another, hear what it says."""

    rule: watch.Rule
    state: watch.RuleState
    at: int = BEGIN
    heard: list = field(default_factory=list)
    conditions: list = field(default_factory=list)
    met: dict = field(default_factory=dict)

    def show(self, *objects, after_s=0.2, observed_s=None, score=0.9, times=1):
        for _ in range(times):
            self.at += round(after_s * SECOND_US)
            for number, *_ in objects:
                self.met.setdefault(number, self.at)
            there = tracks(*objects, score=score, met=self.met)
            seen = Look(
                at=Timestamp(self.at),
                observed_s=after_s if observed_s is None else observed_s,
                aspect=1.0,
                tracks=there,
            )
            self._step(seen)
        return self

    def read(self, value, *, after_s=1.0, observed_s=None):
        self.at += round(after_s * SECOND_US)
        self._step(
            Reading(
                at=Timestamp(self.at),
                observed_s=after_s if observed_s is None else observed_s,
                value=value,
            )
        )
        return self

    def _step(self, seen):
        self.state, condition, cues = watch.step(self.rule, self.state, seen)
        self.conditions.append(condition)
        self.heard.extend(cues)

    @property
    def phases(self):
        return [str(trigger.phase) for trigger in self.heard]


@pytest.fixture
def scene():
    """A scene for a rule of a kind with these settings."""

    def build(kind, *, hold_s=0.0, clear_s=1.0, update_s=5.0, **settings):
        rule = watch.Rule(
            id="r",
            kind=kind,
            settings=RULE_KINDS[kind].settings(**settings),
            incident_kind="crowding",
            severity=Severity.MODERATE,
            urgency=Urgency.EXPECTED,
            patience=Patience(hold_s=hold_s, clear_s=clear_s, update_s=update_s),
        )
        return Scene(rule=rule, state=watch.start(rule))

    return build
