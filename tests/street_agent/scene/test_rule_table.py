"""Every rule of the table keeps the contract, the next one too."""

import dataclasses

import numpy as np
import pytest

from citybrain.clock import Timestamp
from street_agent.scene.look import Look, Reading
from street_agent.scene.rules.table import RULE_KINDS
from street_agent.track.tracks import Tracks

FILLED = {
    "zone": ((0.1, 0.1), (0.9, 0.1), (0.5, 0.9)),
    "line": ((0.1, 0.5), (0.9, 0.5)),
    "time_s": 1.0,
    "above": 1.0,
    "below": 0.5,
}


def made(kind):
    settings = RULE_KINDS[kind].settings
    return settings(
        **{f.name: FILLED[f.name] for f in dataclasses.fields(settings) if f.name in FILLED}
    )


def nothing(kind, at=1_000_000):
    if RULE_KINDS[kind].of_sensor:
        return Reading(at=Timestamp(at), observed_s=0.0, value=0.0)
    return Look(at=Timestamp(at), observed_s=0.0, aspect=1.5, tracks=Tracks.none(("person",)))


@pytest.mark.parametrize("kind", sorted(RULE_KINDS))
def test_an_empty_scene_is_no_condition_and_has_a_count(kind):
    rule = RULE_KINDS[kind]
    settings = made(kind)
    state, condition = rule.observe(settings, rule.start(settings), nothing(kind), False)
    assert not condition.present
    assert condition.measurements["count"] == 0
    assert all(np.isfinite(value) for value in condition.measurements.values())
    again, _ = rule.observe(settings, state, nothing(kind, 2_000_000), False)
    assert type(again) is type(state)


@pytest.mark.parametrize("kind", sorted(RULE_KINDS))
def test_its_settings_are_frozen_and_its_outline_is_drawable(kind):
    settings = made(kind)
    assert type(settings).__dataclass_params__.frozen
    outline = RULE_KINDS[kind].outline(settings)
    assert all(0 <= x <= 1 and 0 <= y <= 1 for x, y in outline)
