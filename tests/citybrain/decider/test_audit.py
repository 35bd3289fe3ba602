"""The auditor of timers."""

from citybrain.clock import SECOND_US, Timestamp
from citybrain.decider.audit import overdue
from citybrain.ids import TimerId
from citybrain.journal.port import Batch, Timer


def test_only_what_is_late_by_more_than_the_grace_is_overdue(store):
    timers = [
        Timer(
            timer=TimerId(f"t{seconds}"), due=Timestamp(seconds * SECOND_US), subject="s", version=0
        )
        for seconds in (8, 9, 10, 11)
    ]
    store.commit(Batch(timers_set=tuple(timers)))
    at = Timestamp(10 * SECOND_US)
    assert [timer.timer for timer in overdue(store, at)] == ["t8", "t9"]
    assert [timer.timer for timer in overdue(store, at, grace_s=2)] == ["t8"]
    assert overdue(store, at, grace_s=5) == ()
