"""A full disk: alarms wait in memory, what does not fit is declared, and room brings everything
back by itself."""

import pytest

from citybrain.domain.agent import Ack
from citybrain.domain.event import Event, LossCount
from citybrain.errors import StoreFullError
from citybrain.vocabulary import Severity
from street_agent.outbox.disk_full_buffer import (
    BUFFERED_DRAFTS,
    DISK_FULL,
    RETRY_BATCH,
    DiskFullBuffer,
)
from street_agent.outbox.memory import MemoryOutbox
from street_agent.outbox.port import PendingRange
from street_agent.outbox.priority import GAP_PRIORITY


class FullableOutbox(MemoryOutbox):
    """A disk that can be full."""

    is_full = False

    def put(self, drafts):
        if self.is_full:
            raise StoreFullError("no space left on device")
        return super().put(drafts)

    def acknowledge(self, ack):
        if self.is_full:
            raise StoreFullError("no space left on device")
        return super().acknowledge(ack)


@pytest.fixture
def disk():
    return FullableOutbox()


@pytest.fixture
def outbox(disk):
    return DiskFullBuffer(disk)


def kept(outbox):
    return [
        row.item
        for priority in range(GAP_PRIORITY, -1, -1)
        for row in outbox.pending(PendingRange(priority=priority, after=0, before=2**60), 10_000)
    ]


def test_with_room_it_behaves_as_the_outbox(outbox, disk, an_event):
    assert outbox.put([an_event(1), an_event(2)]) == (1, 2)
    assert outbox.stats() == disk.stats()
    assert outbox.incarnation == disk.incarnation
    assert outbox.hello("box").next_seq == 3
    assert outbox.acknowledge(Ack(incarnation=disk.incarnation, contiguous=1)) == 1
    assert outbox.buffered == 0


def test_drafts_that_a_full_disk_refused_are_stored_when_there_is_room(outbox, disk, an_event):
    disk.is_full = True
    assert outbox.put([an_event(1)]) == outbox.put([an_event(2)]) == ()
    assert outbox.buffered == 2
    disk.is_full = False
    assert outbox.put([an_event(3)]) == (1, 2, 3)
    assert [item.content.episode for item in kept(outbox)] == ["e-1", "e-2", "e-3"]
    assert outbox.buffered == 0


def test_a_full_disk_is_logged_at_its_beginning_and_its_end(outbox, disk, an_event, caplog):
    disk.is_full = True
    outbox.put([an_event(1)])
    outbox.put([an_event(2)])
    disk.is_full = False
    outbox.retry()
    outbox.retry()
    assert [record.levelname for record in caplog.records] == ["ERROR", "WARNING"]


def test_retry_needs_no_new_event(outbox, disk, an_event):
    disk.is_full = True
    outbox.put([an_event(1)])
    assert outbox.retry() == ()
    disk.is_full = False
    assert outbox.retry() == (1,)
    assert outbox.retry() == ()


def test_overflow_of_the_buffer_is_declared_lowest_severity_first(outbox, disk, an_event):
    disk.is_full = True
    outbox.put([an_event(number, Severity.SEVERE) for number in range(10)])
    outbox.put([an_event(number) for number in range(BUFFERED_DRAFTS.value + 5)])
    assert outbox.buffered == BUFFERED_DRAFTS.value
    disk.is_full = False
    seqs = outbox.retry()
    assert seqs == tuple(range(2, BUFFERED_DRAFTS.value + 2))
    items = kept(outbox)
    gap = items[0].content
    assert (gap.reason, gap.losses) == (
        DISK_FULL,
        (LossCount(severity=Severity.MINOR, rule="r", count=15),),
    )
    assert (
        sum(
            1
            for item in items
            if isinstance(item.content, Event) and item.content.severity == Severity.SEVERE
        )
        == 10
    )


def test_an_ack_that_a_full_disk_refused_changes_nothing(outbox, disk, an_event):
    outbox.put([an_event(1)])
    disk.is_full = True
    with pytest.raises(StoreFullError):
        outbox.acknowledge(Ack(incarnation=disk.incarnation, contiguous=1))
    disk.is_full = False
    assert outbox.acknowledge(Ack(incarnation=disk.incarnation, contiguous=1)) == 1


def test_buffered_drafts_count_as_stored_and_given_up_ones_as_lost(outbox, disk, an_event):
    disk.is_full = True
    outbox.put([an_event(number) for number in range(BUFFERED_DRAFTS.value + 5)])
    assert (outbox.stats().rows, outbox.stats().lost) == (BUFFERED_DRAFTS.value, 5)
    disk.is_full = False
    outbox.retry()
    assert (outbox.stats().rows, outbox.stats().lost) == (BUFFERED_DRAFTS.value + 1, 5)


def test_a_disk_that_stays_full_is_tried_with_a_part_of_the_backlog(outbox, disk, an_event):
    tried = []
    put = disk.put
    disk.put = lambda drafts: tried.append(len(drafts)) or put(drafts)
    disk.is_full = True
    outbox.put([an_event(number) for number in range(500)])
    outbox.retry()
    assert tried == [500, RETRY_BATCH]
    disk.is_full = False
    assert outbox.retry() == tuple(range(1, 501)), "and with all of it once there is room, in order"
    assert [item.content.episode for item in kept(outbox)] == [
        f"e-{number}" for number in range(500)
    ]
