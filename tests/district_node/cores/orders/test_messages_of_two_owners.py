"""What is written between a case and a crew of two districts: shown once, within the order, and
what became of it stands in the case.
"""

import pytest
from crew_messages import receipt_of, reply_of, write_to, written_elsewhere

from citybrain.domain.order import (
    CROWDED,
    OLDER_VERSION,
    ORDER_OVER,
    MessageReceipt,
    MessageReply,
    OrderMessage,
)
from citybrain.errors import MalformedError
from citybrain.limits import MESSAGE_REPLIES, ORDER_MESSAGES
from citybrain.structs import replace
from citybrain.vocabulary import (
    CrewAction,
    OperatorVerb,
    OrderStage,
    OrderStep,
    OrderVerdict,
    Severity,
)
from citybrain.wire.link import decode_up_letter
from district_node.cores import view
from district_node.cores.case_limits import CREW_MESSAGES
from district_node.inputs import CityLetterReceived, CityLinkChanged, LetterRefusedByCity

FAR = {"incident": "inc-oldtown-1", "incident_district": "oldtown"}
NEAR = {"unit": "oldtown-1", "unit_district": "oldtown"}
CREW = "oldtown-1"


@pytest.fixture(params=[False, True], ids=["alive", "dying after every step"])
def scenario(new_scenario, request):
    started = new_scenario()
    started.crashing = request.param
    return started


@pytest.fixture
def lender(scenario):
    """Our unit has an order of another district's incident."""
    scenario.start(scenario.a_unit("riverside-1"))
    for step in (OrderStep.RESERVE, OrderStep.ISSUE):
        scenario.request_step(step, **FAR)
    return scenario


@pytest.fixture
def needer(scenario):
    """A crew of another district comes to our incident."""
    scenario.start()
    scenario.send_event()
    for step in (OrderStep.CLAIM, OrderStep.CLAIM_CONFIRMED):
        scenario.request_step(step, **NEAR)
    return scenario


def written(scenario, text="use gate 4"):
    """The letter of a message that is sent."""
    assert write_to(scenario, CREW, text).done
    (letter,) = scenario.posted(OrderMessage)
    return letter


def said_of(scenario, message, **known):
    """The city relays what became of it."""
    scenario._positions += 1
    letter = receipt_of(message, **known)
    return scenario.submit(CityLetterReceived(position=scenario._positions, letter=letter))


def told(scenario, count):
    return [(line.code, line.reason) for line in scenario.incident().history[-count:]]


def shown(lender):
    return view.crew_view(lender.state, "riverside-1").messages


# the unit's owner


def test_a_message_of_another_district_is_shown_once_however_often_it_comes(lender):
    for _ in range(3):
        lender.request_step(OrderStep.MESSAGE, **FAR, message=written_elsewhere())
        (receipt,) = lender.posted(MessageReceipt)
        assert (receipt.message, receipt.read_at, receipt.not_reached) == ("m-1", None, "")
    (message,) = shown(lender)
    assert (message.text, message.actor, message.district) == ("use gate 4", "Wang Wei", "oldtown")


def test_a_version_that_does_not_know_the_step_refuses_it_as_not_its_own(lender):
    """So the city hears from it that nobody saw the message."""
    answer = lender.request_step(OrderStep.UNKNOWN, **FAR)
    assert (answer.step, answer.verdict, answer.reason) == (
        OrderStep.UNKNOWN,
        OrderVerdict.REFUSED,
        "not_ours",
    )


def test_that_it_was_read_and_each_answer_go_back_and_a_repeat_says_all_of_it(lender):
    lender.request_step(OrderStep.MESSAGE, **FAR, message=written_elsewhere())
    assert reply_of(lender, "riverside-1").done
    (read,) = lender.posted(MessageReceipt)
    assert (read.read_at, read.replies) == (lender.clock.now(), ())
    assert reply_of(lender, "riverside-1").done, "once more changes nothing"
    assert lender.posted(MessageReceipt) == []
    assert reply_of(lender, "riverside-1", "on our way").done
    (answered,) = lender.posted(MessageReceipt)
    assert [one.text for one in answered.replies] == ["on our way"]
    lender.request_step(OrderStep.MESSAGE, **FAR, message=written_elsewhere())
    assert lender.posted(MessageReceipt) == [answered]


