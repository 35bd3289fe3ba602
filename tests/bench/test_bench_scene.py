"""Scene rules on one core, in evaluations a second: one rule with one object (camera rules) or one
reading (sensor rules). Anchor: 150,000 on two cores."""

import time

import numpy as np
import pytest

from citybrain.clock import SECOND_US, Timestamp
from citybrain.vocabulary import Severity, Urgency
from street_agent.scene import rule_evaluation
from street_agent.scene.observation import FrameObservation, SensorReading
from street_agent.scene.rule_evaluation import Debounce
from street_agent.scene.rules.table import RULE_KINDS
from street_agent.track.tracks import Tracks

pytestmark = pytest.mark.bench
GOAL = 150_000
ZONE = tuple(
    (0.5 + 0.4 * np.cos(a), 0.5 + 0.4 * np.sin(a)) for a in np.linspace(0, 2 * np.pi, 9)[:-1]
)
SETTINGS = {
    "objects_inside": {"zone": ZONE, "classes": ("person",), "at_least": 10},
    "line_crossed": {"line": ((0.1, 0.5), (0.9, 0.5)), "classes": ("person",)},
    "loitering": {"zone": ZONE, "time_s": 5.0, "classes": ("person",)},
    "stopped": {"zone": ZONE, "time_s": 5.0, "classes": ("person", "car")},
    "sensor_threshold": {"above": 1.2, "below": 1.0},
}


def a_rule(kind, index):
    settings = RULE_KINDS[kind].settings(**SETTINGS[kind])
    debounce = Debounce(hold_s=0.0 if kind == "line_crossed" else 1.0, clear_s=2.0, update_s=5.0)
    return rule_evaluation.Rule(
        id=f"r{index}",
        kind=kind,
        settings=settings,
        incident_kind="crowding",
        severity=Severity.MODERATE,
        urgency=Urgency.EXPECTED,
        debounce=debounce,
    )


def frames(objects, count, seed=1):
    rng = np.random.default_rng(seed)
    at, pace = rng.random((objects, 2)), rng.normal(0, 0.05, (objects, 2))
    ids, classes = np.arange(1, objects + 1), rng.integers(0, 2, objects)
    for index in range(count):
        at = (at + pace / 10) % 1.0
        boxes = np.concatenate((at - (0.02, 0.1), at), axis=1)
        tracks = Tracks(
            ids=ids,
            boxes=boxes,
            scores=np.full(objects, 0.8),
            classes=classes,
            labels=("person", "car"),
            first_seen=ids,
            seen=np.ones(objects, bool),
        )
        yield FrameObservation(
            at=Timestamp((index + 1) * SECOND_US // 10),
            observed_s=0.1,
            aspect=16 / 9,
            tracks=tracks,
        )


def rate(rule_list, observations, weight):
    states = [rule_evaluation.start(rule) for rule in rule_list]
    begun, triggers = time.perf_counter(), 0
    for observation in observations:
        for index, rule in enumerate(rule_list):
            states[index], _, found = rule_evaluation.step(rule, states[index], observation)
            triggers += len(found)
    passed = time.perf_counter() - begun
    return (
        len(rule_list) * len(observations) * weight / passed,
        passed / (len(rule_list) * len(observations)) * 1e6,
        triggers,
    )


def test_rules_keep_up():
    print(
        f"\n{'rule':18}{'objects':>8}{'us a frame':>11}{'evaluations/s':>15}"
        f"{'ratio to goal':>15}{'triggers':>9}"
    )
    for kind in sorted(RULE_KINDS):
        for objects in (30,) if not RULE_KINDS[kind].is_for_sensors else (1,):
            rules = [a_rule(kind, i) for i in range(20)]
            if RULE_KINDS[kind].is_for_sensors:
                values = 1.1 + 0.3 * np.sin(np.arange(2_000) / 50)
                observations = [
                    SensorReading(at=Timestamp((i + 1) * SECOND_US), observed_s=1.0, value=float(v))
                    for i, v in enumerate(values)
                ]
            else:
                observations = list(frames(objects, 200))
            speed, micros, triggers = rate(rules, observations, objects)
            print(
                f"{kind:18}{objects:8}{micros:11.1f}{speed:15,.0f}{speed / GOAL:15.1f}{triggers:9}"
            )
            assert triggers > 0 or kind == "stopped"
