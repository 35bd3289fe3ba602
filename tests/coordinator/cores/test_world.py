"""The world is what the owners report, each letter once."""

from citybrain.clock import Timestamp
from citybrain.domain.link import SourcesReport
from citybrain.structs import replace
from citybrain.vocabulary import IncidentStage, SlotState, UnitState
from coordinator import limits
from coordinator.cores import world as worlds
from coordinator.inputs import (
    DistrictLetterQuarantined,
    DistrictLost,
    DistrictReturned,
    NodeStarted,
)

CAMERAS = SourcesReport(
    district="north",
    at=Timestamp(5),
    cameras=9,
    cameras_blind=2,
    cameras_degraded=1,
    cameras_unknown=0,
    agents=3,
    agents_offline=0,
)


def test_a_letter_counts_once(city, w):
    version = city.state.world.version
    city.receive("north", w.unit(state=UnitState.EN_ROUTE), position=1)
    assert city.state.world.version == version
    assert city.state.counts["duplicates"] == 1


def test_a_letter_of_an_unknown_district_or_an_older_store_counts_for_nothing(city, w):
    city.up["east", "e1"] = city.up["north", "old"] = 0
    city.receive("east", w.unit("u9", "east"))
    city.receive("north", w.unit("u8"), epoch="old")
    assert not {"u8", "u9"} & set(city.state.world.units)


def test_a_report_on_another_districts_unit_or_incident_counts_for_nothing(city, w):
    city.receive("north", w.unit("u7", "south"))
    city.receive("north", w.incident("i7", "south"))
    assert "u7" not in city.state.world.units
    assert "i7" not in city.state.world.incidents
    assert city.state.counts["not_own"] == 2


def test_a_position_alone_changes_nothing_to_plan_with(city, w):
    before = city.state.world
    city.receive("north", w.unit(lat=30.7))
    assert city.state.world.version > before.version
    assert city.state.world.planning_version == before.planning_version


def test_only_open_slots_asked_for_of_open_incidents_are_requested(city, w):
    assert set(city.state.world.requested_slots) == {"s1"}
    for changed in (
        w.slot(state=SlotState.CLAIMED),
        w.slot(from_city=False),
        w.slot(state=SlotState.SERVED),
    ):
        city.receive("south", w.incident(slots=[changed]))
        assert not set(city.state.world.requested_slots)
    city.receive("south", w.incident())
    city.receive("south", w.incident(stage=IncidentStage.CLOSED))
    assert not set(city.state.world.requested_slots)


def test_a_store_that_went_back_starts_its_log_again(city, w):
    city.connect("north", epoch="e2")
    city.receive("north", w.unit("u5"), epoch="e2", position=1)
    assert "u5" in city.state.world.units
    assert city.state.world.districts["north"].up_acked == 1


def test_an_older_session_changes_nothing(city):
    city.connect("north", session=5)
    before = city.state.world
    city.connect("north", session=4)
    assert city.state.world.districts["north"] == before.districts["north"]


def test_away_is_of_the_session_that_left(city):
    city.connect("north", session=2)
    city.submit(DistrictLost(district="north", session=1, last_seen_at=city.clock.now()))
    assert not city.state.world.districts["north"].offline
    city.submit(DistrictLost(district="north", session=2, last_seen_at=city.clock.now()))
    assert city.state.world.districts["north"].offline
    city.submit(DistrictReturned(district="north", session=2))
    assert not city.state.world.districts["north"].offline


def test_units_of_a_district_offline_are_planned_with_up_to_the_age_limit(city):
    from coordinator.cores.state import is_free

    city.submit(DistrictLost(district="north", session=1, last_seen_at=city.clock.now()))
    assert is_free(city.state, "u1", city.clock.now())
    city.clock.advance(city.policy.age_limit_s + 1)
    assert not is_free(city.state, "u1", city.clock.now())


def test_after_a_start_every_district_is_offline_until_it_connects(city):
    city.crash()
    assert all(d.offline for d in city.state.world.districts.values())
    city.connect("north", session=2)
    assert not city.state.world.districts["north"].offline


def test_closed_incidents_stay_for_the_screen_a_bounded_number_of_them(city, w):
    for i in range(limits.ENDED_INCIDENTS.value + 5):
        city.receive("south", w.incident(f"old{i}", slots=[], stage=IncidentStage.CLOSED))
    assert len(city.state.world.ended) == limits.ENDED_INCIDENTS.value
    assert "old0" not in city.state.world.incidents
    assert "i1" in city.state.world.incidents


def test_a_reopened_incident_is_no_longer_over(city, w):
    city.receive("south", w.incident(slots=[], stage=IncidentStage.CLOSED))
    city.receive("south", w.incident(stage=IncidentStage.REOPENED))
    assert city.state.world.ended == ()
    assert set(city.state.world.requested_slots) == {"s1"}


def test_freshness_of_a_district_nobody_knows_is_none():
    assert not worlds.is_fresh(worlds.World(), "nowhere", 0, 60.0)


def test_a_quarantined_letter_takes_its_position_and_is_counted_once(city, w):
    skipped = DistrictLetterQuarantined(
        district="north", epoch="e1", position=2, after=1, reason="257 slots"
    )
    version = city.state.world.version
    (notice,) = city.submit(skipped)
    assert (notice.code, notice.subject, notice.detail) == (
        "letter_quarantined",
        "north",
        "2: 257 slots",
    )
    assert city.submit(skipped) == ()
    assert (city.state.counts["letters_quarantined"], city.state.counts["duplicates"]) == (1, 1)
    assert city.state.world.version == version, "it reports nothing"
    city.receive("north", w.unit("u3"), position=3)
    assert "u3" in city.state.world.units


def test_what_a_district_says_of_its_cameras_is_kept_and_no_reason_to_plan(city):
    before = city.state.world
    assert before.districts["north"].sources is None
    city.receive("north", CAMERAS)
    after = city.state.world
    assert after.districts["north"].sources == CAMERAS
    assert after.version > before.version
    assert after.planning_version == before.planning_version
    city.receive("north", replace(CAMERAS, cameras_blind=0))
    assert city.state.world.districts["north"].sources.cameras_blind == 0


def test_what_it_says_of_another_districts_cameras_counts_for_nothing(city):
    city.receive("south", CAMERAS)
    assert city.state.world.districts["north"].sources is None
    assert city.state.counts["not_own"] == 1


def test_cameras_are_as_last_said_while_the_district_is_away_and_after_it_came_back(city):
    city.receive("north", CAMERAS)
    city.submit(DistrictLost(district="north", session=9, last_seen_at=city.clock.now()))
    assert city.state.world.districts["north"].sources == CAMERAS
    city.connect("north", session=10)
    assert city.state.world.districts["north"].sources == CAMERAS


def test_of_a_store_that_went_back_nobody_knows_what_its_cameras_see(city):
    city.receive("north", CAMERAS)
    city.connect("north", epoch="e2")
    assert city.state.world.districts["north"].sources is None
    city.receive("north", CAMERAS, epoch="e2", position=1)
    city.submit(NodeStarted(policy=city.policy, epoch="restored"))
    assert city.state.world.districts["north"].sources is None
