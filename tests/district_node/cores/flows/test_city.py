"""The city's log: each position once, in order, and past a letter that could not be decided."""

import pytest

from citybrain.decider.command import Notice
from citybrain.vocabulary import OrderStep, OrderVerdict
from district_node.errors import OutOfOrderError
from district_node.inputs import CityLetterQuarantined

LENT = {"incident": "inc-station-7", "incident_district": "station"}


def quarantined(position, after):
    return CityLetterQuarantined(position=position, after=after, reason="ValueError")


def test_a_quarantined_letter_takes_its_position_and_the_log_goes_on(scenario):
    scenario.start(scenario.a_unit("riverside-1"))
    scenario._positions = 1
    (notice,) = scenario.submit(quarantined(1, after=0))
    assert isinstance(notice, Notice)
    assert (notice.code, scenario.state.city.down_acked) == ("letter_quarantined", 1)
    assert scenario.request_step(OrderStep.RESERVE, **LENT).verdict is OrderVerdict.RESERVED
    assert scenario.state.city.down_acked == 2


def test_a_quarantined_letter_that_comes_again_changes_nothing(scenario):
    scenario.start(scenario.a_unit("riverside-1"))
    scenario.submit(quarantined(1, after=0))
    before = scenario.state
    assert scenario.submit(quarantined(1, after=0)) == ()
    assert scenario.state == before


def test_it_does_not_jump_over_a_letter_that_is_missing(scenario):
    scenario.start(scenario.a_unit("riverside-1"))
    with pytest.raises(OutOfOrderError, match="follows letter 2"):
        scenario.submit(quarantined(3, after=2))
    assert scenario.state.city.down_acked == 0
