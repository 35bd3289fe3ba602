"""Faults of the outbox in memory: struck before or during a change nothing of it is kept, struck after it everything is."""

from dataclasses import replace

import pytest

from citybrain.domain.agent import Ack, RequestBatch
from citybrain.domain.event import VerificationRequest, VisibilityInterval
from citybrain.errors import StoreError, StoreFullError
from citybrain.ids import AgentId, CountingIds
from citybrain.journal.memory import Boundary, Crashed
from citybrain.vocabulary import Visibility
from street_agent.outbox.holding import Holding
from street_agent.outbox.memory import MemoryOutbox

BLIND = VisibilityInterval(
    source="cam", visibility=Visibility.BLIND, reason="black", since=0, until=None
)
REQUEST = VerificationRequest(
    request="q", incident="i", source="cam", rule="r", quiet_s=3.0, deadline=9
)


class Strike:
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


def keep_asked(outbox):
    outbox.keep_asked(RequestBatch(epoch="e", first=1, requests=(REQUEST,)))


CHANGES = pytest.mark.parametrize("change", [put, acknowledge, keep_asked])


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
    outbox.faults = Strike(boundary, Crashed())
    with pytest.raises(Crashed):
        change(outbox)
    found = what_is_there(outbox.crash())
    assert found == (after(change) if boundary is Boundary.AFTER else what_is_there(an_outbox()))


@CHANGES
def test_every_change_passes_every_boundary_once(change):
    outbox = an_outbox()
    outbox.faults = Strike(None, None)
    change(outbox)
    assert outbox.faults.seen == list(Boundary)


def test_what_changes_nothing_passes_no_boundary():
    outbox = an_outbox()
    keep_asked(outbox)
    outbox.faults = Strike(None, None)
    keep_asked(outbox)
    outbox.acknowledge(Ack(incarnation=outbox.incarnation + 1, contiguous=9))
    assert outbox.faults.seen == []


def test_the_next_process_finds_the_same_faults_and_a_dead_outbox_says_so():
    outbox = an_outbox()
    outbox.faults = Strike(Boundary.BEFORE, StoreFullError("the disk is full"))
    reopened = outbox.crash()
    assert reopened.faults is outbox.faults
    with pytest.raises(StoreError):
        outbox.stats()


@pytest.mark.parametrize("boundary", [Boundary.BEFORE, Boundary.DURING])
def test_a_full_disk_keeps_nothing_and_what_was_held_is_put_later(boundary):
    outbox = an_outbox()
    outbox.faults = Strike(boundary, StoreFullError("the disk is full"))
    holding = Holding(outbox)
    assert holding.put([BLIND]) == ()
    assert outbox.stats().rows == 2
    assert holding.put([replace(BLIND, reason="frozen")]) == (3, 4)
