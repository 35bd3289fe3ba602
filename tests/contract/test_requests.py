"""What every agent's book of requests promises downwards: kept in order, once, until answered."""

from citybrain.domain.agent import RequestAck, RequestBatch
from citybrain.domain.event import VerificationRequest, VerificationResult
from citybrain.ids import IncidentId, RequestId, RuleId, SourceId, StoreEpoch
from citybrain.vocabulary import VerificationVerdict
from street_agent.outbox.requests import EPOCHS_KEPT, OPEN_REQUESTS


def request(number, deadline=None):
    return VerificationRequest(
        request=RequestId(f"q-{number}"),
        incident=IncidentId("i"),
        source=SourceId("cam"),
        rule=RuleId("r"),
        quiet_s=3.0,
        deadline=number if deadline is None else deadline,
    )


def answer(number):
    return VerificationResult(
        request=RequestId(f"q-{number}"),
        incident=IncidentId("i"),
        source=SourceId("cam"),
        verdict=VerificationVerdict.CLEAR,
        reason="",
        observed_s=3.0,
        measurements={},
        answered_at=0,
    )


def asked(first, *numbers, epoch="e"):
    return RequestBatch(
        epoch=StoreEpoch(epoch), first=first, requests=tuple(request(number) for number in numbers)
    )


def opened(outbox):
    return [one.request for one in outbox.open_requests()]


def test_requests_are_kept_and_acknowledged_by_their_last_number(outbox):
    assert outbox.keep_asked(asked(1, 1, 2)) == RequestAck(epoch="e", contiguous=2)
    assert outbox.keep_asked(asked(3, 3)) == RequestAck(epoch="e", contiguous=3)
    assert outbox.open_requests() == (request(1), request(2), request(3))


def test_what_comes_again_is_not_kept_again_and_the_overlap_is_told_apart(outbox):
    outbox.keep_asked(asked(1, 1, 2))
    outbox.put([answer(1)])
    assert outbox.keep_asked(asked(1, 1, 2)) == RequestAck(epoch="e", contiguous=2)
    assert outbox.keep_asked(asked(2, 2, 3)) == RequestAck(epoch="e", contiguous=3)
    assert opened(outbox) == ["q-2", "q-3"]


def test_what_the_district_keeps_no_more_is_not_waited_for(outbox):
    """It sends from the first that nobody acknowledged: an outbox made anew must not wait for what the lost one had acknowledged."""
    assert outbox.keep_asked(asked(57, 57, 58)) == RequestAck(epoch="e", contiguous=58)
    assert outbox.keep_asked(asked(60, 60)) == RequestAck(epoch="e", contiguous=60)
    assert opened(outbox) == ["q-57", "q-58", "q-60"]


def test_a_message_that_comes_late_takes_nothing_back(outbox):
    outbox.keep_asked(asked(57, 57, 58))
    assert outbox.keep_asked(asked(1, 1, 2)) == RequestAck(epoch="e", contiguous=58)
    assert opened(outbox) == ["q-57", "q-58"]


def test_an_answer_that_is_put_closes_its_request(outbox):
    outbox.keep_asked(asked(1, 1, 2))
    outbox.put([answer(1)])
    assert opened(outbox) == ["q-2"]


def test_requests_marks_and_answers_survive_a_crash(outboxes):
    outbox = outboxes.new()
    outbox.keep_asked(asked(1, 1, 2))
    outbox.put([answer(1)])
    outbox = outboxes.crash(outbox)
    assert opened(outbox) == ["q-2"]
    assert outbox.request_acks() == (RequestAck(epoch="e", contiguous=2),)
    outbox.close()


def test_a_restored_district_counts_anew_under_its_own_epoch(outbox):
    outbox.keep_asked(asked(1, 1, 2, epoch="old"))
    assert outbox.keep_asked(asked(1, 7, epoch="new")) == RequestAck(epoch="new", contiguous=1)
    assert opened(outbox) == ["q-1", "q-2", "q-7"]
    assert outbox.request_acks()[-1].epoch == "new"


def test_only_the_newest_epochs_are_remembered(outbox):
    for number in range(EPOCHS_KEPT + 3):
        outbox.keep_asked(asked(1, number, epoch=f"e{number}"))
    assert [ack.epoch for ack in outbox.request_acks()] == [
        f"e{number}" for number in range(3, EPOCHS_KEPT + 3)
    ]


def test_requests_are_open_by_deadline(outbox):
    outbox.keep_asked(
        RequestBatch(
            epoch=StoreEpoch("e"),
            first=1,
            requests=(request(1, deadline=30), request(2, deadline=10), request(3, deadline=20)),
        )
    )
    assert opened(outbox) == ["q-2", "q-3", "q-1"]


def test_more_requests_than_a_box_can_look_after_wait_at_the_district(outbox):
    many = RequestBatch(
        epoch=StoreEpoch("e"),
        first=1,
        requests=tuple(request(number) for number in range(OPEN_REQUESTS + 5)),
    )
    assert outbox.keep_asked(many) == RequestAck(epoch="e", contiguous=OPEN_REQUESTS)
    outbox.put([answer(0), answer(1)])
    assert outbox.keep_asked(many) == RequestAck(epoch="e", contiguous=OPEN_REQUESTS + 2)


def test_a_box_that_was_never_asked_has_nothing_to_say(outbox):
    assert outbox.open_requests() == ()
    assert outbox.request_acks() == ()
