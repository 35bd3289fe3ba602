"""What every request store promises downwards: stored in order, once, until answered."""

from citybrain.domain.agent import RequestAck, RequestBatch
from citybrain.domain.event import VerificationRequest, VerificationResult
from citybrain.ids import IncidentId, RequestId, RuleId, SourceId, StoreEpoch
from citybrain.vocabulary import VerificationVerdict
from street_agent.outbox.request_log import EPOCHS_MAX, OPEN_REQUESTS


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


def a_batch(first, *numbers, epoch="e"):
    return RequestBatch(
        epoch=StoreEpoch(epoch), first=first, requests=tuple(request(number) for number in numbers)
    )


def opened(outbox):
    return [one.request for one in outbox.open_requests()]


def test_requests_are_stored_and_acknowledged_by_their_last_number(outbox):
    assert outbox.store_requests(a_batch(1, 1, 2)) == RequestAck(epoch="e", contiguous=2)
    assert outbox.store_requests(a_batch(3, 3)) == RequestAck(epoch="e", contiguous=3)
    assert outbox.open_requests() == (request(1), request(2), request(3))


def test_repeated_requests_are_not_stored_again_and_an_overlap_is_recognised(outbox):
    outbox.store_requests(a_batch(1, 1, 2))
    outbox.put([answer(1)])
    assert outbox.store_requests(a_batch(1, 1, 2)) == RequestAck(epoch="e", contiguous=2)
    assert outbox.store_requests(a_batch(2, 2, 3)) == RequestAck(epoch="e", contiguous=3)
    assert opened(outbox) == ["q-2", "q-3"]


def test_requests_that_the_district_no_longer_has_are_not_awaited(outbox):
    """It sends from the first that nobody acknowledged: an outbox made anew must not wait for what
    the lost one had acknowledged."""
    assert outbox.store_requests(a_batch(57, 57, 58)) == RequestAck(epoch="e", contiguous=58)
    assert outbox.store_requests(a_batch(60, 60)) == RequestAck(epoch="e", contiguous=60)
    assert opened(outbox) == ["q-57", "q-58", "q-60"]


def test_a_late_message_removes_nothing(outbox):
    outbox.store_requests(a_batch(57, 57, 58))
    assert outbox.store_requests(a_batch(1, 1, 2)) == RequestAck(epoch="e", contiguous=58)
    assert opened(outbox) == ["q-57", "q-58"]


def test_a_stored_result_closes_its_request(outbox):
    outbox.store_requests(a_batch(1, 1, 2))
    outbox.put([answer(1)])
    assert opened(outbox) == ["q-2"]


def test_requests_positions_and_results_outlive_a_crash(outboxes):
    outbox = outboxes.new()
    outbox.store_requests(a_batch(1, 1, 2))
    outbox.put([answer(1)])
    outbox = outboxes.crash(outbox)
    assert opened(outbox) == ["q-2"]
    assert outbox.request_acks() == (RequestAck(epoch="e", contiguous=2),)
    outbox.close()


def test_a_restored_district_counts_anew_under_its_own_epoch(outbox):
    outbox.store_requests(a_batch(1, 1, 2, epoch="old"))
    assert outbox.store_requests(a_batch(1, 7, epoch="new")) == RequestAck(
        epoch="new", contiguous=1
    )
    assert opened(outbox) == ["q-1", "q-2", "q-7"]
    assert outbox.request_acks()[-1].epoch == "new"


def test_only_the_newest_epochs_are_remembered(outbox):
    for number in range(EPOCHS_MAX + 3):
        outbox.store_requests(a_batch(1, number, epoch=f"e{number}"))
    assert [ack.epoch for ack in outbox.request_acks()] == [
        f"e{number}" for number in range(3, EPOCHS_MAX + 3)
    ]


def test_requests_are_open_by_deadline(outbox):
    outbox.store_requests(
        RequestBatch(
            epoch=StoreEpoch("e"),
            first=1,
            requests=(request(1, deadline=30), request(2, deadline=10), request(3, deadline=20)),
        )
    )
    assert opened(outbox) == ["q-2", "q-3", "q-1"]


def test_more_requests_than_the_limit_wait_at_the_district(outbox):
    many = RequestBatch(
        epoch=StoreEpoch("e"),
        first=1,
        requests=tuple(request(number) for number in range(OPEN_REQUESTS + 5)),
    )
    assert outbox.store_requests(many) == RequestAck(epoch="e", contiguous=OPEN_REQUESTS)
    outbox.put([answer(0), answer(1)])
    assert outbox.store_requests(many) == RequestAck(epoch="e", contiguous=OPEN_REQUESTS + 2)


def test_without_requests_there_is_nothing_to_acknowledge(outbox):
    assert outbox.open_requests() == ()
    assert outbox.request_acks() == ()
