"""The crash table of PROTOCOLS §4 at every boundary: who dies before, during or after the commit of each record of the protocol; every answer lost, every one
repeated. A moment a test, on both production cores; `tests/integration/test_crash_table.py` has the rows in which who dies has just committed.

Every moment ends the same way: no unit and no slot was ever promised twice, all that was asked for is served, nothing is left under way.
"""

import importlib.util
from pathlib import Path

import pytest

from citybrain.decider.decider import Decider
from citybrain.domain.crew import CrewAnswer
from citybrain.journal.memory import Boundary, Crashed
from citybrain.vocabulary import CrewAction, OrderStage, UnitState
from district_node import inputs as district_inputs

_SPEC = importlib.util.spec_from_file_location(
    "crash_table_told", Path(__file__).parents[1] / "integration" / "test_crash_table.py"
)
rows = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(rows)

CITY, HELPER, NEEDER = "city", rows.HELPER, rows.NEEDER


class CrashTable(rows.CrashTable):
    order = None

    def until_planned_for(self):
        """All is known, and the plan has not come in."""
        for name in rows.told.PLACES:
            self.connect(name)
        self.alarm(NEEDER)
        return self.up(NEEDER).up(HELPER)

    def plan_comes(self):
        self.plan()
        return self

    def until_releasing(self):
        """Both have promised, neither answer reached the city in time."""
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
            .crew_says(CrewAction.CANNOT)
            .up(HELPER)
        )

    def crew_says(self, action):
        order = self.districts[HELPER].state.roster.orders[self.order]
        answer = CrewAnswer(
            request=f"{action}",
            unit=order.unit,
            order=order.order,
            assignment=order.assignment,
            action=action,
            reason="a flat tyre",
        )
        self.districts[HELPER].give(district_inputs.CrewAnswered(answer=answer))
        return self

    def struck(self, who, boundary, step):
        """`who` dies at the first commit of `step`, and comes up again."""
        party = self.city if who == CITY else self.districts[who]

        def fault(at):
            if at is boundary:
                party.store.faults = None
                raise Crashed

        party.store.faults = fault
        with pytest.raises(Crashed):
            step(self)
        for name in rows.told.PLACES if who == CITY else [who]:
            self.is_up[name] = False
            if who == CITY:
                self.districts[name].give(
                    district_inputs.CityLinkChanged(up=False, reason="the city died")
                )
        party.store = party.store.crash()
        party.decider = Decider(
            decide=party._decide, initial=party._empty, store=party.store, kinds=party._kinds
        )
        assert party.decider.divergence is None
        party.give(party._started(party.store))
        for name in rows.told.PLACES if who == CITY else [who]:
            self.connect(name)
        self.check_laws()
        return self


# the record at whose commit it dies: (who, how far things are then, the step in which that record is committed, whether the incident is closed meanwhile)
MOMENTS = {
    "city: proposing": (CITY, CrashTable.until_planned_for, CrashTable.plan_comes),
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
    "city: issued is heard": (CITY, CrashTable.until_issued, lambda t: t.up(HELPER)),
    "city: coming is heard": (
        CITY,
        lambda t: t.until_committed().down(NEEDER),
        lambda t: t.up(NEEDER),
    ),
    "city: its deadline passes, which aborts": (
        CITY,
        CrashTable.until_reserved,
        lambda t: t.pass_time(6),
    ),
    "city: the release is heard": (
        CITY,
        lambda t: t.until_releasing().down(HELPER),
        lambda t: t.up(HELPER),
    ),
    "city: the incident is over, which withdraws": (
        CITY,
        lambda t: t.until_issued().up(HELPER).needer_closes(),
        lambda t: t.up(NEEDER),
    ),
    "city: withdrawn is heard": (
        CITY,
        lambda t: t.until_withdrawing().down(HELPER),
        lambda t: t.up(HELPER),
    ),
    "city: not coming is heard": (
        CITY,
        lambda t: t.until_claim_cancelled().down(NEEDER),
        lambda t: t.up(NEEDER),
    ),
    "city: the crew's progress is heard": (
        CITY,
        lambda t: t.until_issued().up(HELPER).crew_says(CrewAction.ACCEPT),
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
        lambda t: t.crew_says(CrewAction.ACCEPT),
    ),
    "unit's owner: the crew cannot": (
        HELPER,
        CrashTable.until_issued,
        lambda t: t.crew_says(CrewAction.CANNOT),
    ),
    "incident's owner: claimed": (NEEDER, CrashTable.until_proposing, lambda t: t.down(NEEDER)),
    "incident's owner: coming": (NEEDER, CrashTable.until_committed, lambda t: t.down(NEEDER)),
    "incident's owner: released": (NEEDER, CrashTable.until_releasing, lambda t: t.down(NEEDER)),
    "incident's owner: not coming": (
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
@pytest.mark.parametrize("moment", MOMENTS)
def test_who_dies_at_a_commit(context, boundary):
    who, until, step = MOMENTS[context]
    table = CrashTable()
    until(table)
    table.struck(who, boundary, step)
    healed(table)


# every answer that PROTOCOLS §4 names, lost for a while (an island of a second) and repeated: (who answers, how far things are, the step that is answered)
ANSWERS = {
    "reserved": (HELPER, CrashTable.until_proposing),
    "claimed": (NEEDER, CrashTable.until_proposing),
    "issued": (HELPER, CrashTable.until_committed),
    "claim_confirmed": (NEEDER, CrashTable.until_committed),
    "released by the unit's owner": (HELPER, CrashTable.until_releasing),
    "released by the incident's owner": (NEEDER, CrashTable.until_releasing),
    "withdrawn": (HELPER, CrashTable.until_withdrawing),
    "not coming": (NEEDER, CrashTable.until_claim_cancelled),
}


@pytest.mark.parametrize("seconds", [1, 7, 30])
@pytest.mark.parametrize("answer", ANSWERS)
def test_an_answer_is_lost(answer, seconds):
    who, until = ANSWERS[answer]
    table = CrashTable()
    until(table)
    table.down(who).islanded(who, seconds)
    healed(table)


@pytest.mark.parametrize("answer", ANSWERS)
def test_a_step_and_its_answer_are_repeated(answer):
    who, until = ANSWERS[answer]
    table = CrashTable()
    until(table)
    table.down(who).repeat_down(who).up(who).repeat_up(who).repeat_down(who)
    healed(table)


@pytest.mark.parametrize("answer", ANSWERS)
def test_who_answered_dies_before_the_answer_is_heard_and_then_the_city_dies(answer):
    who, until = ANSWERS[answer]
    table = CrashTable()
    until(table)
    table.down(who).dies(who).up(who).city_dies()
    healed(table)


def healed(table):
    table.calm()
    drives = table.city.state.drives
    assert table.is_quiet(), (
        table.unserved(),
        [(d.order, d.stage, d.unit_side, d.slot_side) for d in drives.live.values()],
    )
    assert all(
        unit.state is UnitState.AVAILABLE
        for unit in table.districts[HELPER].state.roster.units.values()
    )
    (incident,) = table.districts[NEEDER].state.incidents.values()
    done = [
        o
        for d in table.districts.values()
        for o in d.state.roster.orders.values()
        if o.stage is OrderStage.DONE
    ]
    assert len(done) == (incident.slots[0].state == "served"), (
        "the place was served by one crew, unless it was closed before"
    )
    assert (incident.stage == "closed") is (incident.slots[0].state == "cancelled")
