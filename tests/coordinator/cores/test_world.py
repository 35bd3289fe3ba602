"""The world is what the owners say, each letter once."""

from citybrain.vocabulary import IncidentStage, SlotState, UnitState
from coordinator import limits
from coordinator.cores import world as worlds
from coordinator.inputs import DistrictLost, DistrictReturned


def test_a_letter_counts_once(city, w):
    version = city.state.world.version
    city.say("north", w.unit(state=UnitState.EN_ROUTE), position=1)
    assert city.state.world.version == version
    assert city.state.tally["duplicates"] == 1


def test_a_letter_of_an_unknown_district_or_an_older_store_counts_for_nothing(city, w):
    city.up["east", "e1"] = city.up["north", "old"] = 0
    city.say("east", w.unit("u9", "east"))
    city.say("north", w.unit("u8"), epoch="old")
    assert not {"u8", "u9"} & set(city.state.world.units)


def test_nobody_speaks_for_another_districts_unit_or_incident(city, w):
    city.say("north", w.unit("u7", "south"))
    city.say("north", w.incident("i7", "south"))
    assert "u7" not in city.state.world.units
    assert "i7" not in city.state.world.incidents
    assert city.state.tally["not_own"] == 2


def test_positions_alone_do_not_stir_the_world(city, w):
    before = city.state.world
    city.say("north", w.unit(lat=30.7))
    assert city.state.world.version > before.version
    assert city.state.world.stirred == before.stirred


def test_slots_are_wanted_only_open_asked_for_and_of_open_incidents(city, w):
    assert set(city.state.world.wanted) == {"s1"}
    for changed in (
        w.slot(state=SlotState.CLAIMED),
        w.slot(from_city=False),
        w.slot(state=SlotState.SERVED),
    ):
        city.say("south", w.incident(slots=[changed]))
        assert not set(city.state.world.wanted)
    city.say("south", w.incident())
    city.say("south", w.incident(stage=IncidentStage.CLOSED))
    assert not set(city.state.world.wanted)


def test_a_store_that_went_back_starts_its_log_again(city, w):
    city.hello("north", epoch="e2")
    city.say("north", w.unit("u5"), epoch="e2", position=1)
    assert "u5" in city.state.world.units
    assert city.state.world.districts["north"].up_acked == 1


def test_an_older_session_changes_nothing(city):
    city.hello("north", session=5)
    before = city.state.world
    city.hello("north", session=4)
    assert city.state.world.districts["north"] == before.districts["north"]


def test_away_is_of_the_session_that_left(city):
    city.hello("north", session=2)
    city.give(DistrictLost(district="north", session=1, heard_at=city.clock.now()))
    assert not city.state.world.districts["north"].away
    city.give(DistrictLost(district="north", session=2, heard_at=city.clock.now()))
    assert city.state.world.districts["north"].away
    city.give(DistrictReturned(district="north", session=2))
    assert not city.state.world.districts["north"].away


def test_units_of_a_district_away_are_planned_with_up_to_the_age_limit(city):
    from coordinator.cores.state import is_free

    city.give(DistrictLost(district="north", session=1, heard_at=city.clock.now()))
    assert is_free(city.state, "u1", city.clock.now())
    city.clock.advance(city.policy.age_limit_s + 1)
    assert not is_free(city.state, "u1", city.clock.now())


def test_after_a_start_every_district_is_away_until_it_says_hello(city):
    city.crash()
    assert all(d.away for d in city.state.world.districts.values())
    city.hello("north", session=2)
    assert not city.state.world.districts["north"].away


def test_closed_incidents_stay_for_the_screen_a_bounded_number_of_them(city, w):
    for i in range(limits.OVER_KEPT.value + 5):
        city.say("south", w.incident(f"old{i}", slots=[], stage=IncidentStage.CLOSED))
    assert len(city.state.world.over) == limits.OVER_KEPT.value
    assert "old0" not in city.state.world.incidents
    assert "i1" in city.state.world.incidents


def test_a_reopened_incident_is_no_longer_over(city, w):
    city.say("south", w.incident(slots=[], stage=IncidentStage.CLOSED))
    city.say("south", w.incident(stage=IncidentStage.REOPENED))
    assert city.state.world.over == ()
    assert set(city.state.world.wanted) == {"s1"}


def test_freshness_of_a_district_nobody_knows_is_none():
    assert not worlds.is_fresh(worlds.World(), "nowhere", 0, 60.0)
