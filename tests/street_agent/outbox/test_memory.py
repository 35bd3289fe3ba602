"""Injected faults of the outbox in memory: before or during a change nothing of it is stored, after
it everything is."""

import pytest

from citybrain.domain.agent import Ack, RequestBatch
from citybrain.domain.event import VerificationRequest, VisibilityInterval
from citybrain.errors import StoreError, StoreFullError
from citybrain.ids import AgentId, CountingIds
from citybrain.journal.memory import Boundary, Crashed
from citybrain.structs import replace
from citybrain.vocabulary import Visibility
from street_agent.outbox.disk_full_buffer import DiskFullBuffer
from street_agent.outbox.memory import MemoryOutbox

BLIND = VisibilityInterval(
    source="cam", visibility=Visibility.BLIND, reason="black", since=0, until=None
)
REQUEST = VerificationRequest(
    request="q", incident="i", source="cam", rule="r", quiet_s=3.0, deadline=9
)


class InjectedFault:
    """Raises `what` at `where`, once."""

    def __init__(self, where, what):
        self.where, self.what, self.seen = where, what, []

    def __call__(self, boundary):
        self.seen.append(boundary)
        if boundary is self.where:
            self.where = None
            raise self.what


def put(outbox):
    outbox.put([BLIND])


def acknowledge(outbox):
    outbox.acknowledge(Ack(incarnation=outbox.incarnation, contiguous=1))


def store_requests(outbox):
    outbox.store_requests(RequestBatch(epoch="e", first=1, requests=(REQUEST,)))


CHANGES = pytest.mark.parametrize("change", [put, acknowledge, store_requests])


def what_is_there(outbox):
    return (
        outbox.hello(AgentId("box")),
        outbox.stats(),
        outbox.open_requests(),
        outbox.request_acks(),
    )


def an_outbox():
    outbox = MemoryOutbox(ids=CountingIds())
    outbox.put([BLIND, BLIND])
    return outbox


def after(change):
    outbox = an_outbox()
    change(outbox)
    return what_is_there(outbox)


@CHANGES
@pytest.mark.parametrize("boundary", list(Boundary))
def test_a_crash_leaves_all_of_a_change_or_nothing(change, boundary):
    outbox = an_outbox()
    outbox.faults = InjectedFault(boundary, Crashed())
    with pytest.raises(Crashed):
        change(outbox)
    found = what_is_there(outbox.crash())
    assert found == (after(change) if boundary is Boundary.AFTER else what_is_there(an_outbox()))


@CHANGES
def test_every_change_passes_every_boundary_once(change):
    outbox = an_outbox()
    outbox.faults = InjectedFault(None, None)
    change(outbox)
    assert outbox.faults.seen == list(Boundary)


def test_what_changes_nothing_passes_no_boundary():
    outbox = an_outbox()
    store_requests(outbox)
    outbox.faults = InjectedFault(None, None)
    store_requests(outbox)
    outbox.acknowledge(Ack(incarnation=outbox.incarnation + 1, contiguous=9))
    assert outbox.faults.seen == []


def test_a_reopened_outbox_has_the_same_faults_and_a_crashed_one_is_closed():
    outbox = an_outbox()
    outbox.faults = InjectedFault(Boundary.BEFORE, StoreFullError("the disk is full"))
    reopened = outbox.crash()
    assert reopened.faults is outbox.faults
    with pytest.raises(StoreError):
        outbox.stats()


@pytest.mark.parametrize("boundary", [Boundary.BEFORE, Boundary.DURING])
def test_a_full_disk_stores_nothing_and_buffered_drafts_are_stored_later(boundary):
    outbox = an_outbox()
    outbox.faults = InjectedFault(boundary, StoreFullError("the disk is full"))
    buffer = DiskFullBuffer(outbox)
    assert buffer.put([BLIND]) == ()
    assert outbox.stats().rows == 2
    assert buffer.put([replace(BLIND, reason="frozen")]) == (3, 4)
