"""Reports of people and foreign systems, as a district gets them."""

import pytest

from citybrain.decider.command import Reply
from citybrain.domain.principal import Role, unauthenticated
from citybrain.domain.report import Report, Reporter
from citybrain.structs import replace
from district_node.inputs import ReportReceived

CALLER = unauthenticated("Li Na", Role.OPERATOR)


@pytest.fixture
def reports(scenario):
    """Reports as they come in; the answer to each."""
    sent = []

    def report(*, by=CALLER, **changes) -> Reply:
        sent.append(changes)
        plain = Report(
            request=f"report-{len(sent)}",
            taken_by=by.name,
            reporter=Reporter.CITIZEN,
            kind="crowding",
            place=scenario.near(0),
            text="a crowd at the gate",
            contact="555 0100",
        )
        commands = scenario.submit(ReportReceived(report=replace(plain, **changes), principal=by))
        return next(c for c in commands if isinstance(c, Reply))

    return report
