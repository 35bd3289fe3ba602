"""Every input of a human or a program is asked for its permission by the core that decides it, and
changes nothing without.
"""

import pytest
from attached_pictures import a_picture
from crew_messages import reply_of, write_to

from citybrain import permissions
from citybrain.decider.command import ClockSet
from citybrain.domain.clock import ClockAction, ClockVerb
from citybrain.domain.console import AgentAction, AgentVerb, UnitAction, UnitVerb
from citybrain.domain.crew import CrewPosition
from citybrain.domain.principal import Role, unauthenticated
from citybrain.domain.report import Report, Reporter
from citybrain.errors import ClockNotSetError
from citybrain.geo import Point
from citybrain.permissions import MAY, Permission
from citybrain.structs import replace
from citybrain.vocabulary import CrewAction, OperatorVerb, Severity
from district_node.inputs import (
    AgentActed,
    CrewPositionReported,
    PacksChanged,
    ReportReceived,
    UnitActed,
)

CITYS = {Permission.ISSUE_PLAN, Permission.REJECT_PLAN}
DESKS = {Permission.LINK_PHONE}  # a key is made in no journal; see test_phone_links
SOMEBODY = unauthenticated("Li Na", Role.OPERATOR)
CREW = unauthenticated("riverside-1", Role.CREW)


def position(scenario):
    at = scenario.clock.now() + 1
    moved = CrewPosition(unit="riverside-1", place=scenario.near(50), at=at)
    return CrewPositionReported(position=moved, principal=CREW)


def report(scenario):
    told = Report(
        request="r-1",
        taken_by="Li Na",
        reporter=Reporter.CITIZEN,
        kind="loitering",
        place=scenario.near(9_000),
        text="somebody",
    )
    return ReportReceived(report=told, principal=SOMEBODY)


def packs(_):
    return PacksChanged(packs=(), playbooks=(), assets=(), principal=SOMEBODY)


def done_to_box(verb):
    action = AgentAction(request="a-1", operator="Li Na", agent="box-1", verb=verb)
    return lambda _: AgentActed(action=action, principal=SOMEBODY)


def clock(_):
    action = ClockAction(request="r-1", verb=ClockVerb.REBASE, reason="", actor="Li Na")
    return ClockSet(action=action, principal=SOMEBODY, micros=-1)


def said_of_unit(verb):
    action = UnitAction(request="u-1", operator="Li Na", unit="riverside-1", verb=verb)
    return lambda _: UnitActed(action=action, principal=SOMEBODY)


INPUTS = {
    Permission.SET_DUTY: said_of_unit(UnitVerb.OFF_DUTY),
    Permission.RELEASE_UNIT: said_of_unit(UnitVerb.RELEASE),
    Permission.ALLOW_OUTBOX: done_to_box(AgentVerb.ALLOW_OUTBOX),
    Permission.FORGET: done_to_box(AgentVerb.FORGET),
    Permission.REPORT: report,
    Permission.REPORT_POSITION: position,
    Permission.CHANGE_PACKS: packs,
}


TO_A_UNIT = {Permission.ASSIGN, Permission.MESSAGE}
SAID = {
    Permission.NOTE: {"text": "a note"},
    Permission.MESSAGE: {"text": "a message"},
    Permission.RECLASSIFY: {"kind": "loitering"},
    Permission.RELOCATE: {"place": Point(lat=30.658, lon=104.086)},
    Permission.SET_SEVERITY: {"severity": Severity.EXTREME},
    Permission.GIVE: {"person": "Chen Bo"},
    Permission.ATTACH: {"upload": a_picture("more")},
}


def ask(scenario, permission):
    """Whether it was done, where there is an answer."""
    if permission is Permission.ANSWER_ORDER:
        return scenario.press("riverside-1", CrewAction.ACCEPT).done
    if permission is Permission.SET_CLOCK:  # a record that moves no clock must not be
        with pytest.raises(ClockNotSetError):
            scenario.submit(clock(scenario))
        return False
    if permission is Permission.ANSWER_MESSAGE:
        return reply_of(scenario, "riverside-1", "on our way").done
    if permission in INPUTS:
        replies = scenario.submit(INPUTS[permission](scenario))
        return next((reply.done for reply in replies if hasattr(reply, "done")), None)
    unit = "riverside-2" if permission in TO_A_UNIT else None
    said = SAID.get(permission, {})
    if permission is Permission.REDACT:
        said = {"attachment": scenario.incident().case_file.attachments[0].attachment}
    return scenario.act(OperatorVerb(permission.value), reason="so", unit=unit, **said).done


@pytest.fixture
def dispatched(scenario):
    scenario.start(scenario.a_unit("riverside-1"), scenario.a_unit("riverside-2", "pump"))
    scenario.send_event()
    write_to(scenario, "riverside-1", "use gate 4")
    scenario.act(OperatorVerb.ATTACH, upload=a_picture("first"))
    return scenario


def facts(state):
    """The state without the memory of what was answered."""
    return replace(state, idempotency=type(state.idempotency)())


@pytest.mark.parametrize("permission", sorted(set(Permission) - CITYS - DESKS))
def test_without_the_permission_nothing_changes(dispatched, monkeypatch, permission):
    monkeypatch.setattr(permissions, "MAY", {**MAY, permission: frozenset()})
    before = facts(dispatched.state)
    assert ask(dispatched, permission) in (False, None)
    assert facts(dispatched.state) == before


@pytest.mark.parametrize(
    "permission",
    [
        Permission.REPORT,
        Permission.REPORT_POSITION,
        Permission.CHANGE_PACKS,
        Permission.ANSWER_ORDER,
        Permission.ANSWER_MESSAGE,
        Permission.CLOSE,
        Permission.TAKE,
        *SAID,
    ],
)
def test_with_it_something_does(dispatched, permission):
    before = facts(dispatched.state)
    assert ask(dispatched, permission) in (True, None)
    assert facts(dispatched.state) != before
