"""Whatever arrives, in whatever order and however often: the saga stays within its table, and
repeats change nothing.
"""

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from citybrain.decider.command import Post
from citybrain.domain.order import OrderAnswer, OrderProgress, Task
from citybrain.geo import Point
from citybrain.vocabulary import OrderStage, OrderStep, OrderVerdict, Severity
from coordinator.cores import saga_steps
from coordinator.cores.order_saga import (
    ENDED_STAGES,
    IncidentOwnerStage,
    OrderSaga,
    SagaStage,
    UnitOwnerStage,
)
from coordinator.policy import Policy

TASK = Task(
    incident="i1",
    incident_district="south",
    slot="s1",
    slot_version=1,
    kind="crowding",
    severity=Severity.SEVERE,
    place=Point(lat=30.6, lon=104.0),
    traceparent="",
)
FRESH = OrderSaga(
    order="o1",
    plan="p1",
    unit="u1",
    unit_district="north",
    task=TASK,
    stage=SagaStage.PROPOSING,
    version=0,
    since=0,
)
POLICY = Policy()

answers = st.builds(
    lambda sender, step, verdict, reason: (
        "answer",
        sender,
        OrderAnswer(order="o1", step=step, verdict=verdict, reason=reason),
    ),
    st.sampled_from(["north", "south", "east"]),
    st.sampled_from(list(OrderStep)),
    st.sampled_from(list(OrderVerdict)),
    st.sampled_from(["", "busy", "stage:on_scene", "stage:done", "stage:nonsense"]),
)
progress = st.builds(
    lambda sender, stage: (
        "progress",
        sender,
        OrderProgress(
            order="o1",
            unit="u1",
            unit_district="north",
            incident="i1",
            incident_district="south",
            stage=stage,
            at=1,
        ),
    ),
    st.sampled_from(["north", "south"]),
    st.sampled_from(list(OrderStage)),
)
others = st.sampled_from([("deadline",), ("cancel",), ("restart",)])
anything = st.lists(st.one_of(answers, progress, others), max_size=25)


def arrive(saga, what, at):
    match what:
        case ("answer", sender, answer):
            return saga_steps.on_answer(saga, sender, answer, POLICY, at)
        case ("progress", sender, letter):
            return saga_steps.on_progress(saga, sender, letter, POLICY, at)
        case ("deadline",):
            return saga_steps.on_deadline(saga, saga.version, POLICY, at)
        case ("cancel",):
            return saga_steps.cancel(saga, "incident_over", POLICY, at)
    return saga_steps.recover(saga, POLICY, at)


def run(arrivals):
    """The saga at every arrival, and every letter that it sent."""
    saga, letters, seen = FRESH, [], [FRESH]
    for at, what in enumerate(arrivals, start=1):
        if saga.stage in ENDED_STAGES:
            break
        saga, commands = arrive(saga, what, at)
        letters += [c for c in commands if isinstance(c, Post)]
        seen.append(saga)
    return seen, letters


@settings(max_examples=150, deadline=None)
@given(anything)
def test_an_order_is_issued_only_after_both_owners_agreed(arrivals):
    seen, letters = run(arrivals)
    issues = [p for p in letters if getattr(p.letter, "step", None) is OrderStep.ISSUE]
    if issues:
        assert any(
            d.stage is SagaStage.COMMITTED
            and d.unit_owner_stage is UnitOwnerStage.RESERVED
            and d.incident_owner_stage is IncidentOwnerStage.CLAIMED
            for d in seen
        )
    else:
        assert all(d.stage not in (SagaStage.COMMITTED, SagaStage.ISSUED) for d in seen)


@settings(max_examples=150, deadline=None)
@given(anything)
def test_a_saga_that_ended_undone_was_released_by_both_owners(arrivals):
    seen, _ = run(arrivals)
    if seen[-1].stage in (SagaStage.ABORTED, SagaStage.WITHDRAWN):
        assert seen[-1].unit_owner_stage is UnitOwnerStage.RELEASED
        assert seen[-1].incident_owner_stage is IncidentOwnerStage.RELEASED


@settings(max_examples=150, deadline=None)
@given(anything)
def test_an_answer_received_twice_sends_nothing_the_second_time(arrivals):
    saga = FRESH
    for at, what in enumerate(arrivals, start=1):
        if saga.stage in ENDED_STAGES:
            return
        saga, _ = arrive(saga, what, at)
        if what[0] in ("answer", "progress") and saga.stage not in ENDED_STAGES:
            again, commands = arrive(saga, what, at)
            assert (again, commands) == (saga, ()), what


@settings(max_examples=150, deadline=None)
@given(anything)
def test_the_version_moves_with_every_stage_so_that_old_deadlines_are_ignored(arrivals):
    seen, _ = run(arrivals)
    for before, after in pairwise(seen):
        assert (before.stage == after.stage) <= (before.version == after.version)
        assert after.version >= before.version


@settings(max_examples=150, deadline=None)
@given(anything)
def test_an_answer_of_a_district_that_does_not_own_it_changes_nothing(arrivals):
    seen, letters = run([what for what in arrivals if len(what) > 1 and what[1] == "east"])
    assert seen[-1] == FRESH
    assert letters == []
