"""Law 8 by ground truth: darkness that became a case, once, and violations, and near misses."""

import law_histories as h
import law_values as v
import pytest

from citybrain.domain.console import OperatorAction
from citybrain.domain.principal import Role, unauthenticated
from citybrain.structs import replace
from citybrain.vocabulary import OperatorVerb
from citysim.laws.ground_truth import darkness
from citysim.laws.ground_truth_log import DarkCase, GroundTruth, Sight, SightState
from district_node.inputs import NodeStarted, OperatorActed, WatchPolicy
from district_node.playbook import UNKNOWN_PLAYBOOK, Watches

KINDS = tuple(
    replace(UNKNOWN_PLAYBOOK, kind=f"dark_{one}", watches=one)
    for one in (Watches.BOX, Watches.SOURCE)
)
POLICY = WatchPolicy(agent_offline_s=45.0, camera_blind_s=30.0)
BOX, CAM = ("box-a", ""), ("box-a", "cam")


def started(policy, playbooks=KINDS):
    record = h.district_started()
    setup = replace(record.input.setup, watch=policy, playbooks=playbooks)
    return replace(record, input=NodeStarted(setup=setup))


def sight(state, since, until, *, run=1, is_reported=True, is_heard=True):
    return Sight(
        district="a",
        agent="box-a",
        source="cam",
        state=state,
        run=run,
        is_reported=is_reported,
        is_heard=is_heard,
        since=v.at(since),
        until=v.at(until),
    )


def away(since, until, **facts):
    return sight(SightState.AWAY, since, until, **facts)


def blind(since, until, **facts):
    return sight(SightState.BLIND, since, until, **facts)


def sees(since, until, **facts):
    return sight(SightState.SEES, since, until, **facts)


def case(since, until, *dark, name="inc-1", is_over=False):
    return DarkCase(
        district="a",
        incident=name,
        dark=dark,
        is_over=is_over,
        since=v.at(since),
        until=v.at(until),
    )


def judged(*noted, policy=POLICY, records=()):
    truth = GroundTruth(
        now=v.at(1_000),
        sights=tuple(one for one in noted if isinstance(one, Sight)),
        dark_cases=tuple(one for one in noted if isinstance(one, DarkCase)),
    )
    return darkness.check(h.history(h.node("a", started(policy), *records), ground_truth=truth))


@pytest.mark.parametrize(
    ("dark", "named", "from_s"), [(away(0, 200), BOX, 46), (blind(0, 200), CAM, 31)]
)
def test_what_is_dark_for_longer_than_policy_says_is_named_by_a_case(dark, named, from_s):
    report = judged(dark, case(from_s, 200, named))
    assert report.holds and report.checked == 1
    assert "no case named it" in judged(dark).violations[0]
    assert not judged(dark, case(from_s + 30, 200, named)).holds
    assert not judged(dark, case(from_s, 200, ("box-b", ""))).holds


def test_what_is_dark_for_less_or_is_no_case_by_policy_need_not_be():
    assert judged(away(0, 44), blind(50, 79, run=2)).checked == 0
    assert judged(away(0, 500), policy=WatchPolicy()).checked == 0


def test_what_was_no_kind_of_case_for_a_while_need_not_be_one():
    earlier = started(POLICY, playbooks=KINDS[1:])
    assert judged(away(0, 500), records=(earlier,)).checked == 0
    assert judged(blind(0, 500), records=(earlier,)).checked == 1


def test_what_its_district_could_not_know_is_not_judged():
    assert judged(away(0, 500, is_reported=False)).checked == 0


def test_a_district_that_was_down_may_be_late_by_so_much():
    before, down = away(0, 30), away(30, 130, is_heard=False)
    assert judged(before, down, away(130, 140)).checked == 0
    assert judged(before, down, away(130, 160), case(146, 160, BOX)).holds
    assert not judged(before, down, away(130, 160)).holds, "it knew it before"


def test_a_person_may_have_ended_its_case_before_its_box_went_away_and_came_back():
    dark = blind(0, 60), away(60, 70, run=2), blind(70, 200, run=3)
    assert judged(*dark, case(31, 50, CAM)).holds


def test_no_two_cases_name_it():
    broken = judged(away(0, 200), case(46, 200, BOX), case(60, 200, BOX, name="inc-2"))
    assert "both name box-a as dark" in broken.violations[0]
    assert judged(away(0, 200), case(46, 60, BOX), case(60, 200, BOX, name="inc-2")).holds


def test_what_somebody_ended_is_not_named_again_while_it_lasts():
    notes = away(0, 200), case(46, 60, BOX), case(90, 200, BOX)
    assert "had ended" in judged(*notes).violations[0]
    apart = away(0, 70), sees(70, 80, run=2), away(80, 200, run=3)
    assert judged(*apart, *notes[1:]).holds
    reopened = OperatorActed(
        action=OperatorAction(
            request="open", operator="li", incident="inc-1", verb=OperatorVerb.OPEN
        ),
        principal=unauthenticated("li", Role.OPERATOR),
    )
    assert judged(*notes, records=(h.record(reopened),)).holds


@pytest.mark.parametrize("named", [BOX, CAM])
def test_what_sees_again_is_soon_named_by_none(named):
    assert judged(sees(0, 100), case(0, 8, named)).holds
    assert "names it as dark" in judged(sees(0, 100), case(0, 90, named)).violations[0]
    assert judged(sees(0, 100, is_heard=False), case(0, 90, named)).holds


def test_a_case_of_which_all_sees_again_does_not_stay():
    assert judged(case(0, 20, is_over=True)).holds
    assert "all that it watched sees again" in judged(case(0, 90, is_over=True)).violations[0]
    assert judged(case(0, 90)).holds


def test_without_notes_nothing_is_judged():
    assert darkness.check(h.history(h.node("a", started(POLICY)))).checked == 0


@pytest.mark.parametrize(("restored_s", "holds"), [(120, True), (80, False)])
def test_what_a_restored_store_took_out_of_the_journal_is_held_against_nobody(restored_s, holds):
    def start(epoch, second):
        record = started(POLICY)
        return replace(record, at=v.at(second), input=replace(record.input, epoch=epoch))

    notes = away(0, 200), case(46, 60, BOX), case(90, 200, BOX)
    records = (start("one", 10), start("two", restored_s))
    assert judged(*notes, records=records).holds is holds
