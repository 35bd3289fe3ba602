"""What a unit had to do before: how each order ended, the last one first, for a day."""

import pytest

from citybrain.sorted_map import SortedMap
from citybrain.structs import replace
from citybrain.vocabulary import CrewAction, OrderStage
from district_node.cores.orders.ended_orders import ended_orders
from district_node.cores.orders.limits import ENDED_ORDERS_SHOWN
from district_node.cores.view import ended_order
from district_node.limits import ORDER_ANSWER_RETENTION


@pytest.fixture
def sent(scenario):
    scenario.start(scenario.a_unit("riverside-1"))
    scenario.send_event()
    return scenario


def ended(scenario):
    return ended_orders(scenario.state.roster.orders).get("riverside-1", ())


def test_an_order_is_among_them_from_its_end_on_with_how_it_ended(sent):
    given = sent.order_of("riverside-1")
    assert ended(sent) == ()
    sent.press("riverside-1", CrewAction.CANNOT, reason="Road blocked")
    (one,) = ended(sent)
    shown = ended_order(one)
    assert (shown.order, shown.stage, shown.reason) == (
        given.order,
        OrderStage.REFUSED,
        "Road blocked",
    )
    assert (shown.issued_at, shown.ended_at) == (given.issued_at, sent.clock.now())


def test_it_is_among_them_for_a_day(sent):
    sent.press("riverside-1", CrewAction.CANNOT, reason="Road blocked")
    sent.wait(ORDER_ANSWER_RETENTION.value - 1)
    assert any(one.reason == "Road blocked" for one in ended(sent))
    sent.wait(2)
    assert not any(one.reason == "Road blocked" for one in ended(sent))


def test_what_was_reserved_and_never_issued_was_no_order_to_its_crew(sent):
    live = sent.order_of("riverside-1")
    never = replace(live, stage=OrderStage.EXPIRED, issued_at=None)
    assert ended_orders(SortedMap({"o-1": never})) == {}


def test_the_one_that_ended_last_is_first_and_older_ones_fall_off(sent):
    live = sent.order_of("riverside-1")
    many = {
        f"o-{n:02}": replace(
            live, order=f"o-{n:02}", stage=OrderStage.DONE, changed_at=live.changed_at + n
        )
        for n in range(ENDED_ORDERS_SHOWN.value + 5)
    }
    found = ended_orders(SortedMap(many))["riverside-1"]
    assert [one.order for one in found] == [f"o-{n:02}" for n in range(24, 4, -1)]
