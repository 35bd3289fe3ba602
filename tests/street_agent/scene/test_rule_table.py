"""Every rule kind of the table keeps the contract, a new one too."""

import msgspec
import numpy as np
import pytest

from citybrain.clock import Timestamp
from street_agent.scene.observation import FrameObservation, SensorReading
from street_agent.scene.rules.table import RULE_KINDS
from street_agent.track.tracks import Tracks

FILLED = {
    "zone": ((0.1, 0.1), (0.9, 0.1), (0.5, 0.9)),
    "line": ((0.1, 0.5), (0.9, 0.5)),
    "time_s": 1.0,
    "above": 1.0,
    "below": 0.5,
}


def settings_of(kind):
    settings = RULE_KINDS[kind].settings
    return settings(
        **{f.name: FILLED[f.name] for f in msgspec.structs.fields(settings) if f.name in FILLED}
    )


def empty_observation(kind, at=1_000_000):
    if RULE_KINDS[kind].is_for_sensors:
        return SensorReading(at=Timestamp(at), observed_s=0.0, value=0.0)
    return FrameObservation(
        at=Timestamp(at), observed_s=0.0, aspect=1.5, tracks=Tracks.none(("person",))
    )


@pytest.mark.parametrize("kind", sorted(RULE_KINDS))
def test_an_empty_scene_is_no_condition_and_has_a_count(kind):
    rule = RULE_KINDS[kind]
    settings = settings_of(kind)
    state, condition = rule.observe(settings, rule.start(settings), empty_observation(kind), False)
    assert not condition.present
    assert condition.measurements["count"] == 0
    assert all(np.isfinite(value) for value in condition.measurements.values())
    again, _ = rule.observe(settings, state, empty_observation(kind, 2_000_000), False)
    assert type(again) is type(state)


@pytest.mark.parametrize("kind", sorted(RULE_KINDS))
def test_its_settings_are_frozen_and_its_outline_is_drawable(kind):
    settings = settings_of(kind)
    assert type(settings).__struct_config__.frozen
    outline = RULE_KINDS[kind].outline(settings)
    assert all(0 <= x <= 1 and 0 <= y <= 1 for x, y in outline)
