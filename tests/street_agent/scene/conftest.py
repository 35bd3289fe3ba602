"""Scenes without a camera: tracks placed by hand, given to one rule."""

from dataclasses import dataclass, field

import numpy as np
import pytest

from citybrain.clock import SECOND_US, Timestamp
from citybrain.vocabulary import Severity, Urgency
from street_agent.scene import rule_evaluation
from street_agent.scene.observation import FrameObservation, SensorReading
from street_agent.scene.rule_evaluation import Debounce
from street_agent.scene.rules.table import RULE_KINDS
from street_agent.track.tracks import Tracks

LABELS = ("person", "car")
BEGIN = 1_000 * SECOND_US


def tracks(*objects, score=0.9, first_seen=()):
    """(id, x, y of the foot point, label) of objects 0.1 wide and 0.2 high. `first_seen`: when each
    id was first seen, if not at the beginning."""
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
        first_seen=np.array([dict(first_seen).get(row[0], BEGIN) for row in rows], np.int64),
        seen=np.ones(len(ids), bool),
    )


@dataclass
class Scene:
    """One rule over time: `show` it one picture after another; `triggers` collects what it
    gives."""

    rule: rule_evaluation.Rule
    state: rule_evaluation.RuleState
    at: int = BEGIN
    triggers: list = field(default_factory=list)
    conditions: list = field(default_factory=list)
    first_seen: dict = field(default_factory=dict)

    def show(self, *objects, after_s=0.2, observed_s=None, score=0.9, times=1):
        for _ in range(times):
            self.at += round(after_s * SECOND_US)
            for number, *_ in objects:
                self.first_seen.setdefault(number, self.at)
            here = tracks(*objects, score=score, first_seen=self.first_seen)
            frame = FrameObservation(
                at=Timestamp(self.at),
                observed_s=after_s if observed_s is None else observed_s,
                aspect=1.0,
                tracks=here,
            )
            self._step(frame)
        return self

    def read(self, value, *, after_s=1.0, observed_s=None):
        self.at += round(after_s * SECOND_US)
        self._step(
            SensorReading(
                at=Timestamp(self.at),
                observed_s=after_s if observed_s is None else observed_s,
                value=value,
            )
        )
        return self

    def _step(self, observation):
        self.state, condition, triggers = rule_evaluation.step(self.rule, self.state, observation)
        self.conditions.append(condition)
        self.triggers.extend(triggers)

    @property
    def phases(self):
        return [str(trigger.phase) for trigger in self.triggers]


@pytest.fixture
def scene():
    """A scene for a rule of a kind with these settings."""

    def build(kind, *, hold_s=0.0, clear_s=1.0, update_s=5.0, **settings):
        rule = rule_evaluation.Rule(
            id="r",
            kind=kind,
            settings=RULE_KINDS[kind].settings(**settings),
            incident_kind="crowding",
            severity=Severity.MODERATE,
            urgency=Urgency.EXPECTED,
            debounce=Debounce(hold_s=hold_s, clear_s=clear_s, update_s=update_s),
        )
        return Scene(rule=rule, state=rule_evaluation.start(rule))

    return build
