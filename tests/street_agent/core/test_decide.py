"""From frames and readings to what is reported: events with a name, a place and a trace."""

from citybrain import canonical_json
from citybrain.clock import SECOND_US
from citybrain.kinds import OBJECTS_INSIDE, SENSOR_THRESHOLD
from citybrain.structs import replace
from citybrain.vocabulary import Phase, Severity, Visibility
from street_agent.core import decide
from street_agent.core.inputs import SensorRead, VisibilityChanged


def test_an_episode_has_one_name_and_one_trace_from_start_to_end(box):
    box.observe(2, times=12).observe(0, times=12)
    start, end = box.events
    assert (start.phase, end.phase) == (Phase.START, Phase.END)
    assert start.episode == end.episode
    assert start.traceparent == end.traceparent
    assert start.kind == OBJECTS_INSIDE
    assert (start.incident_kind, start.severity, start.source, start.rule) == (
        "crowding",
        Severity.MODERATE,
        "cam-1",
        "crowd",
    )
    assert start.place.lat == 30.66
    assert start.measurements["count"] == 2


def test_the_trace_of_an_event_begins_at_its_frame(box):
    box.observe(2, times=12)
    assert box.events[0].traceparent == f"trace-of-{box.events[0].observed_at}"
    assert box.events[0].error_ms == 5.0


def test_the_next_episode_has_another_name(box):
    box.observe(2, times=12).observe(0, times=12).observe(2, times=12)
    assert len({event.episode for event in box.events}) == 2


def test_evidence_is_boxes_and_an_outline_and_an_end_has_none(box):
    box.observe(2, times=12).observe(0, times=12)
    start, end = box.events
    assert len(start.evidence.boxes) == 2
    assert start.evidence.outline == ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))
    assert all(
        0 <= edge <= 1 for b in start.evidence.boxes for edge in (b.left, b.top, b.right, b.bottom)
    )
    assert [b.label for b in start.evidence.boxes] == ["person", "person"]
    assert end.evidence is None
    assert not start.from_sensor and not end.from_sensor


def test_a_sensor_gives_events_of_the_same_form(box):
    for value in (0.9, 1.3, 1.3, 0.8, 0.8, 0.8):
        box.read(value)
    assert [event.phase for event in box.events] == [Phase.START, Phase.END]
    assert box.events[0].kind == SENSOR_THRESHOLD
    assert box.events[0].measurements["value"] == 1.3
    assert box.events[0].evidence is None
    assert all(event.from_sensor for event in box.events)


def test_a_rule_that_was_given_an_event_kind_of_its_own_reports_that(box_with):
    box = box_with(
        {
            "id": "platform",
            "kind": "objects_inside",
            "incident_kind": "metro.crowding",
            "event_kind": "metro:Platform/Full",
            "zone": [[0, 0], [1, 0], [1, 1], [0, 1]],
        }
    )
    box.observe(2, times=12)
    (start,) = box.events
    assert (start.kind, start.incident_kind) == ("metro:Platform/Full", "metro.crowding")


def test_a_frame_that_is_not_newer_changes_nothing(box):
    box.observe(2, times=12)
    before = box.state
    box.observe(2, step_s=0.0)
    assert box.state.cameras["cam-1"] is before.cameras["cam-1"]


def test_an_input_of_an_unknown_source_changes_nothing(box):
    before = box.state
    box.give(SensorRead(source="unknown", at=box.at + SECOND_US, value=9.0, traceparent=""))
    box.give(
        VisibilityChanged(
            source="unknown", visibility=Visibility.BLIND, reason="", since=box.at, at=box.at
        )
    )
    assert box.state is before


def test_tracks_do_not_continue_over_a_discontinuity(box):
    box.observe(2, times=4).observe(2, discontinuity=True).observe(2, times=12)
    assert len(box.events) == 1
    assert min(b.track for b in box.events[0].evidence.boxes) > 2


def test_the_time_across_a_discontinuity_is_not_observed(box, new_box):
    new_box.begin().visibility()
    box.observe(2, times=12)
    new_box.observe(2, times=5).observe(2, times=7, discontinuity=True)
    assert len(box.events) == 1
    assert new_box.events == []


def test_open_episodes_are_resumed_after_a_restart_and_end_when_observed_to_be_over(box, new_box):
    box.observe(2, times=12)
    kept = decide.open_episodes(box.setup, box.state)
    assert [(episode.source, episode.rule) for episode in kept] == [("cam-1", "crowd")]
    new_box.at = box.at + 60 * SECOND_US
    new_box.begin(last_alive=box.at, open_episodes=kept).visibility().observe(2, times=12)
    assert new_box.events == []
    new_box.observe(0, times=14)
    assert [(event.phase, event.episode) for event in new_box.events] == [
        (Phase.END, box.events[0].episode)
    ]
    assert new_box.events[0].traceparent == box.events[0].traceparent


def test_an_open_episode_of_a_removed_rule_is_dropped(box):
    box.observe(2, times=12)
    kept = decide.open_episodes(box.setup, box.state)
    unknown = tuple(replace(episode, rule="gone") for episode in kept) + tuple(
        replace(episode, source="gone") for episode in kept
    )
    state, _ = decide.begin(box.setup, box.at, open_episodes=unknown)
    assert decide.open_episodes(box.setup, state) == ()


def test_the_same_inputs_give_the_same_drafts(box, new_box):
    new_box.begin().visibility()
    for one in (box, new_box):
        one.observe(2, times=12).read(1.5).observe(0, times=12).tick()
    assert [canonical_json.encode(draft) for draft in box.drafts] == [
        canonical_json.encode(draft) for draft in new_box.drafts
    ]
