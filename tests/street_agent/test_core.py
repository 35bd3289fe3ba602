"""From looks and readings to what is said: events with a name, a place and a trace."""

from dataclasses import replace

from citybrain import canonical_json
from citybrain.clock import SECOND_US
from citybrain.vocabulary import EventKind, Phase, Severity, Visibility
from street_agent.core import decide
from street_agent.core.inputs import Sensed, SightSeen


def test_an_episode_is_said_from_start_to_end_under_one_name_and_one_trace(box):
    box.look(2, times=12).look(0, times=12)
    start, end = box.events
    assert (start.phase, end.phase) == (Phase.START, Phase.END)
    assert start.episode == end.episode
    assert start.traceparent == end.traceparent
    assert start.kind is EventKind.OBJECTS_INSIDE
    assert (start.incident_kind, start.severity, start.source, start.rule) == (
        "crowding",
        Severity.MODERATE,
        "cam-1",
        "crowd",
    )
    assert start.place.lat == 30.66
    assert start.measurements["count"] == 2


def test_the_trace_of_an_event_begins_at_the_frame_that_it_tells_of(box):
    box.look(2, times=12)
    assert box.events[0].traceparent == f"trace-of-{box.events[0].observed_at}"
    assert box.events[0].error_ms == 5.0


def test_the_next_episode_has_another_name(box):
    box.look(2, times=12).look(0, times=12).look(2, times=12)
    assert len({event.episode for event in box.events}) == 2


def test_evidence_is_boxes_and_an_outline_and_an_end_has_none(box):
    box.look(2, times=12).look(0, times=12)
    start, end = box.events
    assert len(start.evidence.boxes) == 2
    assert start.evidence.outline == ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))
    assert all(
        0 <= edge <= 1 for b in start.evidence.boxes for edge in (b.left, b.top, b.right, b.bottom)
    )
    assert [b.label for b in start.evidence.boxes] == ["person", "person"]
    assert end.evidence is None


def test_a_sensor_speaks_in_the_same_words(box):
    for value in (0.9, 1.3, 1.3, 0.8, 0.8, 0.8):
        box.sense(value)
    assert [event.phase for event in box.events] == [Phase.START, Phase.END]
    assert box.events[0].kind is EventKind.SENSOR_THRESHOLD
    assert box.events[0].measurements["value"] == 1.3
    assert box.events[0].evidence is None


def test_a_look_that_is_not_newer_is_no_news(box):
    box.look(2, times=12)
    before = box.state
    box.look(2, step_s=0.0)
    assert box.state.cameras["cam-1"] is before.cameras["cam-1"]


def test_a_look_of_a_camera_that_is_not_set_up_changes_nothing(box):
    before = box.state
    box.tell(Sensed(source="stranger", at=box.at + SECOND_US, value=9.0, traceparent=""))
    box.tell(
        SightSeen(
            source="stranger", visibility=Visibility.BLIND, reason="", since=box.at, at=box.at
        )
    )
    assert box.state is before


def test_after_a_cut_nobody_is_taken_for_somebody_from_before(box):
    box.look(2, times=4).look(2, cut=True).look(2, times=12)
    assert len(box.events) == 1
    assert min(b.track for b in box.events[0].evidence.boxes) > 2


def test_the_time_across_a_cut_is_not_observed(box, unopened_box):
    unopened_box.begin().see()
    box.look(2, times=12)
    unopened_box.look(2, times=5).look(2, times=7, cut=True)
    assert len(box.events) == 1
    assert unopened_box.events == []


def test_open_episodes_go_on_after_a_restart_and_end_when_seen_to_be_over(box, unopened_box):
    box.look(2, times=12)
    kept = decide.open_episodes(box.setup, box.state)
    assert [(episode.source, episode.rule) for episode in kept] == [("cam-1", "crowd")]
    unopened_box.at = box.at + 60 * SECOND_US
    unopened_box.begin(last_alive=box.at, open_episodes=kept).see().look(2, times=12)
    assert unopened_box.events == []
    unopened_box.look(0, times=14)
    assert [(event.phase, event.episode) for event in unopened_box.events] == [
        (Phase.END, box.events[0].episode)
    ]
    assert unopened_box.events[0].traceparent == box.events[0].traceparent


def test_an_open_episode_of_a_rule_that_is_gone_is_forgotten(box):
    box.look(2, times=12)
    kept = decide.open_episodes(box.setup, box.state)
    stray = tuple(replace(episode, rule="gone") for episode in kept) + tuple(
        replace(episode, source="gone") for episode in kept
    )
    state, _ = decide.begin(box.setup, box.at, open_episodes=stray)
    assert decide.open_episodes(box.setup, state) == ()


def test_the_same_inputs_say_the_same(box, unopened_box):
    unopened_box.begin().see()
    for one in (box, unopened_box):
        one.look(2, times=12).sense(1.5).look(0, times=12).tick()
    assert [canonical_json.encode(draft) for draft in box.said] == [
        canonical_json.encode(draft) for draft in unopened_box.said
    ]
