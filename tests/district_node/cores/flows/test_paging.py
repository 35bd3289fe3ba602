"""Who is called about an incident: steps, rounds, acknowledgements, forgotten ones, failures."""

import pytest
from called_people import reload_paged, start_paged

from citybrain.decider.audit import overdue
from citybrain.domain.page import Channel, PageLetter, PageState
from citybrain.structs import replace
from citybrain.vocabulary import CrewAction, IncidentStage, OperatorVerb, Phase, Severity
from district_node.inputs import NodeStarted, PageDelivered, PageFailed
from district_node.paging.policy import (
    PagingSetup,
    Person,
    Policy,
    Rota,
    Shift,
    Step,
    ZoneOffset,
)
from district_node.playbook import EscalationRule
from district_node.playbooks.load import load_playbooks

CROWDING = next(p for p in load_playbooks() if p.kind == "crowding")
CHEN = Person(person="chen", name="Chen", channels=(Channel.MAIL, Channel.SMS), language="zh")
LI = Person(person="li", name="Li", channels=(Channel.MAIL,))
WANG = Person(person="wang", name="Wang", channels=(Channel.SMS,), roles=("supervisor",))
POLICY = Policy(
    policy="urgent",
    steps=(
        Step(people=("chen",)),
        Step(wait_s=120, people=("li",)),
        Step(wait_s=60, roles=("supervisor",)),
    ),
    severities=(Severity.SEVERE, Severity.EXTREME),
    repeat=1,
    again_s=300,
    city=True,
    forgotten_s=600,
)
PAGING = PagingSetup(
    people=(CHEN, LI, WANG),
    policies=(POLICY,),
    offsets=(ZoneOffset(since_s=0, offset_s=28_800),),
)


@pytest.fixture
def paged(scenario):
    """A severe incident, just reported, that nobody can be sent to."""
    start_paged(scenario, paging=PAGING)
    scenario.send_event(severity=Severity.SEVERE)
    return scenario


def called(scenario) -> list[str]:
    """Whom the incident's pages are for, in their order."""
    return [page.person for page in scenario.incident().paging.pages]


def test_the_first_step_calls_at_once_by_every_channel_of_the_person(paged):
    letters = paged.posted(PageLetter)
    assert [(letter.person, letter.channel) for letter in letters] == [
        ("chen", Channel.MAIL),
        ("chen", Channel.SMS),
    ]
    assert letters[0].language == "zh"
    assert letters[0].severity is Severity.SEVERE
    assert letters[0].case == paged.incident().number != ""
    assert [line.reason for line in paged.incident().history if line.code == "paged"] == ["Chen"]


def test_an_incident_of_another_severity_calls_nobody(scenario):
    start_paged(scenario, paging=PAGING)
    scenario.send_event(severity=Severity.MODERATE)
    assert scenario.incident().paging is None
    scenario.send_event(phase=Phase.UPDATE, severity=Severity.SEVERE)
    assert called(scenario) == ["chen", "chen"]  # it is graver now


def test_a_playbook_names_a_policy_of_its_own(scenario):
    own = replace(CROWDING, escalates=EscalationRule(policy="quiet"))
    quiet = Policy(policy="quiet", steps=(Step(wait_s=30, people=("li",)),))
    start_paged(scenario, playbooks=(own,), paging=replace(PAGING, policies=(POLICY, quiet)))
    scenario.send_event(severity=Severity.SEVERE)
    assert called(scenario) == []
    scenario.wait(30)
    assert called(scenario) == ["li"]


def test_step_by_step_and_round_by_round_until_the_city_is_asked(paged):
    paged.wait(119)
    assert called(paged) == ["chen", "chen"]
    paged.wait(1)
    assert called(paged) == ["chen", "chen", "li"]
    paged.wait(60)
    one_round = ["chen", "chen", "li", "wang"]
    assert called(paged) == one_round
    paged.wait(300 + 120 + 60)
    assert called(paged) == one_round * 2
    paged.wait(300)
    assert called(paged) == one_round * 2
    assert "nobody_acknowledged" in [line.code for line in paged.incident().history]
    assert paged.incident().escalated
    assert paged.incident().paging.due is None


def test_an_acknowledgement_stops_the_calls_and_withdraws_what_was_not_sent(paged):
    first, second = paged.incident().paging.pages
    paged.submit(PageDelivered(page=first.page, incident=paged.incident().incident))
    assert paged.act(OperatorVerb.ACKNOWLEDGE, operator="Chen").done
    assert [page.state for page in paged.incident().paging.pages] == [
        PageState.SENT,
        PageState.WITHDRAWN,
    ]
    paged.wait(599)
    assert called(paged) == ["chen", "chen"]
    assert paged.incident().paging.acknowledged_by == "Chen"
    assert second.state is PageState.WAITING


def test_a_forgotten_acknowledgement_comes_back_and_calls_the_next_person(paged):
    paged.act(OperatorVerb.ACKNOWLEDGE, operator="Chen")
    paged.wait(600)
    assert called(paged) == ["chen", "chen", "li"]
    assert paged.incident().paging.acknowledged_by == ""
    assert paged.incident().paging.forgotten == 1
    codes = [line.code for line in paged.incident().history]
    assert codes[-2:] == ["acknowledgement_forgotten", "paged"]
    assert paged.posted(PageLetter)[0].reason == "forgotten"


def test_what_follows_an_acknowledgement_keeps_it(scenario):
    start_paged(scenario, scenario.a_unit("riverside-1"), paging=PAGING)
    scenario.send_event(severity=Severity.SEVERE)
    scenario.act(OperatorVerb.ACKNOWLEDGE)
    scenario.wait(60)
    for button in (CrewAction.ACCEPT, CrewAction.DEPART, CrewAction.ARRIVE):
        assert scenario.press("riverside-1", button).done
    scenario.wait(1_000)
    assert called(scenario) == ["chen", "chen"]


