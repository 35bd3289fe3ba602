"""Two districts that begin their case numbers alike: both ends get a sentence, nothing is
refused."""

from scripted_district import HELLO, a_city, in_a_loop

from citybrain.clock import ManualClock
from citybrain.conditions import ConditionCode, Conditions
from citybrain.geo import Point
from citybrain.sorted_map import SortedMap
from citybrain.structs import replace
from coordinator.cores.world import KnownDistrict, World
from coordinator.shell.case_codes import in_words, shared_with


def world(**codes: str) -> World:
    return World(
        districts=SortedMap(
            (
                name,
                KnownDistrict(
                    district=name,
                    name=name.title(),
                    centre=Point(lat=0.0, lon=0.0),
                    epoch="e",
                    session=1,
                    up_acked=0,
                    offline=False,
                    last_seen_at=0,
                    case_code=code,
                ),
            )
            for name, code in codes.items()
        )
    )


def test_districts_with_letters_of_their_own_are_well():
    known = world(riverside="R", oldtown="O", hills="", lakes="")
    assert in_words(known) == ""
    assert shared_with(known, "riverside") == shared_with(known, "hills") == ""


def test_the_city_names_both_and_what_to_do():
    known = world(riverside="R", rosefield="R", oldtown="O")
    assert in_words(known) == (
        "Districts Riverside and Rosefield begin their case numbers with the same letters, R: one"
        " number may mean two cases. Give one of them another `code` in its district.toml, and"
        " start it again."
    )
    assert shared_with(known, "riverside") == "Rosefield"
    assert shared_with(known, "oldtown") == ""


def test_the_condition_lasts_as_long_as_two_share_their_letters():
    conditions = Conditions(ManualClock())
    conditions.hold(ConditionCode.CODE_SHARED, in_words(world(riverside="R", rosefield="R")))
    assert [one.code for one in conditions.lasting()] == [ConditionCode.CODE_SHARED]
    conditions.hold(ConditionCode.CODE_SHARED, in_words(world(riverside="R", rosefield="RF")))
    assert conditions.lasting() == ()


@in_a_loop
async def test_a_district_that_shares_its_letters_reads_so_in_its_welcome():
    async with a_city() as city:
        first = await city.connect(replace(HELLO, case_code="R"))
        other = replace(HELLO, district="rosefield", name="Rosefield", case_code="R")
        second = await city.connect(other)
        assert first.welcome.case_code_shared_with == ""
        assert second.welcome.case_code_shared_with == HELLO.name
        await first.end()
        await second.end()
