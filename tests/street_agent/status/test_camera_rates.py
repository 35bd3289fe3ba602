"""The status says asked, floor and served as the coverage log has them."""

import pytest

from citybrain.clock import Timestamp
from street_agent.core.inputs import ReadingRefused
from street_agent.status.camera_rates import source_rates


def shown(box):
    return {one.source: one for one in source_rates(box.setup, box.state, Timestamp(box.at))}


@pytest.mark.parametrize(
    ("step_s", "served", "visibility", "reason"),
    [
        (0.2, 5.0, "observed", ""),
        (1.0, 1.0, "observed", ""),
        (2.0, 0.5, "degraded", "too_few_looks"),
    ],
)
def test_a_camera_is_shown_as_its_coverage_log_has_it(box, step_s, served, visibility, reason):
    box.observe(0, step_s=step_s, times=12)
    one = shown(box)["cam-1"]
    assert (one.asked_fps, one.floor_fps, one.served_fps) == (5.0, 1.0, served)
    assert (one.visibility, one.reason) == (visibility, reason)
    log = box.state.cameras["cam-1"].source.coverage
    assert (one.visibility, one.reason) == (log.visibility, log.reason)


def test_a_sensor_is_shown_with_its_readings_that_are_none(box):
    box.read(0.5).read(float("nan"))
    box.give(
        ReadingRefused(source="level-1", at=Timestamp(box.at), reason="unreadable", detail="x")
    )
    one = shown(box)["level-1"]
    assert (one.readings, one.refused, one.visibility) == (3, 2, "observed")
