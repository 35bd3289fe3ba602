"""Who was called about an incident, and who is on call, as the public API shows it."""

from called_people import start_paged

from citybrain.domain.page import Channel, PageState
from citybrain.structs import replace
from citybrain.vocabulary import OperatorVerb, Severity
from district_node.api.paging import is_calling, on_call_rows, paging_row
from district_node.inputs import PageDelivered
from district_node.paging.policy import PagingSetup, Person, Policy, Rota, Shift, Step

PAGING = PagingSetup(
    people=(
        Person(person="chen", name="Chen", channels=(Channel.MAIL, Channel.SMS)),
        Person(person="li", name="Li", channels=(Channel.MAIL,)),
    ),
    rotas=(Rota(rota="desk", shifts=(Shift(people=("chen",), ends_min=60),)),),
    policies=(
        Policy(
            policy="urgent",
            steps=(Step(people=("chen",)), Step(wait_s=60, people=("li",))),
            severities=(Severity.SEVERE,),
        ),
    ),
    supervisor="li",
)


def test_a_row_says_who_was_called_last_and_what_became_of_each_call(scenario):
    start_paged(scenario, paging=PAGING)
    scenario.send_event(severity=Severity.SEVERE)
    first = scenario.incident().paging.pages[0]
    scenario.submit(PageDelivered(page=first.page, incident=scenario.incident().incident))
    row = paging_row(scenario.incident(), PAGING)
    assert (row.policy, row.step, list(row.to), row.acknowledged_by) == (
        "urgent",
        1,
        ["Chen"],
        "",
    )
    assert [(page.channel, page.state) for page in row.pages] == [
        ("mail", PageState.SENT),
        ("sms", PageState.WAITING),
    ]
    scenario.wait(60)
    assert list(paging_row(scenario.incident(), PAGING).to) == ["Li"]
    assert is_calling(scenario.incident())
    scenario.act(OperatorVerb.ACKNOWLEDGE, operator="Chen")
    assert not is_calling(scenario.incident())
    assert paging_row(scenario.incident(), PAGING).acknowledged_by == "Chen"


def test_an_incident_that_nobody_is_called_about_has_none(scenario):
    scenario.start()
    scenario.send_event()
    assert paging_row(scenario.incident(), PAGING) is None


def test_the_supervisor_stands_in_where_a_rota_has_a_gap(scenario):
    (row,) = on_call_rows(PAGING, scenario.clock.now())
    assert (row.rota, list(row.names), row.gap) == ("desk", ["Li"], True)
    nobody = replace(PAGING, supervisor="")
    (row,) = on_call_rows(nobody, scenario.clock.now())
    assert (list(row.names), row.gap) == ([], True)
