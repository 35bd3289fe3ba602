"""How many new names a minute lab mode listens to."""

import pytest

from citybrain.clock import ManualClock
from district_node.limits import NEW_NAMES
from district_node.shell.ingress.beginners import Beginners


@pytest.fixture
def clock():
    return ManualClock()


def test_so_many_begin_within_a_minute_and_go_on(clock):
    beginners = Beginners(clock)
    begun = [n for n in range(300) if beginners.may_begin(f"made-up-{n}")]
    assert begun == list(range(NEW_NAMES.value))
    assert beginners.may_begin("made-up-0"), "it is one of them"
    assert not beginners.may_begin("box-1")


def test_a_minute_later_others_may(clock):
    beginners = Beginners(clock)
    for n in range(300):
        beginners.may_begin(f"made-up-{n}")
    clock.advance(59)
    assert not beginners.may_begin("box-1")
    clock.advance(1)
    assert beginners.may_begin("box-1")
