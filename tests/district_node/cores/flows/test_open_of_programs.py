"""How many incidents a program may begin: others wait until some have ended; people do not."""

import pytest

from citybrain.domain.principal import Role, unauthenticated
from citybrain.domain.report import ForeignCase
from citybrain.structs import replace
from citybrain.vocabulary import IncidentStage, OperatorVerb, Severity
from district_node.cores.flows import reports as flow

HOTLINE = unauthenticated("hotline", Role.ADAPTER)
COUNTER = unauthenticated("counter", Role.SOURCE)
OF_ONE, OF_ALL = 5, 8  # in these tests, the last fifth of it for what is grave


@pytest.fixture
def district(scenario, monkeypatch):
    monkeypatch.setattr(flow, "OPEN_OF_PROGRAM", replace(flow.OPEN_OF_PROGRAM, value=OF_ONE))
    monkeypatch.setattr(flow, "OPEN_OF_PROGRAMS", replace(flow.OPEN_OF_PROGRAMS, value=OF_ALL))
    return scenario.start()


@pytest.fixture
def report_case(reports, district):
    """Reports case `number` of a foreign system, each at a place of its own."""

    def report(number, *, by=HOTLINE, **changes):
        return reports(
            by=by,
            case=ForeignCase(system=by.name, case=str(number)),
            place=changes.pop("place", district.near(number * 1_000)),
            **changes,
        )

    return report


def test_a_program_may_begin_so_many_incidents_and_no_more(report_case, district):
    assert all(report_case(number).done for number in range(OF_ONE - 1))
    before = district.state
    refused = report_case(OF_ONE)
    assert (refused.done, refused.reason, refused.subject) == (False, "too_many_open", "")
    assert "hotline" in refused.detail
    assert district.state == before, "nothing of it is kept"


def test_the_last_fifth_is_kept_for_what_is_grave(report_case):
    for number in range(OF_ONE - 1):
        report_case(number)
    assert report_case(OF_ONE, severity=Severity.SEVERE).done
    assert report_case(OF_ONE + 1, severity=Severity.EXTREME).reason == "too_many_open"


def test_what_joins_or_describes_anew_is_taken(report_case, district):
    first = report_case(0)
    for number in range(1, OF_ONE):
        report_case(number)
    assert report_case(0, text="more people now").subject == first.subject
    assert report_case(99, place=district.near(0)).subject == first.subject


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.CREW, Role.DUTY_OFFICER])
def test_people_are_not_held(report_case, reports, district, role):
    for number in range(OF_ALL + 4):
        by = unauthenticated("Li Na", role)
        assert reports(by=by, place=district.near(number * 1_000)).done


@pytest.mark.parametrize(
    ("end", "after_s"), [(OperatorVerb.REJECT, 0.0), (OperatorVerb.CLOSE, 3_600.0)]
)
def test_the_same_request_is_taken_when_one_has_ended(report_case, district, end, after_s):
    first = report_case(0)
    for number in range(1, OF_ONE - 1):
        report_case(number)
    assert not report_case(OF_ONE, request="late").done
    district.act(end, incident=first.subject, reason="over")
    district.wait(after_s)
    taken = report_case(OF_ONE, request="late")
    assert taken.done and district.incident(taken.subject).stage is IncidentStage.OPENED
    assert report_case(OF_ONE, request="late") == taken


def test_one_that_is_reopened_counts_again(report_case, district):
    first = report_case(0)
    for number in range(1, OF_ONE - 1):
        report_case(number)
    district.act(OperatorVerb.CLOSE, incident=first.subject, reason="over")
    district.wait(600)
    district.act(OperatorVerb.OPEN, incident=first.subject, reason="it is there again")
    assert report_case(OF_ONE).reason == "too_many_open"


def test_a_program_under_many_names_is_held_by_the_bound_of_all(report_case):
    taken = [
        report_case(number, by=unauthenticated(f"bot-{number}", Role.ADAPTER)).done
        for number in range(OF_ALL)
    ]
    assert taken.count(True) == 7, "eight less its fifth"
    assert not report_case(99, by=COUNTER).done


def test_a_source_program_is_held_as_an_adapter_is(reports, district):
    done = [
        reports(by=COUNTER, place=district.near(number * 1_000)).done for number in range(OF_ONE)
    ]
    assert done == [True, True, True, True, False]


def test_the_index_forgets_who_began_what_has_left(report_case, district):
    first = report_case(0)
    assert dict(district.state.index.begun_by.items()) == {first.subject: "hotline"}
    district.act(OperatorVerb.CLOSE, reason="over")
    district.wait(2 * 86_400)
    assert not len(district.state.index.begun_by)


def test_every_step_of_it_survives_a_crash(report_case, district):
    district.crashing = True
    test_a_program_may_begin_so_many_incidents_and_no_more(report_case, district)
