"""What a district's state keeps of its link: the number for the next hello, refused letters, and
what was acknowledged before two stores met.
"""

from citybrain.limits import REFUSED_LETTERS
from district_node.cores import view
from district_node.inputs import (
    CityLetterQuarantined,
    CityLinkChanged,
    LetterRefusedByCity,
    NodeStarted,
)


def connected(scenario, **facts):
    scenario.submit(CityLinkChanged(**{"up": True, "epoch": "city-epoch", **facts}))
    return scenario.state.city


def test_the_number_of_the_last_welcome_is_kept_while_the_link_is_down(scenario):
    scenario.start()
    assert connected(scenario, session=7).session == 7
    scenario.submit(CityLinkChanged(up=False, reason="cut"))
    assert (scenario.state.city.up, scenario.state.city.session) == (False, 7)
    assert connected(scenario, session=9).session == 9


def test_a_letter_that_the_city_refuses_is_kept_noted_and_counted_once(scenario):
    scenario.start()
    (notice,) = scenario.submit(LetterRefusedByCity(position=3, reason="count"))
    assert (notice.code, notice.detail) == ("letter_refused", "3: count")
    assert scenario.submit(LetterRefusedByCity(position=3, reason="again")) == ()
    (kept,) = scenario.state.city.refused
    assert (kept.position, kept.reason) == (3, "count")
    assert view.link_counts(scenario.state.city) == {
        "letters_quarantined": 0.0,
        "letters_refused": 1.0,
    }


def test_of_refused_letters_the_newest_are_kept(scenario):
    scenario.start()
    for position in range(1, REFUSED_LETTERS.value + 2):
        scenario.submit(LetterRefusedByCity(position=position, reason="count"))
    kept = scenario.state.city.refused
    assert (len(kept), kept[0].position) == (REFUSED_LETTERS.value, 2)
    assert scenario.state.city.refused_count == REFUSED_LETTERS.value + 1


def test_a_quarantined_letter_of_the_city_is_counted_once(scenario):
    scenario.start()
    gap = CityLetterQuarantined(position=1, after=0, reason="text")
    (notice,) = scenario.submit(gap)
    assert (notice.code, notice.detail) == ("letter_quarantined", "1: text")
    assert scenario.submit(gap) == ()
    assert (scenario.state.city.quarantined, scenario.state.city.down_acked) == (1, 1)


def test_what_was_acknowledged_before_two_stores_met_is_kept_until_one_of_them_is_restored(
    scenario,
):
    scenario.start(city=False)
    assert connected(scenario, discarded=5).discarded_before == 5
    assert connected(scenario, discarded=9).discarded_before == 5
    assert connected(scenario, epoch="restored", discarded=11).discarded_before == 11
    setup = scenario.state.setup
    scenario.submit(NodeStarted(setup=setup, epoch="first"))
    assert scenario.state.city.discarded_before == 11, "the first start that knows its epoch"
    scenario.submit(NodeStarted(setup=setup, epoch="put back"))
    assert scenario.state.city.discarded_before is None
    assert connected(scenario, epoch="restored", discarded=2).discarded_before == 2


def test_a_city_with_another_store_is_read_from_its_beginning_and_gets_every_report_again(scenario):
    scenario.start(scenario.a_unit("riverside-1"))
    scenario.submit(CityLetterQuarantined(position=1, after=0, reason="text"))
    assert connected(scenario, epoch="restored", session=2).down_acked == 0
    assert any(getattr(c, "to", None) == "city" for c in scenario.last), "the unit is reported"
