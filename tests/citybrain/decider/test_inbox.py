"""A bounded queue whose reader takes groups."""

import threading

import pytest

from citybrain.decider.inbox import Inbox
from citybrain.errors import NodeStoppingError, QueueFullError


def test_what_was_put_is_taken_in_order_and_in_groups():
    inbox = Inbox(capacity=10)
    for number in range(5):
        inbox.put(number)
    assert inbox.take(limit=3, within_s=0, linger_s=0) == [0, 1, 2]
    assert inbox.take(limit=3, within_s=0, linger_s=0) == [3, 4]
    assert inbox.take(limit=3, within_s=0, linger_s=0) == []


def test_a_full_queue_refuses_and_keeps_what_it_has():
    inbox = Inbox(capacity=2)
    inbox.put("a")
    inbox.put("b")
    with pytest.raises(QueueFullError, match="2 inputs wait"):
        inbox.put("c")
    assert inbox.take(limit=9, within_s=0, linger_s=0) == ["a", "b"]
    inbox.put("c")


def test_a_closed_queue_refuses_but_gives_what_it_has():
    inbox = Inbox(capacity=9)
    inbox.put("a")
    inbox.close()
    with pytest.raises(NodeStoppingError):
        inbox.put("b")
    assert not inbox.is_drained
    assert inbox.take(limit=9, within_s=None, linger_s=9) == ["a"]
    assert inbox.is_drained
    assert inbox.take(limit=9, within_s=None, linger_s=0) == []


def test_a_taker_that_waits_is_woken_by_the_first_and_waits_for_company_until_the_group_is_full():
    inbox, taken = Inbox(capacity=99), []
    taker = threading.Thread(
        target=lambda: taken.append(inbox.take(limit=50, within_s=20, linger_s=20))
    )
    taker.start()
    for number in range(50):
        inbox.put(number)
    taker.join(15)
    assert taken == [list(range(50))]


def test_a_taker_that_waits_is_woken_by_the_close():
    inbox, taken = Inbox(capacity=9), []
    taker = threading.Thread(
        target=lambda: taken.append(inbox.take(limit=5, within_s=None, linger_s=0))
    )
    taker.start()
    inbox.close()
    taker.join(15)
    assert taken == [[]]
