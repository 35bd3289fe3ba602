"""What the city's state keeps of its links: refused letters, the numbers of hellos, and what was
acknowledged before two stores met.
"""

import pytest

from citybrain.limits import REFUSED_LETTERS
from citybrain.structs import replace
from coordinator.inputs import DistrictConnected, DistrictLost, LetterRefusedByDistrict, NodeStarted


def refused(position, district="north"):
    return LetterRefusedByDistrict(district=district, position=position, reason="count")


def connected(city, **facts):
    known = city.state.world.districts["north"]
    given = DistrictConnected(
        district="north",
        name="North",
        centre=known.centre,
        epoch=known.epoch,
        session=known.session + 1,
        up_next=1,
        down_acked=0,
    )
    city.submit(replace(given, **facts))
    return city.state.world.districts["north"]


def test_a_letter_that_a_district_refuses_is_kept_noted_and_counted_once(city):
    (notice,) = city.submit(refused(7))
    assert (notice.code, notice.subject, notice.detail) == ("letter_refused", "north", "7: count")
    assert city.submit(refused(7)) == ()
    (kept,) = city.state.world.districts["north"].refused
    assert (kept.position, kept.reason) == (7, "count")
    assert city.state.counts["letters_refused"] == 1


def test_a_district_that_nobody_knows_refuses_nothing(city):
    assert city.submit(refused(7, "nowhere")) == ()
    assert city.state.counts.get("letters_refused") is None


def test_of_refused_letters_the_newest_are_kept(city):
    for position in range(1, REFUSED_LETTERS.value + 3):
        city.submit(refused(position))
    kept = city.state.world.districts["north"].refused
    assert len(kept) == REFUSED_LETTERS.value
    assert (kept[0].position, kept[-1].position) == (3, REFUSED_LETTERS.value + 2)
    assert city.state.counts["letters_refused"] == REFUSED_LETTERS.value + 2


def test_the_citys_log_is_withdrawn_for_every_life_of_the_districts_store(city):
    city.submit(refused(7))
    assert connected(city, epoch="e2").refused[0].position == 7
    assert connected(city).refused[0].position == 7


def test_the_highest_number_that_a_store_presented_is_kept(city):
    assert connected(city, presented_session=4).presented_session == 4
    assert connected(city, presented_session=0).presented_session == 4
    assert connected(city, presented_session=6).presented_session == 6
    assert connected(city, epoch="e2", presented_session=7).presented_session == 0, (
        "another store has presented nothing"
    )


def test_what_was_acknowledged_before_two_stores_met_is_kept_until_one_of_them_is_restored(city):
    assert connected(city, epoch="e2", discarded=5).discarded_before == 5
    assert connected(city, discarded=9).discarded_before == 5
    assert connected(city, epoch="e3", discarded=11).discarded_before == 11
    city.submit(NodeStarted(policy=city.policy, epoch="restored"))
    known = city.state.world.districts["north"]
    assert (known.discarded_before, known.presented_session) == (None, 0)
    assert connected(city, discarded=3).discarded_before == 3


@pytest.mark.parametrize(("session", "is_offline"), [(1, False), (2, True), (3, True)])
def test_offline_is_of_the_newest_stream_even_where_its_hello_was_never_journaled(
    city, session, is_offline
):
    connected(city)
    at = city.clock.now()
    city.submit(DistrictLost(district="north", session=session, last_seen_at=at))
    assert city.state.world.districts["north"].offline is is_offline
