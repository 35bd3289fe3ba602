"""What really is the case before a source."""

from citybrain.geo import Point
from citybrain.vocabulary import Severity
from citysim.sim.scenario import CAMERA, BoxPlan, CityPlan, DistrictPlan, Happening
from citysim.sim.street.scene import Scene, Scenes

CENTRE = Point(lat=30.66, lon=104.06)


def happening(number=1, at_s=10.0, lasts_s=0.0, works=True, agent="a"):
    return Happening(number=number, at_s=at_s, agent=agent, lasts_s=lasts_s, works=works)


def test_nothing_is_there_before_it_begins_and_it_stays():
    scene = Scene([happening()])
    assert not scene.is_present(9.9)
    assert scene.is_present(10.0) and scene.is_present(10_000.0)


def test_what_passes_by_itself_passes_in_its_time():
    scene = Scene([happening(lasts_s=5.0)])
    assert scene.is_present(14.9) and not scene.is_present(15.0)


def test_a_treatment_that_works_ends_it():
    scene = Scene([happening()])
    assert scene.treat(20.0)
    assert scene.is_present(19.9) and not scene.is_present(20.0)


def test_a_treatment_that_does_not_work_is_followed_by_one_that_does():
    scene = Scene([happening(works=False)])
    assert not scene.treat(20.0)
    assert scene.is_present(25.0)
    assert scene.treat(30.0)
    assert not scene.is_present(30.0)


def test_a_treatment_of_nothing_and_of_what_is_over_does_nothing():
    scene = Scene([happening(lasts_s=5.0)])
    assert not scene.treat(5.0) and not scene.treat(16.0)
    assert [(c.since_s, c.until_s) for c in scene.conditions(20.0)] == [(10.0, 15.0)]


def test_it_comes_back():
    scene = Scene([happening(1), happening(2, at_s=40.0)])
    scene.treat(20.0)
    assert not scene.is_present(30.0) and scene.is_present(40.0)
    assert [(c.number, c.since_s, c.until_s) for c in scene.conditions(45.0)] == [
        (1, 10.0, 20.0),
        (2, 40.0, None),
    ]


def test_what_has_not_begun_is_no_condition_yet():
    assert Scene([happening()]).conditions(5.0) == ()


def test_nobody_sees_while_it_is_blind():
    scene = Scene()
    scene.blind(5.0, 8.0, "black")
    assert [scene.blind_because(at_s) for at_s in (4.9, 5.0, 7.9, 8.0)] == [
        "",
        "black",
        "black",
        "",
    ]


def city(*places):
    boxes = tuple(
        BoxPlan(
            agent=f"a{i}",
            source=CAMERA,
            place=place,
            incident_kind=incident_kind,
            severity=Severity.MINOR,
        )
        for i, (place, incident_kind) in enumerate(places)
    )
    return CityPlan(districts=(DistrictPlan(district="d", centre=CENTRE, units=(), boxes=boxes),))


def test_a_crew_puts_right_what_is_near_and_of_the_kind_it_came_for():
    near, far = Point(lat=30.661, lon=104.06), Point(lat=30.67, lon=104.06)
    everywhere = [happening(i + 1, agent=f"a{i}") for i in range(4)]
    scenes = Scenes(
        city((CENTRE, "crowding"), (near, "crowding"), (far, "crowding"), (CENTRE, "loitering")),
        everywhere,
    )
    assert not scenes.is_clear(CENTRE, "crowding", 15.0)
    assert scenes.treat(CENTRE, "crowding", 15.0) == ("a0", "a1")
    assert scenes.is_clear(CENTRE, "crowding", 15.0)
    assert not scenes.is_clear(far, "crowding", 15.0) and not scenes.is_clear(
        CENTRE, "loitering", 15.0
    )
    assert scenes.of("a2").is_present(15.0)
