"""Law 5, of packs that change: incidents that keep their playbooks, and violations."""

import law_histories as h
import law_values as v
import pytest

from citybrain.clock import later
from citybrain.decider.command import Notice, SetTimer
from citybrain.domain.principal import Role, unauthenticated
from citybrain.sorted_map import SortedMap
from citybrain.structs import replace
from citybrain.vocabulary import IncidentStage
from citysim.laws.checks import playbook_kept
from district_node.calendars.calendar import OffsetFrom, WorkingCalendar, WorkingHours
from district_node.calendars.working_time import WorkingSpan, due
from district_node.cores.timer_keys import TimerKey, TimerKind, timer_id
from district_node.inputs import PacksChanged
from district_node.playbook import ClockRules, ClosingRule, Playbook

KIND = v.incident(IncidentStage.OPENED).kind
FIRST = Playbook(
    kind=KIND,
    title=h.LocalizedName(en="", zh=""),
    clocks=ClockRules(dispatch_s=10, arrive_s=20, handle_s=30, verify_s=40),
    closes=ClosingRule(quiet_s=5, guard_s=50),
)
SECOND = replace(
    FIRST,
    clocks=ClockRules(dispatch_s=11, arrive_s=21, handle_s=31, verify_s=41),
    closes=ClosingRule(quiet_s=6, guard_s=51),
)
DONE = (Notice(code="packs_changed", subject="x", detail=""),)


def started(*playbooks):
    record = h.district_started("e")
    setup = replace(record.input.setup, playbooks=playbooks)
    return replace(record, input=replace(record.input, setup=setup))


def changed(*playbooks, commands=DONE):
    principal = unauthenticated("x", Role.OPERATOR)
    packs = PacksChanged(packs=(), playbooks=playbooks, assets=(), principal=principal)
    return h.record(packs, commands=commands)


def opened(playbook, *, second=0.0, name="i-1"):
    return incident_record(IncidentStage.OPENED, second, name, handle=playbook.clocks.handle_s)


def incident_record(stage, second, name="i-1", **clocks):
    timers = tuple(
        SetTimer(
            timer=timer_id(TimerKey(TimerKind.CLOCK, (name, clock))),
            due=later(v.at(second), after_s),
            subject=name,
        )
        for clock, after_s in clocks.items()
    )
    letter = replace(v.incident(stage), incident=name)
    return h.record(None, letter, second=second, commands=timers)


def judged(*records):
    return playbook_kept.check(h.history(h.node("a", *records)))


def test_an_incident_keeps_the_playbook_that_it_began_with():
    verify = incident_record(IncidentStage.HANDLED, 9.0, verify=40)
    report = judged(started(FIRST), opened(FIRST), changed(SECOND), verify)
    assert report.holds and report.checked == 2


def test_an_incident_that_goes_on_by_the_new_one_is_a_violation():
    verify = incident_record(IncidentStage.HANDLED, 9.0, verify=41)
    assert not judged(started(FIRST), opened(FIRST), changed(SECOND), verify).holds


def test_what_begins_after_the_change_follows_the_new_one():
    assert judged(started(FIRST), changed(SECOND), opened(SECOND)).holds
    assert not judged(started(FIRST), changed(SECOND), opened(FIRST)).holds


def test_a_start_with_other_packs_is_the_same_change():
    verify = incident_record(IncidentStage.HANDLED, 9.0, verify=40)
    assert judged(started(FIRST), opened(FIRST), started(SECOND), verify).holds
    assert not judged(started(FIRST), started(SECOND), opened(FIRST)).holds


def test_a_change_that_was_refused_is_none():
    refused = (Notice(code="packs_refused", subject="x", detail=""),)
    assert judged(started(FIRST), changed(SECOND, commands=refused), opened(FIRST)).holds


def test_a_kind_without_a_playbook_follows_the_one_of_unknown_kinds():
    assert judged(started(), opened(Playbook(kind=KIND, title=FIRST.title))).holds
    assert not judged(started(), opened(FIRST)).holds


def test_a_clock_counts_from_the_opening_and_again_from_a_reopening():
    handled = incident_record(IncidentStage.HANDLED, 5.0)
    reopened = incident_record(IncidentStage.REOPENED, 9.0, dispatch=10, arrive=20, handle=30)
    assert judged(started(FIRST), opened(FIRST), handled, reopened).holds
    recalled = incident_record(IncidentStage.OPENED, 9.0, dispatch=10, arrive=11)
    dispatched = incident_record(IncidentStage.DISPATCHED, 5.0)
    assert judged(started(FIRST), opened(FIRST), dispatched, recalled).holds


@pytest.mark.parametrize(("quiet_s", "holds"), [(5.0, True), (6.0, False)])
def test_what_a_source_is_asked_is_of_the_same_playbook(quiet_s, holds):
    asked = h.verification_requested("i-1")
    (post,) = asked.commands
    letter = replace(post.letter, quiet_s=quiet_s, deadline=later(asked.at, 40))
    asked = replace(asked, commands=(replace(post, letter=letter),))
    assert judged(started(FIRST), opened(FIRST), changed(SECOND), asked).holds is holds


def worked(*windows, zone_s=0):
    """A calendar with these hours of every day, of seconds after midnight."""
    hours = tuple(WorkingHours(opens_s=opens, closes_s=closes) for opens, closes in windows)
    return WorkingCalendar(
        zone="UTC",
        offsets=(OffsetFrom(utc_s=0, offset_s=zone_s),),
        week=(hours,) * 7,
        first_day=0,
        last_day=100_000,
    )


SPAN = WorkingSpan(working_s=3_600.0)
IN_HOURS = replace(FIRST, clocks=replace(FIRST.clocks, working=SortedMap({"handle": SPAN})))
DAY, OTHER_DAY = worked((0, 86_400)), worked((0, 3_600), (80_000, 86_400))


def by(calendar, *, second=0.0):
    """So long after it begins such a deadline is due."""
    begun = v.at(second)
    return (due(begun, SPAN, calendar).at - begun) / 1_000_000


def started_by(calendar, *playbooks):
    record = started(*playbooks)
    setup = replace(record.input.setup, calendar=calendar)
    return replace(record, input=replace(record.input, setup=setup))


def test_a_deadline_in_working_time_is_due_by_the_calendar_in_force():
    kept = incident_record(IncidentStage.OPENED, 0.0, handle=by(DAY))
    assert judged(started_by(DAY, IN_HOURS), kept).holds
    other = incident_record(IncidentStage.OPENED, 0.0, handle=by(OTHER_DAY))
    assert by(OTHER_DAY) != by(DAY)
    assert not judged(started_by(DAY, IN_HOURS), other).holds
    in_seconds = incident_record(IncidentStage.OPENED, 0.0, handle=FIRST.clocks.handle_s)
    assert not judged(started_by(DAY, IN_HOURS), in_seconds).holds


def test_another_calendar_counts_it_anew_from_when_it_began():
    opened_at_0 = incident_record(IncidentStage.OPENED, 0.0, handle=by(DAY))
    packs = changed(IN_HOURS)
    reloaded = replace(packs, input=replace(packs.input, calendar=OTHER_DAY))

    def moved_to(after_s):
        timer = timer_id(TimerKey(TimerKind.CLOCK, ("i-1", "handle")))
        moved = SetTimer(timer=timer, due=later(v.at(0.0), after_s), subject="i-1")
        return h.record(None, second=5.0, commands=(moved,))

    history = (started_by(DAY, IN_HOURS), opened_at_0, reloaded)
    assert judged(*history, moved_to(by(OTHER_DAY))).holds
    assert not judged(*history, moved_to(by(DAY))).holds
