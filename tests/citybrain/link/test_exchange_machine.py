"""Two exchanges over a pair that loses, repeats, falls behind and dies at any point: every letter
takes effect once, in its order, or is declared at both ends; and when the pair heals, all of them
have. Bugs that are planted in the exchange are found.

A long run: `CITYBRAIN_STATEFUL=long .venv/bin/pytest` with this file.
"""

import os

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from link_machine import LinkMachine

from citybrain.link import exchange, inbound, outbound
from citybrain.link.effects import DiscardLetters
from citybrain.structs import replace

IS_LONG = os.environ.get("CITYBRAIN_STATEFUL") == "long"
pytestmark = pytest.mark.timeout(3_600 if IS_LONG else 180)
CHECKS = [HealthCheck.too_slow, HealthCheck.filter_too_much]
RUN = settings(
    max_examples=3_000 if IS_LONG else 150,
    stateful_step_count=60,
    deadline=None,
    suppress_health_check=CHECKS,
)
HUNT = settings(
    max_examples=400,
    stateful_step_count=60,
    deadline=None,
    suppress_health_check=CHECKS,
    phases=[Phase.generate],
    database=None,
    print_blob=False,
)


@pytest.mark.slow
def test_every_letter_takes_effect_once_or_is_declared():
    run_state_machine_as_test(LinkMachine, settings=RUN)


def test_the_pair_heals_when_it_was_cut_before_a_greeting_was_journaled():
    pair = LinkMachine()
    pair.post(who="district", letters=[b"good"])
    pair.connect()
    pair.deliver(way="up", count=1, back=0)
    pair.commit(who="city", count=1)
    pair.deliver(way="down", count=1, back=0)
    pair.teardown()


def _acknowledges_what_was_given(on_position):
    def planted(log, frame):
        after, frames, effects = on_position(log, frame)
        return (
            replace(after, journaled=after.offered),
            (*frames, *(inbound.Acknowledged(position=after.offered) for _ in effects)),
            effects,
        )

    return planted


def _resumes_one_too_far(resumed):
    def planted(*, after, next_):
        log = resumed(after=after, next_=next_)
        return replace(log, read=min(after + 1, next_ - 1)) if after else log

    return planted


def _discards_what_was_sent(on_letters):
    def planted(log, page, letters):
        after, frames, effects = on_letters(log, page, letters)
        return after, frames, (*effects, DiscardLetters(upto=after.sent))

    return planted


def _sends_on_behind_a_refused_letter(on_refused):
    def planted(log, frame):
        after, frames, effects = on_refused(log, frame)
        return (replace(after, sent=frame.position, read=frame.position), frames, effects)

    return planted


def _passes_over_a_rejected_letter(on_rejected):
    def planted(log, *, position, **given):
        after, frames, effects = on_rejected(log, position=position, **given)
        if after.stage is log.stage:
            return after, frames, effects
        return replace(log, journaled=max(log.journaled, position)), (), ()

    return planted


def _takes_answers_from_before_the_gap(_comes_again):
    return lambda _log, *, position, round_: position < 0 or round_ < 0


def _never_tells_of_a_rejected_letter(_refused):
    return lambda log: (log, (), ())


def _forgets_the_window(_wanted):
    def planted(log, *, window, page):
        return _wanted(log, window=10 * window, page=page)

    return planted


BUGS = {
    "what was only given to the journal is acknowledged": (
        inbound,
        "on_position",
        _acknowledges_what_was_given,
    ),
    "a stream resumes one letter too far": (outbound, "resumed", _resumes_one_too_far),
    "what was sent is discarded": (outbound, "on_letters", _discards_what_was_sent),
    "behind a refused letter the log goes on without its gap": (
        outbound,
        "on_refused",
        _sends_on_behind_a_refused_letter,
    ),
    "a rejected letter is passed over in silence": (
        inbound,
        "on_rejected",
        _passes_over_a_rejected_letter,
    ),
    "what stood behind a rejected letter is rejected with it": (
        inbound,
        "_comes_again",
        _takes_answers_from_before_the_gap,
    ),
    "the peer is never told of a rejected letter": (
        inbound,
        "_refused",
        _never_tells_of_a_rejected_letter,
    ),
    "the window is not kept": (outbound, "wanted", _forgets_the_window),
}


@pytest.mark.parametrize("bug", BUGS)
def test_a_bug_that_is_planted_is_found(bug, monkeypatch):
    module, name, plant = BUGS[bug]
    assert getattr(exchange, module.__name__.rpartition(".")[2]) is module
    monkeypatch.setattr(module, name, plant(getattr(module, name)))
    with pytest.raises(AssertionError):
        run_state_machine_as_test(LinkMachine, settings=HUNT)