def test_a_message_for_an_order_that_is_over_or_unknown_reaches_nobody(lender):
    elsewhere = written_elsewhere(message="m-2", order="o-9")
    lender.request_step(OrderStep.MESSAGE, "o-9", **FAR, message=elsewhere)
    lender.work_through("riverside-1")
    lender.request_step(OrderStep.MESSAGE, **FAR, message=written_elsewhere())
    (receipt,) = lender.posted(MessageReceipt)
    assert (receipt.not_reached, shown(lender)) == (ORDER_OVER, ())


def test_what_the_crew_has_not_read_when_its_order_ends_is_said_not_to_have_reached_it(lender):
    for name in ("m-1", "m-2"):
        lender.request_step(OrderStep.MESSAGE, **FAR, message=written_elsewhere(message=name))
    reply_of(lender, "riverside-1", message="m-1")
    lender.press("riverside-1", CrewAction.CANNOT, reason="flat tyre")
    (receipt,) = lender.posted(MessageReceipt)
    assert (receipt.message, receipt.not_reached, shown(lender)) == ("m-2", ORDER_OVER, ())
    for message in ("m-1", "m-2"):
        late = reply_of(lender, "riverside-1", "late", message=message)
        assert (late.done, late.reason) == (False, "order_over")
    lender.request_step(OrderStep.MESSAGE, **FAR, message=written_elsewhere(message="m-1"))
    assert lender.posted(MessageReceipt)[0].read_at is not None, "it was read all the same"


def test_of_too_many_within_one_order_the_last_reach_nobody(lender):
    for number in range(ORDER_MESSAGES.value + 1):
        message = written_elsewhere(message=f"m-{number}")
        lender.request_step(OrderStep.MESSAGE, **FAR, message=message)
    assert lender.posted(MessageReceipt)[0].not_reached == CROWDED
    assert len(shown(lender)) == ORDER_MESSAGES.value


def test_one_that_own_messages_crowd_out_before_it_was_read_is_said_to_be(lender):
    lender.send_event()
    lender.request_step(OrderStep.MESSAGE, **FAR, message=written_elsewhere())
    for number in range(CREW_MESSAGES.value):
        write_to(lender, "riverside-1", f"m{number}")
    (receipt,) = lender.posted(MessageReceipt)
    assert (receipt.message, receipt.not_reached) == ("m-1", CROWDED)


def test_a_restored_city_receives_again_what_was_read(lender):
    lender.request_step(OrderStep.MESSAGE, **FAR, message=written_elsewhere())
    reply_of(lender, "riverside-1", "yes")
    lender.submit(CityLinkChanged(up=True, epoch="another-epoch"))
    (receipt,) = lender.posted(MessageReceipt)
    assert [one.text for one in receipt.replies] == ["yes"]


# the incident's owner


def test_a_message_to_a_foreign_crew_goes_to_the_city_and_the_history_says_how_far_it_is(needer):
    letter = written(needer)
    assert (letter.order, letter.unit, letter.text) == ("o-1", CREW, "use gate 4")
    said_of(needer, letter)
    said_of(needer, letter, read_at=7)
    answer = MessageReply(at=8, actor=CREW, text="on our way")
    for _ in range(2):
        said_of(needer, letter, read_at=7, replies=(answer,))
    assert told(needer, 4) == [
        ("message_sent_on", CREW),
        ("message_with_crew", ""),
        ("message_read", ""),
        ("message_answered", ""),
    ]
    (kept,) = needer.state.messages[CREW]
    assert (kept.reached_at, kept.read_at, kept.replies) == (letter.at, 7, (answer,))


def test_while_the_city_is_away_it_waits_and_the_history_says_so(needer):
    needer.submit(CityLinkChanged(up=False))
    said = write_to(needer, CREW, "use gate 4")
    assert (said.done, said.reason) == (True, "message_waits")
    assert needer.posted(OrderMessage), "letters wait for the link"
    assert told(needer, 1) == [("message_waits", CREW)]


@pytest.mark.parametrize("stage", [OrderStage.DONE, OrderStage.REFUSED, OrderStage.WITHDRAWN])
def test_what_nobody_said_anything_of_when_the_order_ends_did_not_reach_the_crew(needer, stage):
    letter = written(needer)
    for _ in range(2):
        needer.relay_progress(stage)
    said_of(needer, letter, not_reached=ORDER_OVER)
    codes = [line.code for line in needer.incident().history]
    assert codes.count("message_not_reached") == 1
    assert needer.state.messages[CREW][0].not_reached == ORDER_OVER


