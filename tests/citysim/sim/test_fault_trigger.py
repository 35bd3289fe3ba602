"""Fault triggers: which armed fault is injected, by what, in which order, and how often."""

import pytest

from citysim.sim.fault_trigger import FaultTrigger


class Recorder:
    """A trigger, and the faults that it injected."""

    def __init__(self):
        self.trigger, self.injected = FaultTrigger(), []

    def arm(self, name="one", **options):
        def inject(occurrence):
            self.injected.append((name, occurrence))

        self.trigger.arm(name, inject, **options)

    def fire(self, *occurrences):
        for occurrence in occurrences:
            self.trigger.fire(occurrence)
        return self.injected


@pytest.fixture
def recorder():
    return Recorder()


def test_a_trigger_without_an_armed_fault_injects_nothing(recorder):
    assert recorder.fire(1) == []
    assert recorder.trigger.armed == ()


def test_a_fault_is_injected_with_the_occurrence(recorder):
    recorder.arm()
    assert recorder.trigger.armed == ("one",)
    assert recorder.fire(("a letter", "up")) == [("one", ("a letter", "up"))]


def test_it_is_injected_once(recorder):
    recorder.arm()
    assert recorder.fire(1, 2, 3) == [("one", 1)]


def test_a_fault_that_stays_armed_is_injected_every_time(recorder):
    recorder.arm(once=False)
    assert recorder.fire(1, 2, 3) == [("one", 1), ("one", 2), ("one", 3)]


def test_an_occurrence_that_does_not_meet_the_condition_leaves_it_armed(recorder):
    recorder.arm(condition=lambda number: number % 2 == 0)
    assert recorder.fire(1, 3, 4, 6) == [("one", 4)]


def test_the_first_occurrences_that_meet_the_condition_are_skipped(recorder):
    recorder.arm(condition=lambda number: number % 2 == 0, skip=2)
    assert recorder.fire(1, 2, 3, 4, 5) == [], "1, 3 and 5 are not counted"
    assert recorder.fire(6, 8) == [("one", 6)]


def test_a_fault_that_stays_armed_skips_at_the_beginning_only(recorder):
    recorder.arm(skip=1, once=False)
    assert recorder.fire(1, 2, 3) == [("one", 2), ("one", 3)]


def test_a_disarmed_fault_is_injected_no_more(recorder):
    recorder.arm("one", once=False)
    recorder.arm("other", once=False)
    recorder.trigger.disarm("one")
    assert recorder.fire(1) == [("other", 1)]


def test_a_fault_that_is_not_armed_can_be_disarmed(recorder):
    recorder.trigger.disarm("nobody")
    recorder.arm()
    recorder.fire(1)
    recorder.trigger.disarm("one")
    assert recorder.fire(2) == [("one", 1)]


def test_faults_are_injected_in_the_order_in_which_they_were_armed(recorder):
    for name in ("c", "a", "b"):
        recorder.arm(name)
    assert [name for name, _ in recorder.fire(1)] == ["c", "a", "b"]


def test_each_fault_skips_for_itself(recorder):
    recorder.arm("later", skip=1)
    recorder.arm("now")
    assert recorder.fire(1, 2) == [("now", 1), ("later", 2)]


def test_arming_again_replaces_what_was_armed_under_the_name(recorder):
    recorder.arm(skip=1, once=False)
    recorder.fire(1)
    recorder.arm(skip=1)
    assert recorder.fire(2, 3, 4) == [("one", 3)], "with its own options, and once"


def test_an_injected_fault_may_be_armed_again(recorder):
    for occurrence in (1, 2):
        recorder.arm()
        recorder.fire(occurrence)
    assert recorder.injected == [("one", 1), ("one", 2)]


def test_what_an_injection_raises_goes_to_the_caller_and_the_fault_is_disarmed(recorder):
    def inject(occurrence):
        recorder.injected.append(("dies", occurrence))
        raise KeyboardInterrupt  # as the end of a simulated process, no `Exception`

    recorder.trigger.arm("dies", inject)
    recorder.arm("next")
    with pytest.raises(KeyboardInterrupt):
        recorder.fire(1)
    assert recorder.injected == [("dies", 1)], "nobody is left to go on with the others"
    assert recorder.fire(2) == [("dies", 1), ("next", 2)]


def test_a_fault_that_arms_itself_again_is_injected_by_the_next_occurrence(recorder):
    def inject(occurrence):
        recorder.injected.append(("again", occurrence))
        recorder.trigger.arm("again", inject)

    recorder.trigger.arm("again", inject)
    assert recorder.fire(1) == [("again", 1)]
    assert recorder.fire(2) == [("again", 1), ("again", 2)]


def test_a_fault_that_is_armed_by_an_injection_is_injected_by_the_next_occurrence(recorder):
    recorder.trigger.arm("first", lambda _: recorder.arm("late"))
    assert recorder.fire(1) == []
    assert recorder.fire(2) == [("late", 2)]


def test_a_fault_that_an_earlier_injection_disarms_is_not_injected(recorder):
    recorder.trigger.arm("first", lambda _: recorder.trigger.disarm("second"))
    recorder.arm("second")
    assert recorder.fire(1) == []
