"""Wherever the agent crashes: an episode has one start and one end, and no time is left
undeclared."""

import pytest

from citybrain.clock import SECOND_US
from citybrain.domain.event import (
    Event,
    VisibilityInterval,
)
from citybrain.journal.memory import Boundary, Crashed
from citybrain.vocabulary import Phase
from street_agent.core.coverage_log import AGENT_DOWN


@pytest.mark.parametrize("store", ["outbox", "checkpoints"])
@pytest.mark.parametrize("boundary", list(Boundary))
def test_an_episode_is_one_episode_wherever_the_agent_crashed_at_its_start(agent, store, boundary):
    agent.start().read(0.5)
    crash_once(getattr(agent, store), boundary)
    with pytest.raises(Crashed):
        agent.read(1.5)
    agent.crash().start()
    for value in (1.5, 1.5, 0.5, 0.5, 0.5):
        agent.read(value)
    assert agent.events() == [Phase.START, Phase.END]
    assert len({event.episode for event in agent.of(Event)}) == 1


@pytest.mark.parametrize("store", ["outbox", "checkpoints"])
@pytest.mark.parametrize("boundary", list(Boundary))
def test_an_episode_has_one_end_wherever_the_agent_crashed_at_it(agent, store, boundary):
    agent.start().read(1.5)
    agent.read(0.5).read(0.5)
    crash_once(getattr(agent, store), boundary)
    with pytest.raises(Crashed):
        read_until_crash(agent)
    agent.crash().start()
    for _ in range(5):
        agent.read(0.5)
    assert agent.events() == [Phase.START, Phase.END]


@pytest.mark.parametrize("store", ["outbox", "checkpoints"])
@pytest.mark.parametrize("boundary", list(Boundary))
def test_the_time_between_two_runs_is_declared_wherever_the_second_one_crashed(
    agent, store, boundary
):
    agent.start().read(0.5)
    last_alive = agent.time.at - SECOND_US
    agent.crash()
    agent.time.at += 60 * SECOND_US
    crash_once(getattr(agent, store), boundary)
    with pytest.raises(Crashed):
        agent.start()
    agent.crash()
    agent.time.at += 60 * SECOND_US
    agent.start()
    down = [
        visibility for visibility in agent.of(VisibilityInterval) if visibility.reason == AGENT_DOWN
    ]
    assert (
        min(visibility.since for visibility in down),
        max(visibility.until for visibility in down),
    ) == (
        last_alive,
        agent.time.at,
    )
    assert (
        sum(visibility.until - visibility.since for visibility in down)
        >= agent.time.at - last_alive
    )


@pytest.mark.parametrize("store", ["outbox", "checkpoints"])
@pytest.mark.parametrize("boundary", list(Boundary))
def test_no_time_is_left_out_wherever_the_very_first_run_crashed_at_its_start(
    agent, store, boundary
):
    """From the reported beginning on; where nothing was reported there is no time yet."""
    crash_once(getattr(agent, store), boundary)
    with pytest.raises(Crashed):
        agent.start()
    agent.crash()
    starts_known = [visibility.since for visibility in agent.of(VisibilityInterval)]
    agent.time.at += 60 * SECOND_US
    agent.start()
    down = [
        (visibility.since, visibility.until)
        for visibility in agent.of(VisibilityInterval)
        if visibility.reason == AGENT_DOWN
    ]
    if starts_known:
        assert down == [(min(starts_known), agent.time.at)]


def test_a_clock_that_was_set_back_over_a_restart_leaves_no_time_undeclared(agent):
    agent.start().read(0.5)
    began = agent.time.at
    agent.wait(30.0)
    agent.crash()
    agent.time.at = began - 60 * SECOND_US
    agent.start()
    (down,) = [
        visibility for visibility in agent.of(VisibilityInterval) if visibility.reason == AGENT_DOWN
    ]
    starts = [
        visibility.since
        for visibility in agent.of(VisibilityInterval)
        if visibility.reason == "starting" and visibility.until is None
    ]
    assert began < down.since < down.until == starts[-1], (
        "the second run begins after the first, by the node's own time"
    )


def read_until_crash(agent):
    for _ in range(60):
        agent.read(0.5)


def crash_once(store, where):
    def fail(boundary):
        if boundary is where:
            store.faults = None
            raise Crashed

    store.faults = fail
