"""The crash table of the two-owners protocol at every boundary: a process dies before, during or
after the commit of each record of the protocol; every answer is lost, every one repeated. Each test
is one case on both production cores; `tests/support/crash_table.py` has the rows in which a process
dies right after its commit.

Every case ends the same way: no unit and no slot was ever promised twice, all that was requested is
served, no order is live.
"""

import crash_table as rows
import pytest
from principals import CREW

from citybrain.domain.crew import CrewAnswer
from citybrain.journal.memory import Boundary, Crashed
from citybrain.vocabulary import CrewAction, OrderStage, UnitState
from district_node import inputs as district_inputs

CITY, HELPER, NEEDER = "city", rows.HELPER, rows.NEEDER


class CrashTable(rows.CrashTable):
    order = None

    def until_planned_for(self):
        """All is known, and the plan has not arrived."""
        for name in rows.two_owners.PLACES:
            self.connect(name)
        self.alarm(NEEDER)
        return self.up(NEEDER).up(HELPER)

    def plan_arrives(self):
        self.plan()
        return self

    def until_releasing(self):
        """Both have promised, and neither answer has reached the city in time."""
        return self.until_reserved().down(NEEDER).pass_time(6)

    def until_withdrawing(self):
        return self.until_issued().up(HELPER).down(NEEDER).up(NEEDER).needer_closes().up(NEEDER)

    def until_claim_cancelled(self):
        """The crew cannot, and the city knows."""
        return (
            self.until_issued()
            .up(HELPER)
            .down(NEEDER)
            .up(NEEDER)
            .crew_answers(CrewAction.CANNOT)
            .up(HELPER)
        )

    def crew_answers(self, action):
        order = self.districts[HELPER].state.roster.orders[self.order]
        answer = CrewAnswer(
            request=f"{action}",
            unit=order.unit,
            order=order.order,
            assignment_number=order.assignment_number,
            action=action,
            reason="a flat tyre",
        )
        self.districts[HELPER].submit(district_inputs.CrewAnswered(answer=answer, principal=CREW))
        return self

    def crash_in(self, who, boundary, step):
        """`who` dies at the first commit of `step`, and starts again."""
        node = self.city if who == CITY else self.districts[who]

        def fault(at):
            if at is boundary:
                node.store.faults = None
                raise Crashed

        node.store.faults = fault
        with pytest.raises(Crashed):
            step(self)
        for name in rows.two_owners.PLACES if who == CITY else [who]:
            self.is_up[name] = False
            if who == CITY:
                self.districts[name].submit(
                    district_inputs.CityLinkChanged(up=False, reason="the city died")
                )
        node.store = node.store.crash()
        node.start()
        for name in rows.two_owners.PLACES if who == CITY else [who]:
            self.connect(name)
        self.check_laws()
        return self


# the record at whose commit a process dies: (which process, how far the protocol has come, the step
# in which that record is committed)
CASES = {
    "city: proposing": (CITY, CrashTable.until_planned_for, CrashTable.plan_arrives),
    "city: the first answer, the unit owner's": (
        CITY,
        CrashTable.until_reserved,
        lambda t: t.up(HELPER),
    ),
    "city: the first answer, the incident owner's": (
        CITY,
        CrashTable.until_claimed,
        lambda t: t.up(NEEDER),
    ),
    "city: the second answer, which commits": (
        CITY,
        lambda t: t.until_reserved().up(HELPER).down(NEEDER),
        lambda t: t.up(NEEDER),
    ),
    "city: the second answer, from the unit's owner": (
        CITY,
        lambda t: t.until_reserved().down(NEEDER).up(NEEDER),
        lambda t: t.up(HELPER),
    ),
    "city: the answer issued": (CITY, CrashTable.until_issued, lambda t: t.up(HELPER)),
    "city: the answer to claim_confirmed": (
        CITY,
        lambda t: t.until_committed().down(NEEDER),
        lambda t: t.up(NEEDER),
    ),
    "city: its deadline passes, which aborts": (
        CITY,
        CrashTable.until_reserved,
        lambda t: t.pass_time(6),
    ),
    "city: the answer released": (
        CITY,
        lambda t: t.until_releasing().down(HELPER),
        lambda t: t.up(HELPER),
    ),
    "city: the incident is over, which withdraws": (
        CITY,
        lambda t: t.until_issued().up(HELPER).needer_closes(),
        lambda t: t.up(NEEDER),
    ),
    "city: the answer withdrawn": (
        CITY,
        lambda t: t.until_withdrawing().down(HELPER),
        lambda t: t.up(HELPER),
    ),
    "city: the answer to claim_cancelled": (
        CITY,
        lambda t: t.until_claim_cancelled().down(NEEDER),
        lambda t: t.up(NEEDER),
    ),
    "city: the crew's progress": (
        CITY,
        lambda t: t.until_issued().up(HELPER).crew_answers(CrewAction.ACCEPT),
        lambda t: t.up(HELPER),
    ),
    "unit's owner: reserved": (HELPER, CrashTable.until_proposing, lambda t: t.down(HELPER)),
    "unit's owner: issued": (HELPER, CrashTable.until_committed, lambda t: t.down(HELPER)),
    "unit's owner: released": (HELPER, CrashTable.until_releasing, lambda t: t.down(HELPER)),
    "unit's owner: withdrawn": (HELPER, CrashTable.until_withdrawing, lambda t: t.down(HELPER)),
    "unit's owner: the reservation expires": (
        HELPER,
        CrashTable.until_committed,
        lambda t: t.pass_time(9),
    ),
    "unit's owner: the crew accepts": (
        HELPER,
        CrashTable.until_issued,
        lambda t: t.crew_answers(CrewAction.ACCEPT),
    ),
    "unit's owner: the crew cannot": (
        HELPER,
        CrashTable.until_issued,
        lambda t: t.crew_answers(CrewAction.CANNOT),
    ),
    "incident's owner: claimed": (NEEDER, CrashTable.until_proposing, lambda t: t.down(NEEDER)),
    "incident's owner: claim confirmed": (
        NEEDER,
        CrashTable.until_committed,
        lambda t: t.down(NEEDER),
    ),
    "incident's owner: released": (NEEDER, CrashTable.until_releasing, lambda t: t.down(NEEDER)),
    "incident's owner: claim cancelled": (
        NEEDER,
        CrashTable.until_claim_cancelled,
        lambda t: t.down(NEEDER),
    ),
    "incident's owner: closed between claimed and committed": (
        NEEDER,
        CrashTable.until_claimed,
        lambda t: t.needer_closes(),
    ),
    "incident's owner: closed when the crew has the order": (
        NEEDER,
        lambda t: t.until_issued().up(HELPER),
        lambda t: t.needer_closes(),
    ),
}