def test_a_receipt_counts_whenever_it_arrives(needer):
    letter = written(needer)
    needer.relay_progress(OrderStage.DONE)
    said_of(needer, letter, read_at=7)
    (kept,) = needer.state.messages[CREW]
    assert (kept.read_at, kept.not_reached) == (7, "")
    said_of(needer, letter, not_reached=ORDER_OVER)
    assert needer.state.messages[CREW] == (kept,)


def test_an_older_version_of_the_crews_district_is_named(needer):
    letter = written(needer)
    said_of(needer, letter, not_reached=OLDER_VERSION)
    assert told(needer, 1) == [("message_not_reached", OLDER_VERSION)]


def test_an_older_version_of_the_city_refuses_the_letter_and_nobody_is_said_to_have_it(needer):
    heard = written(needer, "heard of")
    said_of(needer, heard)
    letter = written(needer)
    with pytest.raises(MalformedError) as error:
        decode_up_letter(b"")
    needer.submit(LetterRefusedByCity(position=9, reason=str(error.value)))
    assert told(needer, 1) == [("message_not_reached", OLDER_VERSION)]
    known = {one.message: one.not_reached for one in needer.state.messages[CREW]}
    assert known == {heard.message: "", letter.message: OLDER_VERSION}


def test_a_crew_that_is_not_sent_to_this_case_or_not_any_more_is_no_crew_of_it(needer):
    assert write_to(needer, "oldtown-2", "hello").reason == "no_such_unit"
    needer.relay_progress(OrderStage.REFUSED)
    assert write_to(needer, CREW, "hello").reason == "no_such_unit"


def test_no_more_are_written_within_one_order_than_are_carried(needer):
    for number in range(ORDER_MESSAGES.value):
        assert write_to(needer, CREW, f"m{number}").done
    refused = write_to(needer, CREW, "one more")
    assert (refused.done, refused.reason) == (False, "written_often")
    assert "call its crew" in refused.detail


def test_a_city_that_went_back_in_time_gets_what_may_still_be_read_again(needer):
    letter = written(needer)
    needer.submit(CityLinkChanged(up=True, epoch="another-epoch"))
    assert needer.posted(OrderMessage) == [letter]
    needer.relay_progress(OrderStage.DONE)
    needer.submit(CityLinkChanged(up=True, epoch="a-third-epoch"))
    assert needer.posted(OrderMessage) == []


def test_answers_of_a_crew_whose_district_went_back_in_time_are_kept_beside_the_earlier(needer):
    letter = written(needer)
    first, second = (MessageReply(at=8, actor=CREW, text=text) for text in ("yes", "no"))
    said_of(needer, letter, read_at=7, replies=(first,))
    said_of(needer, letter, read_at=7, replies=(second,))
    said_of(needer, letter, read_at=7, replies=(replace(first, at=9), second))
    (kept,) = needer.state.messages[CREW]
    assert [one.text for one in kept.replies] == ["yes", "no"]
    many = tuple(MessageReply(at=8, actor=CREW, text=f"a{n}") for n in range(MESSAGE_REPLIES.value))
    said_of(needer, letter, read_at=7, replies=many)
    assert len(needer.state.messages[CREW][0].replies) == MESSAGE_REPLIES.value


def test_a_day_after_the_last_word_of_an_order_that_is_over_nothing_is_awaited(needer):
    letter = written(needer)
    needer.request_step(OrderStep.CLAIM_CANCELLED, **NEAR)
    assert needer.state.messages[CREW][0].not_reached == ""
    needer.wait(90_000)
    assert needer.state.messages[letter.unit][0].not_reached == ORDER_OVER


# how bad it is


def test_a_severity_that_is_set_goes_to_a_foreign_crew_through_the_city(needer):
    said = needer.act(OperatorVerb.SET_SEVERITY, severity=Severity.EXTREME)
    assert (said.done, said.reason) == (True, "correction_sent")
    assert told(needer, 1) == [("correction_sent", CREW)]
    assert needer.reports()[-1].severity is Severity.EXTREME


def test_a_source_that_says_graver_changes_the_task_of_an_own_crew(scenario):
    scenario.start(scenario.a_unit("riverside-1"))
    scenario.send_event()
    scenario.send_event(phase="update", severity=Severity.EXTREME)
    assert scenario.order_of("riverside-1").task.severity is Severity.EXTREME
