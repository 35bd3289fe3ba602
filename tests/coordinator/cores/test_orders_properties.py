"""Whatever is said, in whatever order and however often: the drive stays within its table, and repeats change nothing."""

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from citybrain.decider.command import Post
from citybrain.domain.order import OrderAnswer, OrderProgress, Task
from citybrain.geo import Point
from citybrain.vocabulary import OrderStage, OrderStep, OrderVerdict, Severity
from coordinator.cores import orders
from coordinator.cores.drive import ENDED_DRIVES, Drive, DriveStage, SlotSide, UnitSide
from coordinator.policy import Policy

ERRAND = Task(
    incident="i1",
    incident_district="south",
    slot="s1",
    slot_version=1,
    kind="crowding",
    severity=Severity.SEVERE,
    place=Point(lat=30.6, lon=104.0),
    traceparent="",
)
FRESH = Drive(
    order="o1",
    plan="p1",
    unit="u1",
    unit_district="north",
    task=ERRAND,
    stage=DriveStage.PROPOSING,
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
others = st.sampled_from([("overdue",), ("unwanted",), ("restart",)])
happenings = st.lists(st.one_of(answers, progress, others), max_size=25)


def happen(drive, what, at):
    match what:
        case ("answer", sender, answer):
            return orders.answered(drive, sender, answer, POLICY, at)
        case ("progress", sender, letter):
            return orders.progressed(drive, sender, letter, POLICY, at)
        case ("overdue",):
            return orders.overdue(drive, drive.version, POLICY, at)
        case ("unwanted",):
            return orders.unwanted(drive, "incident_over", POLICY, at)
    return orders.recovered(drive, POLICY, at)


def told(story):
    """The drive along the story, and everything said."""
    drive, said, seen = FRESH, [], [FRESH]
    for at, what in enumerate(story, start=1):
        if drive.stage in ENDED_DRIVES:
            break
        drive, commands = happen(drive, what, at)
        said += [c for c in commands if isinstance(c, Post)]
        seen.append(drive)
    return seen, said


@settings(max_examples=150, deadline=None)
@given(happenings)
def test_an_order_is_issued_only_after_both_owners_said_yes(story):
    seen, said = told(story)
    issues = [p for p in said if getattr(p.letter, "step", None) is OrderStep.ISSUE]
    if issues:
        assert any(
            d.stage is DriveStage.COMMITTED
            and d.unit_side is UnitSide.RESERVED
            and d.slot_side is SlotSide.CLAIMED
            for d in seen
        )
    else:
        assert all(d.stage not in (DriveStage.COMMITTED, DriveStage.ISSUED) for d in seen)


@settings(max_examples=150, deadline=None)
@given(happenings)
def test_a_drive_that_ended_undone_had_both_owners_let_go(story):
    seen, _ = told(story)
    if seen[-1].stage in (DriveStage.ABORTED, DriveStage.WITHDRAWN):
        assert seen[-1].unit_side is UnitSide.OVER
        assert seen[-1].slot_side is SlotSide.OVER


@settings(max_examples=150, deadline=None)
@given(happenings)
def test_an_answer_heard_twice_says_nothing_the_second_time(story):
    drive = FRESH
    for at, what in enumerate(story, start=1):
        if drive.stage in ENDED_DRIVES:
            return
        drive, _ = happen(drive, what, at)
        if what[0] in ("answer", "progress") and drive.stage not in ENDED_DRIVES:
            again, commands = happen(drive, what, at)
            assert (again, commands) == (drive, ()), what


@settings(max_examples=150, deadline=None)
@given(happenings)
def test_the_version_moves_with_every_stage_so_that_old_deadlines_are_ignored(story):
    seen, _ = told(story)
    for before, after in pairwise(seen):
        assert (before.stage == after.stage) <= (before.version == after.version)
        assert after.version >= before.version


@settings(max_examples=150, deadline=None)
@given(happenings)
def test_whoever_does_not_own_it_is_never_heard(story):
    seen, said = told([what for what in story if len(what) > 1 and what[1] == "east"])
    assert seen[-1] == FRESH
    assert said == []