@pytest.mark.parametrize("boundary", list(Boundary))
@pytest.mark.parametrize("case", CASES)
def test_a_process_dies_at_a_commit(case, boundary):
    who, until, step = CASES[case]
    table = CrashTable()
    until(table)
    table.crash_in(who, boundary, step)
    check_recovery(table)


# every answer of the protocol: (which owner answers, how far the protocol has come)
ANSWERS = {
    "reserved": (HELPER, CrashTable.until_proposing),
    "claimed": (NEEDER, CrashTable.until_proposing),
    "issued": (HELPER, CrashTable.until_committed),
    "claim_confirmed": (NEEDER, CrashTable.until_committed),
    "released by the unit's owner": (HELPER, CrashTable.until_releasing),
    "released by the incident's owner": (NEEDER, CrashTable.until_releasing),
    "withdrawn": (HELPER, CrashTable.until_withdrawing),
    "claim_cancelled": (NEEDER, CrashTable.until_claim_cancelled),
}


@pytest.mark.parametrize("seconds", [1, 7, 30])
@pytest.mark.parametrize("answer", ANSWERS)
def test_an_answer_is_lost(answer, seconds):
    who, until = ANSWERS[answer]
    table = CrashTable()
    until(table)
    table.down(who).islanded(who, seconds)
    check_recovery(table)


@pytest.mark.parametrize("answer", ANSWERS)
def test_a_step_and_its_answer_are_repeated(answer):
    who, until = ANSWERS[answer]
    table = CrashTable()
    until(table)
    table.down(who).repeat_down(who).up(who).repeat_up(who).repeat_down(who)
    check_recovery(table)


@pytest.mark.parametrize("answer", ANSWERS)
def test_an_owner_dies_before_its_answer_arrives_and_then_the_city_dies(answer):
    who, until = ANSWERS[answer]
    table = CrashTable()
    until(table)
    table.down(who).dies(who).up(who).city_dies()
    check_recovery(table)


def check_recovery(table):
    table.recovery_phase()
    sagas = table.city.state.sagas
    assert table.is_quiet(), (
        table.unserved(),
        [
            (d.order, d.stage, d.unit_owner_stage, d.incident_owner_stage)
            for d in sagas.live.values()
        ],
    )
    assert all(
        unit.state is UnitState.AVAILABLE
        for unit in table.districts[HELPER].state.roster.units.values()
    )
    (incident,) = table.districts[NEEDER].state.incidents.values()
    done = [
        order
        for district in table.districts.values()
        for order in district.state.roster.orders.values()
        if order.stage is OrderStage.DONE
    ]
    assert len(done) == (incident.slots[0].state == "served"), (
        "the slot was served by one crew, unless the incident was closed before"
    )
    assert (incident.stage == "closed") is (incident.slots[0].state == "cancelled")
