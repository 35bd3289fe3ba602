"""What is written to a crew of another district is shown once, and its writer learns what became of
it.
"""

from types import SimpleNamespace

import law_histories as h

from citybrain.domain.crew import CrewMessage
from citybrain.domain.order import ORDER_OVER, MessageReply, OrderMessage
from citybrain.structs import replace
from citybrain.vocabulary import OrderStage
from citysim.laws.orders import messages_kept

ORDER = "order-city.c-1"
LETTER = OrderMessage(
    message="m-1",
    order=ORDER,
    unit="u-1",
    incident="i-1",
    incident_district="a",
    at=1,
    actor="Li Na",
    text="use gate 4",
)
WRITTEN = CrewMessage(
    message="m-1",
    unit="u-1",
    incident="i-1",
    at=1,
    actor="Li Na",
    text="use gate 4",
    order=ORDER,
)
SHOWN = replace(WRITTEN, district="a", reached_at=2)
ANSWER = MessageReply(at=3, actor="u-1", text="yes")


def state(*kept, live=()):
    orders = {name: SimpleNamespace(order=name, stage=OrderStage.ON_SCENE) for name in live}
    by_unit = {"u-1": kept} if kept else {}
    return SimpleNamespace(messages=by_unit, roster=SimpleNamespace(orders=orders))


def judged(written, *shown, live=(), letters=(LETTER,), **facts):
    """`written` as its writer keeps it, `shown` as the unit's owner does. Everything arrived."""
    writer = h.node("a", *(h.record(None, one) for one in letters), state=state(written))
    owner = h.node("b", state=state(*shown, live=live))
    received = [h.district_letter(one, number) for number, one in enumerate(letters, 1)]
    city = h.node("city", *received)
    return messages_kept.check(h.history(writer, owner, city=city, **({"is_final": True} | facts)))


def test_what_was_read_and_answered_at_both_or_reached_nobody_is_in_order():
    read = {"read_at": 3, "replies": (ANSWER,)}
    report = judged(replace(WRITTEN, **read), replace(SHOWN, **read))
    assert report.holds and report.checked == 3
    lost = replace(WRITTEN, not_reached=ORDER_OVER)
    assert judged(lost, replace(SHOWN, not_reached=ORDER_OVER)).holds
    assert judged(lost).holds, "it came when the order was over"


def test_one_that_waits_breaks_it_once_its_order_is_over():
    assert judged(WRITTEN, SHOWN, live=(ORDER,)).holds
    assert not judged(WRITTEN, SHOWN).holds
    assert judged(WRITTEN, SHOWN, is_final=False).holds, "it may still be on its way"


def test_a_reading_or_an_answer_that_does_not_come_back_breaks_it():
    assert not judged(replace(WRITTEN, not_reached=ORDER_OVER), replace(SHOWN, read_at=3)).holds
    answered = replace(SHOWN, read_at=3, replies=(ANSWER,))
    assert not judged(replace(WRITTEN, read_at=3), answered).holds


def test_one_that_is_shown_twice_or_otherwise_than_it_was_written_breaks_it():
    assert not judged(WRITTEN, SHOWN, SHOWN, live=(ORDER,)).holds
    assert not judged(WRITTEN, replace(SHOWN, text="use gate 5"), live=(ORDER,)).holds


def test_one_that_is_sent_again_says_the_same():
    assert judged(WRITTEN, SHOWN, live=(ORDER,), letters=(LETTER, LETTER)).holds
    otherwise = replace(LETTER, text="use gate 5")
    assert not judged(WRITTEN, SHOWN, live=(ORDER,), letters=(LETTER, otherwise)).holds
