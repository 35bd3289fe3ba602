"""A timer's text names its kind and subject, whatever characters the subject has."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citybrain.errors import MalformedError
from district_node.cores.flows.timers import INCIDENT_TIMERS
from district_node.cores.timer_keys import TimerKey, TimerKind, timer_id, timer_key

keys = st.builds(
    TimerKey,
    st.sampled_from(TimerKind),
    st.lists(st.text(min_size=1), min_size=1, max_size=4).map(tuple),
)


@given(keys)
def test_a_key_reads_back_the_same(key):
    assert timer_key(timer_id(key)) == key


@given(keys, keys)
def test_two_keys_have_two_texts(one, other):
    assert (timer_id(one) == timer_id(other)) == (one == other)


@pytest.mark.parametrize("text", ["guard/inc-1", '["tea",["inc-1"]]', "[]"])
def test_the_text_of_no_timer_is_refused(text):
    with pytest.raises(MalformedError):
        timer_key(text)


def test_every_kind_about_an_incident_alone_has_its_function():
    with_more = {TimerKind.CLOCK, TimerKind.CLAIM}
    of_units = {TimerKind.DUTY, TimerKind.CREW}
    of_orders = {TimerKind.RESERVATION, TimerKind.EVICT_ORDER}
    others = {*of_units, *of_orders, TimerKind.EARLY_END, TimerKind.FORGET}
    others.add(TimerKind.WATCH)
    assert set(INCIDENT_TIMERS) == set(TimerKind) - with_more - others
