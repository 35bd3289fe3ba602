"""Several voices of one thing are one incident; two things are two."""

from hypothesis import given
from hypothesis import strategies as st

from citybrain.geo import Point, distance_m
from citybrain.vocabulary import IncidentStage, OperatorVerb, Phase, Severity
from district_node.cores.belief import correlate


def count(story):
    return len(story.state.incidents)


def test_updates_and_the_end_of_an_episode_stay_with_its_incident(story):
    story.start()
    story.say()
    for _ in range(5):
        story.say(phase=Phase.UPDATE)
    story.say(phase=Phase.END)
    assert count(story) == 1
    assert (story.incident().events, story.incident().starts, story.incident().live) == (7, 1, 0)


def test_a_flickering_rule_is_one_incident_however_long_it_is_open(story):
    story.start()
    story.say(episode="e1")
    story.say(episode="e1", phase=Phase.END)
    story.wait(10)
    story.say(episode="e2")
    assert count(story) == 1
    assert story.incident().live == 1


def test_two_cameras_that_see_one_thing_merge(story):
    story.start()
    story.say()
    story.say(source="cam-2", episode="other", place=story.near(60), agent="box-2")
    assert count(story) == 1
    assert {voice.agent for voice in story.incident().voices.values()} == {"box-1", "box-2"}


def test_too_far_too_late_or_of_another_kind_is_another_thing(story):
    story.start()
    story.say()
    story.say(source="cam-2", episode="far", place=story.near(120))
    story.say(source="cam-3", episode="kind", incident_kind="loitering")
    story.wait(601)
    story.say(source="cam-4", episode="late")
    assert count(story) == 4


def test_the_nearest_of_several_is_joined(story):
    story.start()
    story.say(source="a", episode="a", place=story.near(0))
    story.say(source="b", episode="b", place=story.near(100))
    story.say(source="c", episode="c", place=story.near(70))
    assert count(story) == 2
    joined = next(i for i in story.state.incidents.values() if len(i.voices) == 2)
    assert distance_m(joined.place, story.near(100)) < 1


def test_a_rejected_thing_leaves_its_place_free_but_keeps_its_own_episode(story):
    story.start()
    story.say(episode="shadow")
    assert story.act(OperatorVerb.REJECT, reason="a shadow").done
    story.say(episode="shadow", phase=Phase.UPDATE)
    assert count(story) == 1, "the rejected episode goes on and opens nothing"
    story.say(episode="real")
    assert count(story) == 2


def test_an_end_that_overtakes_its_start_ends_it(story):
    story.start()
    story.say(episode="e9", phase=Phase.END)
    assert count(story) == 0
    story.say(episode="e9", phase=Phase.START)
    assert story.incident().live == 0
    story.wait(61)
    assert story.incident().stage is IncidentStage.HANDLED, "it was over before it was heard of"


def test_an_end_whose_start_never_comes_is_forgotten_after_a_day(story):
    story.start()
    story.say(episode="e9", phase=Phase.END)
    story.wait(86_401)
    assert len(story.state.index.episodes) == 0


def test_an_update_without_its_start_is_a_beginning(story):
    story.start()
    story.say(episode="e9", phase=Phase.UPDATE)
    assert count(story) == 1


def test_what_is_over_leaves_the_screen_and_the_index_after_an_hour(story):
    story.start()
    story.say()
    story.say(phase=Phase.END)
    story.act(OperatorVerb.CLOSE, reason="gone")
    story.wait(301 + 3601)
    assert count(story) == 0
    assert (
        len(story.state.index.episodes)
        == len(story.state.index.rules)
        == len(story.state.index.cells)
        == 0
    )


def test_what_is_over_but_still_seen_stays_until_its_end(story):
    story.start()
    story.say()
    story.act(OperatorVerb.REJECT, reason="always so")
    story.wait(3 * 3600)
    story.say(phase=Phase.END)
    assert count(story) == 1
    story.wait(3601)
    assert count(story) == 0


def test_the_heaviest_word_counts(story):
    story.start()
    story.say(severity=Severity.MINOR)
    story.say(phase=Phase.UPDATE, severity=Severity.SEVERE)
    story.say(phase=Phase.UPDATE, severity=Severity.MINOR)
    assert story.incident().severity is Severity.SEVERE


@given(
    lat=st.floats(-60, 60),
    lon=st.floats(-179, 179),
    north=st.floats(-249, 249),
    east=st.floats(-249, 249),
)
def test_nine_cells_hold_whatever_a_playbook_may_join(lat, lon, north, east):
    import math

    there = Point(
        lat=lat + north / 111_195, lon=lon + east / (111_195 * math.cos(math.radians(lat)))
    )
    if distance_m(Point(lat=lat, lon=lon), there) > correlate.JOINS_MAX_M:
        return
    around = correlate._cells_around("crowding", there)
    assert correlate._cell_key("crowding", *correlate._cell(Point(lat=lat, lon=lon))) in around
