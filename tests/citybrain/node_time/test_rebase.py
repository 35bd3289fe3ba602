"""A rebase moves every time of a node and keeps their order: what has passed stays, what is to come
keeps what is left of it.
"""

from typing import NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from citybrain.clock import Timestamp
from citybrain.decider.command import SetTimer
from citybrain.node_time.rebase import Rebase, rebased
from citybrain.sorted_map import SortedMap
from citybrain.structs import Struct

times = st.integers(0, 10**6).map(Timestamp)
rebases = st.builds(
    lambda now, micros: Rebase(micros=max(micros, -now), at=Timestamp(now + max(micros, -now))),
    times,
    st.integers(-(10**6), 10**6),
)


@given(rebases, times, times)
def test_the_order_of_times_is_kept(rebase, one, other):
    assert rebase.moved(min(one, other)) <= rebase.moved(max(one, other))


@given(rebases, times)
def test_what_is_to_come_keeps_what_is_left_and_nothing_past_comes_to_lie_ahead(rebase, time):
    was_now = rebase.at - rebase.micros
    if time > was_now:
        assert rebase.moved(time) - rebase.at == time - was_now
    else:
        assert rebase.moved(time) <= min(time, rebase.at)
        assert rebase.moved(time) == time or rebase.moved(time) == rebase.at


@given(rebases, times)
def test_timers_move_with_the_deadlines_they_stand_for(rebase, due):
    timer = SetTimer(timer="t", due=due, subject="s", version=3)
    (moved,) = rebase.timers((timer,))
    assert (moved.due, moved.version) == (rebase.moved(due), 3)


class Key(NamedTuple):
    due: Timestamp
    name: str


class Received(Struct, frozen=True, kw_only=True):
    at: Timestamp


class Inner(Struct, frozen=True, kw_only=True):
    due: Timestamp | None = None
    theirs: Timestamp = Timestamp(90)
    count: int = 90


class Outer(Struct, frozen=True, kw_only=True):
    inner: Inner
    many: tuple[Inner, ...] = ()
    pair: tuple[str, Timestamp] = ("a", Timestamp(90))
    keyed: SortedMap[Key, Received | Inner | None]
    heard: Received
    name: str = "n"


def test_every_time_of_a_state_is_found_wherever_it_stands_and_no_other_number():
    state = Outer(
        inner=Inner(due=Timestamp(200)),
        many=(Inner(), Inner(due=Timestamp(90))),
        keyed=SortedMap(
            [(Key(Timestamp(150), "k"), Inner(due=Timestamp(150))), (Key(Timestamp(10), "n"), None)]
        ),
        heard=Received(at=Timestamp(95)),
    )
    rebase = Rebase(micros=-50, at=Timestamp(50))
    foreign = frozenset({(Inner, "theirs"), (Received, "")})
    assert rebased(state, rebase, foreign) == Outer(
        inner=Inner(due=Timestamp(150)),
        many=(Inner(), Inner(due=Timestamp(50))),
        pair=("a", Timestamp(50)),
        keyed=SortedMap(
            [(Key(Timestamp(100), "k"), Inner(due=Timestamp(100))), (Key(Timestamp(10), "n"), None)]
        ),
        heard=Received(at=Timestamp(95)),
    )
