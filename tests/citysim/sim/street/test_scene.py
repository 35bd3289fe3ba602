"""The true condition before a source."""

from citybrain.geo import Point
from citybrain.vocabulary import Severity
from citysim.life.load import street_life
from citysim.sim.scenario import CitySpec, DistrictSpec, EdgeBoxSpec, StreetEvent
from citysim.sim.street.scene import Scene, Scenes

CENTRE = Point(lat=30.66, lon=104.06)


def street_event(number=1, at_s=10.0, duration_s=0.0, first_treatment_helps=True, agent="a"):
    return StreetEvent(
        number=number,
        at_s=at_s,
        agent=agent,
        duration_s=duration_s,
        first_treatment_helps=first_treatment_helps,
    )


def test_a_condition_begins_with_its_event_and_stays():
    scene = Scene([street_event()])
    assert not scene.is_present(9.9)
    assert scene.is_present(10.0) and scene.is_present(10_000.0)


def test_a_condition_with_a_duration_clears_by_itself():
    scene = Scene([street_event(duration_s=5.0)])
    assert scene.is_present(14.9) and not scene.is_present(15.0)


def test_a_treatment_that_helps_ends_it():
    scene = Scene([street_event()])
    assert scene.treat(20.0)
    assert scene.is_present(19.9) and not scene.is_present(20.0)


def test_a_first_treatment_that_does_not_help_is_followed_by_one_that_does():
    scene = Scene([street_event(first_treatment_helps=False)])
    assert not scene.treat(20.0)
    assert scene.is_present(25.0)
    assert scene.treat(30.0)
    assert not scene.is_present(30.0)


def test_a_treatment_before_the_begin_or_after_the_end_does_nothing():
    scene = Scene([street_event(duration_s=5.0)])
    assert not scene.treat(5.0) and not scene.treat(16.0)
    assert [(c.since_s, c.until_s) for c in scene.conditions(20.0)] == [(10.0, 15.0)]


def test_the_next_event_brings_the_condition_back():
    scene = Scene([street_event(1), street_event(2, at_s=40.0)])
    scene.treat(20.0)
    assert not scene.is_present(30.0) and scene.is_present(40.0)
    assert [(c.number, c.since_s, c.until_s) for c in scene.conditions(45.0)] == [
        (1, 10.0, 20.0),
        (2, 40.0, None),
    ]


def test_an_event_that_has_not_begun_is_no_condition_yet():
    assert Scene([street_event()]).conditions(5.0) == ()


def test_a_blind_source_has_a_reason_while_it_is_blind():
    scene = Scene()
    scene.blind(5.0, 8.0, "black")
    assert [scene.blind_reason(at_s) for at_s in (4.9, 5.0, 7.9, 8.0)] == [
        "",
        "black",
        "black",
        "",
    ]


def city(*places):
    boxes = tuple(
        EdgeBoxSpec(
            agent=f"a{i}",
            place=place,
            life=street_life().of_kind(incident_kind),
            severity=Severity.MINOR,
        )
        for i, (place, incident_kind) in enumerate(places)
    )
    return CitySpec(districts=(DistrictSpec(district="d", centre=CENTRE, units=(), boxes=boxes),))


def test_a_crew_treats_whatever_is_near_it_and_a_person_sees_it():
    """Several kinds may be one case, and a person may have called it otherwise."""
    near, far = Point(lat=30.661, lon=104.06), Point(lat=30.67, lon=104.06)
    street_events = [street_event(i + 1, agent=f"a{i}") for i in range(4)]
    scenes = Scenes(
        city((CENTRE, "crowding"), (near, "crowding"), (far, "crowding"), (CENTRE, "loitering")),
        street_events,
    )
    assert not scenes.is_clear(CENTRE, 15.0)
    assert scenes.treat(CENTRE, 15.0) == ("a0", "a1", "a3")
    assert scenes.is_clear(CENTRE, 15.0)
    assert not scenes.is_clear(far, 15.0)
    assert scenes.of("a2").is_present(15.0)
    assert scenes.is_clear(Point(lat=30.68, lon=104.06), 15.0), "it is far from there"