def test_who_acts_on_it_has_acknowledged_it(scenario):
    start_paged(scenario, scenario.a_unit("riverside-1", metres=100_000), paging=PAGING)
    scenario.send_event(severity=Severity.SEVERE)
    assert scenario.act(OperatorVerb.ASSIGN, unit="riverside-1", operator="Zhao").done
    assert scenario.incident().paging.acknowledged_by == "Zhao"
    scenario.wait(200)
    assert called(scenario) == ["chen", "chen"]


def test_it_ends_with_the_incident_and_begins_anew_when_that_is_open_again(paged):
    paged.act(OperatorVerb.CLOSE, reason="seen on the spot")
    assert paged.incident().paging.ended
    paged.wait(100)
    assert called(paged) == ["chen", "chen"]
    paged.act(OperatorVerb.OPEN)
    assert paged.incident().stage is IncidentStage.REOPENED
    assert not paged.incident().paging.ended
    assert paged.incident().paging.since == paged.clock.now()
    assert called(paged) == ["chen", "chen"]


@pytest.mark.parametrize(
    ("before", "reason"),
    [
        (lambda s: s.act(OperatorVerb.ACKNOWLEDGE), "acknowledged_already"),
        (lambda s: s.act(OperatorVerb.CLOSE, reason="gone"), "nothing_to_acknowledge"),
    ],
)
def test_a_second_or_a_late_acknowledgement_is_refused_in_a_sentence_and_changes_nothing(
    paged, before, reason
):
    before(paged)
    kept = paged.incident()
    refused = paged.act(OperatorVerb.ACKNOWLEDGE, operator="Li")
    assert (refused.done, refused.reason) == (False, reason)
    assert refused.detail.endswith(".")
    assert paged.incident() == kept


def test_nobody_acknowledges_where_nobody_was_called(scenario):
    scenario.start()
    scenario.send_event()
    assert scenario.act(OperatorVerb.ACKNOWLEDGE).reason == "nobody_called"


def test_a_channel_that_fails_does_not_put_off_the_next_step(paged):
    page = paged.incident().paging.pages[0]
    about = {"page": page.page, "incident": paged.incident().incident, "reason": "not_delivered"}
    paged.submit(PageFailed(**about))
    assert paged.incident().paging.pages[0].state is PageState.FAILING
    paged.wait(120)
    assert called(paged)[-1] == "li"
    paged.submit(PageFailed(**about, is_final=True))
    assert paged.incident().paging.pages[0].state is PageState.FAILED
    assert paged.incident().history[-1].code == "page_failed"
    paged.submit(PageFailed(**about))
    assert paged.incident().paging.pages[0].state is PageState.FAILED


def test_the_gap_of_a_rota_falls_to_the_supervisor(scenario):
    rota = Rota(rota="nights", shifts=(Shift(people=("li",), days=(), begins_min=0),))
    policy = replace(POLICY, steps=(Step(rotas=("nights",)),))
    paging = replace(PAGING, rotas=(rota,), policies=(policy,), supervisor="wang")
    start_paged(scenario, paging=paging)
    scenario.send_event(severity=Severity.SEVERE)
    assert called(scenario) == ["wang"]
    assert scenario.posted(PageLetter)[0].reason == "gap"


def test_other_policies_after_a_restart_call_about_what_is_open(scenario):
    scenario.start()
    scenario.send_event(severity=Severity.SEVERE)
    scenario.submit(NodeStarted(setup=replace(scenario.state.setup, paging=PAGING)))
    assert called(scenario) == ["chen", "chen"]


def test_other_policies_after_a_reload_call_about_what_is_open(scenario):
    scenario.start()
    scenario.send_event(severity=Severity.SEVERE)
    reload_paged(scenario, PAGING)
    assert called(scenario) == ["chen", "chen"]
    reload_paged(scenario, None)
    assert scenario.state.setup.paging == PAGING


def test_a_policy_that_is_gone_stops_at_its_next_step(paged):
    paged.submit(NodeStarted(setup=replace(paged.state.setup, paging=replace(PAGING, policies=()))))
    paged.wait(500)
    assert paged.incident().paging.ended
    assert called(paged) == ["chen", "chen"]


def test_a_kill_at_any_step_changes_no_call_and_leaves_no_timer_unfired(scenario):
    scenario.crashing = True
    start_paged(scenario, paging=PAGING)
    scenario.send_event(severity=Severity.SEVERE)
    scenario.crash()
    scenario.wait(100)
    scenario.crash()
    scenario.clock.advance(100)  # it was down when the second step was due
    scenario.crash()
    assert overdue(scenario.store, scenario.clock.now())
    scenario.wait(0)
    assert overdue(scenario.store, scenario.clock.now()) == ()
    assert called(scenario) == ["chen", "chen", "li"]
    names = [page.page for page in scenario.incident().paging.pages]
    assert len(set(names)) == len(names)


def test_of_a_storm_people_are_called_about_the_area_case_alone(scenario):
    start_paged(scenario, city=False, paging=PAGING)
    for number in range(12):
        scenario.send_event(
            agent=f"box-{number}",
            source=f"gauge-{number}",
            episode=f"e{number}",
            place=scenario.near(260 * (number % 6), 260 * (number // 6)),
            incident_kind="waterlogging",
            severity=Severity.SEVERE,
        )
    scenario.wait(120)
    calling = [i for i in scenario.state.incidents.values() if i.paging and i.paging.due]
    assert [incident.is_area for incident in calling] == [True]
    assert [page.person for page in calling[0].paging.pages] == ["chen", "chen", "li"]
