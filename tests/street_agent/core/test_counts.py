"""Counts are of what is seen: a track that is only expected somewhere counts for nothing, and one
that was missed for a look lost none of its time."""

import pytest

from citybrain.vocabulary import Phase

ZONE = [[0, 0], [1, 0], [1, 1], [0, 1]]


def count_of(box):
    """What the rule counts in the next picture, by its update each half second."""
    return [event.measurements["count"] for event in box.events if event.phase is not Phase.END]


def test_who_has_left_is_not_counted_on_where_the_tracker_expects_them(box_with):
    box = box_with(
        {
            "id": "crowd",
            "kind": "objects_inside",
            "incident_kind": "crowding",
            "zone": ZONE,
            "at_least": 1,
            "update_s": 0.5,
        }
    )
    box.observe(4, times=10)
    assert count_of(box)[-1] == 4
    box.observe(1, step_s=0.2, times=1)
    visible = box.state.cameras["cam-1"].visible
    assert (len(visible), len(visible.detected())) == (4, 1), "a drawing shows where they may be"
    box.observe(1, times=2)
    assert count_of(box)[-1] == 1


@pytest.mark.parametrize("kind", ["loitering", "stopped"])
@pytest.mark.parametrize("step_s", [0.2, 0.667, 1.0])
def test_a_missed_look_takes_nothing_from_the_time_of_who_is_there(box_with, kind, step_s):
    classes = {"classes": ["person"]} if kind == "stopped" else {}
    box = box_with(
        {
            "id": "r",
            "kind": kind,
            "incident_kind": "loitering",
            "zone": ZONE,
            "time_s": 8,
            **classes,
        }
    )
    began = box.at
    while not box.events:
        box.observe(1, step_s=step_s).observe(1, step_s=step_s).observe(0, step_s=step_s)
        assert box.at - began < 20_000_000
    took_s = (box.events[0].observed_at - began) / 1e6
    assert 8 <= took_s <= 8 + 5 * step_s


@pytest.mark.parametrize("step_s", [0.2, 0.5, 1.0, 1.2])
def test_times_of_rules_do_not_depend_on_how_often_it_is_looked(box_with, step_s):
    box = box_with(
        {"id": "r", "kind": "loitering", "incident_kind": "loitering", "zone": ZONE, "time_s": 6}
    )
    began = box.at
    box.observe(1, step_s=step_s, times=round(12 / step_s))
    assert len(box.events) == 1
    took_s = (box.events[0].observed_at - began) / 1e6
    assert 6 <= took_s <= 6 + 3 * step_s
