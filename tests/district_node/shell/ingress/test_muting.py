"""Who is muted: by how much came of whom, for how long, and never an honest box beside them."""

import pytest

from citybrain.clock import ManualClock
from district_node.shell.ingress.limits import (
    EXCESS,
    EXCESS_SHARE,
    FLOOD,
    FLOOD_RATE,
    MUTED_FIRST,
    MUTED_MAX,
)
from district_node.shell.ingress.muting import Muting

BOXES = {"box-1", "box-2", "flooder", "second"}


@pytest.fixture
def clock():
    return ManualClock()


@pytest.fixture
def muting(clock):
    return Muting(clock, lambda floods: bool(BOXES - floods))


def seconds(clock, muting, count, *sent, **how):
    """So many seconds of the same; whether somebody was muted by it."""
    found = False
    for _ in range(count + 1):  # what a second was shows in the next
        for name, each in sent:
            found = muting.add(name, each, **how) or found
        clock.advance(1)
    return found


@pytest.mark.parametrize("a_second", [FLOOD.value, 2_000, FLOOD_RATE.value + 100])
def test_who_sends_more_than_a_box_has_to_say_is_muted_soon_though_nothing_else_comes(
    clock, muting, a_second
):
    """A broker that is busy with a flood passes on little of it, and nothing of the others."""
    most_s = FLOOD.value // (a_second - FLOOD_RATE.value) + 2
    assert seconds(clock, muting, most_s, ("flooder", a_second))
    assert muting.names() == {"flooder"}


def test_a_flood_that_nobody_could_wait_behind_is_read(clock):
    alone = Muting(clock, lambda floods: bool({"flooder"} - floods))
    assert not seconds(clock, alone, 10, ("flooder", 10 * FLOOD.value))
    assert alone.names() is None


def test_a_whole_outbox_at_once_is_no_flood(clock, muting):
    assert not seconds(clock, muting, 0, ("box-2", FLOOD.value - 1), ("box-1", 1))
    assert not seconds(clock, muting, 1, ("box-2", FLOOD_RATE.value), ("box-1", 1))


def test_what_is_just_no_flood_goes_on_for_ever(clock, muting):
    assert not seconds(clock, muting, 60, ("box-2", FLOOD_RATE.value), ("box-1", 1))


def test_of_many_names_those_are_muted_of_whom_most_is_dropped(clock, muting):
    each = EXCESS_SHARE.value
    many = [(f"made-up-{n}", each) for n in range(EXCESS.value // each)]
    honest = ("box-1", each - 1)
    assert seconds(clock, muting, 1, *many, honest, is_dropped=True)
    assert muting.names() == {name for name, _ in many}


def test_a_few_dropped_messages_mute_nobody(clock, muting):
    assert not seconds(clock, muting, 20, ("box-2", EXCESS.value - 1), is_dropped=True)


def muted_for(clock, muting):
    """Floods until it is muted; for how long that is."""
    while not muting.add("flooder", FLOOD.value):
        muting.add("box-1")
        clock.advance(1)
    return muting.wait_s()


def test_it_is_read_again_and_muted_for_twice_as_long_while_it_goes_on(clock, muting):
    times = []
    for _ in range(5):
        times.append(muted_for(clock, muting))
        clock.advance(times[-1])
        assert muting.names() is None
    first, most = MUTED_FIRST.value, MUTED_MAX.value
    assert times == [first, 2 * first, 4 * first, most, most]
    clock.advance(most)
    assert muted_for(clock, muting) == first, "it was quiet for long"


def test_another_that_begins_meanwhile_is_muted_until_the_same_time(clock, muting):
    seconds(clock, muting, 2, ("flooder", FLOOD.value), ("box-1", 1))
    left_s = muting.wait_s()
    assert seconds(clock, muting, 2, ("second", FLOOD.value), ("box-1", 1))
    assert muting.names() == {"flooder", "second"}
    assert muting.wait_s() == left_s - 3


def test_what_the_broker_still_had_of_it_mutes_nobody_anew(clock, muting):
    seconds(clock, muting, 2, ("flooder", FLOOD.value), ("box-1", 1))
    assert not seconds(clock, muting, 1, ("flooder", FLOOD.value), ("box-1", 1))
