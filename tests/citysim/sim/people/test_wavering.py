"""What an operator who changes his mind does with what his desk shows, and what he puts right again."""

from dataclasses import replace

import pytest

from citybrain.clock import SECOND_US, Timestamp, later
from citybrain.domain.console import DistrictSnapshot, QueueEntry
from citybrain.domain.incident import IncidentReport
from citybrain.domain.unit import UnitReport
from citybrain.geo import Point
from citybrain.vocabulary import (
    Certainty,
    IncidentStage,
    OperatorVerb,
    Severity,
    UnitState,
    Urgency,
)
from citysim.sim.dice import Dice
from citysim.sim.people.wavering import OFTEN, RESTS_S, WHIMS, Waverer, owing, wavered

T0 = Timestamp(1_750_000_000_000_000)
PLACE = Point(lat=30.66, lon=104.06)
RESTS = (
    OperatorVerb.CLOSE,
    OperatorVerb.DEFER,
    OperatorVerb.VERIFY,
)  # what he may have to put right
LOOKS = 400
WAVERS = Waverer(name="ann", wavers=True)
RESTED = Waverer(name="ann")


def row(stage=IncidentStage.OPENED, incident="i-1", changed_at=T0):
    report = IncidentReport(
        incident=incident,
        district="a",
        kind="crowding",
        stage=stage,
        severity=Severity.MINOR,
        urgency=Urgency.EXPECTED,
        certainty=Certainty.POSSIBLE,
        place=PLACE,
        opened_at=T0,
        changed_at=changed_at,
        escalated=False,
        slots=(),
        traceparent="",
        events=1,
    )
    return QueueEntry(
        report=report,
        priority=1.0,
        clocks=(),
        history=(),
        evidence=None,
        source="c",
        rule="r",
        waits_for="person",
    )


def unit(name, state=UnitState.AVAILABLE, order=None):
    return UnitReport(
        unit=name,
        district="a",
        name=name,
        capabilities=("patrol",),
        state=state,
        place=PLACE,
        speed_mps=8.0,
        order=order,
        assignment=0,
        at=T0,
    )


def snapshot(*rows, units=()):
    return DistrictSnapshot(
        district="a",
        name="A",
        centre=PLACE,
        at=T0,
        rows=rows,
        units=units,
        agents=(),
        links=(),
        counts={},
    )


def clear(report):
    return True


def not_clear(report):
    return False


def looks(shown, *, is_clear=not_clear, seed=1, seconds=LOOKS, mind=WAVERS):
    """What he wishes, second by second; his mind is the same at every look, as if nothing came of it."""
    chance = Dice(seed).of("whims")
    return [
        (second, wish)
        for second in range(seconds)
        for wish in wavered(mind, shown, later(T0, second), is_clear, chance)[1]
    ]


def debts(shown, *, is_clear=not_clear):
    """(what he wished at a look, when he opens it again by what he owes then) for many looks with nothing owed before."""
    chance = Dice(1).of("whims")
    for second in range(LOOKS):
        now = later(T0, second)
        mind, wishes = wavered(WAVERS, shown, now, is_clear, chance)
        yield now, wishes, mind.owes


def owes(*incidents, due_s=10.0, wavers=False):
    mind = replace(RESTED, wavers=wavers)
    for incident in incidents:
        mind = owing(mind, incident, later(T0, due_s))
    return mind


def opened(mind, shown, seconds, is_clear=not_clear):
    """(his mind after so many seconds from the beginning, what he opens again then)."""
    mind, wishes = wavered(mind, shown, later(T0, seconds), is_clear, Dice(1).of("whims"))
    assert {wish.verb for wish in wishes} <= {OperatorVerb.OPEN}
    return mind, [wish.incident for wish in wishes]


def test_one_who_is_idle_does_nothing_and_asks_nothing_of_chance():
    assert RESTED.is_idle
    chance = Dice(1).of("whims")
    before = chance.getstate()
    assert wavered(RESTED, snapshot(row(), units=(unit("u-1"),)), T0, not_clear, chance) == (
        RESTED,
        (),
    )
    assert chance.getstate() == before


def test_one_who_wavers_or_owes_is_not_idle():
    assert not WAVERS.is_idle
    assert not owes("i-1").is_idle


def test_what_is_owed_is_opened_again_when_it_is_due_and_not_before():
    shown = snapshot(row(IncidentStage.CLOSED))
    mind, early = opened(owes("i-1"), shown, 9.9)
    assert early == []
    assert opened(mind, shown, 10.0)[1] == ["i-1"]


def test_what_is_owed_is_opened_again_by_one_who_has_come_to_rest_too():
    assert opened(owes("i-1", wavers=False), snapshot(row(IncidentStage.CLOSED)), 11.0)[1] == [
        "i-1"
    ]


def test_only_what_is_owed_is_opened_again():
    shown = snapshot(
        row(IncidentStage.CLOSED, "i-1"),
        row(IncidentStage.CLOSED, "i-2"),
        row(IncidentStage.CLOSED, "i-3"),
    )
    assert opened(owes("i-1", "i-3"), shown, 11.0)[1] == ["i-1", "i-3"]


def test_it_is_the_same_request_at_every_look_until_the_row_shows_something_else():
    shown = snapshot(row(IncidentStage.CLOSED))
    wishes = [wish for _, wish in looks(shown, seconds=20, mind=owes("i-1"))]
    assert len(wishes) == 10 and len({wish.request for wish in wishes}) == 1
    ((_, other),) = looks(
        snapshot(row(IncidentStage.CLOSED, changed_at=later(T0, 5))), seconds=11, mind=owes("i-1")
    )
    assert other.request != wishes[0].request


@pytest.mark.parametrize(
    "stage", [IncidentStage.CLOSED, IncidentStage.VERIFIED, IncidentStage.OPENED]
)
def test_a_debt_ends_when_it_is_in_order(stage):
    mind, wishes = opened(owes("i-1"), snapshot(row(stage)), 11.0, is_clear=clear)
    assert wishes == []
    assert mind.is_idle


def test_a_debt_ends_when_the_desk_shows_it_no_more():
    mind, wishes = opened(owes("i-1", "i-2"), snapshot(row(IncidentStage.CLOSED, "i-2")), 5.0)
    assert wishes == []
    assert set(mind.owes) == {"i-2"}


def test_what_was_deferred_is_owed_though_it_is_in_order():
    """Nobody else opens it: it would rest for ever."""
    mind, wishes = opened(owes("i-1"), snapshot(row(IncidentStage.DEFERRED)), 11.0, is_clear=clear)
    assert wishes == ["i-1"]
    assert not mind.is_idle


def test_a_wish_to_close_that_did_not_come_through_stays_owed_while_it_is_not_in_order():
    mind, _ = opened(owes("i-1"), snapshot(row(IncidentStage.WORKING)), 11.0)
    assert set(mind.owes) == {"i-1"}, "it may come through yet"


def test_what_he_closes_verifies_or_defers_he_owes_for_a_while():
    shown = snapshot(row(IncidentStage.OPENED, "i-1"), row(IncidentStage.HANDLED, "i-2"))
    seen = set()
    for now, wishes, owed in debts(shown):
        resting = {wish.incident for wish in wishes if wish.verb in RESTS}
        seen |= {wish.verb for wish in wishes} & set(RESTS)
        assert set(owed) == resting
        assert all(RESTS_S[0] <= (due - now) / SECOND_US <= RESTS_S[1] for due in owed.values())
    assert seen == set(RESTS)


@pytest.mark.parametrize("is_clear", [clear, not_clear])
def test_he_never_rejects_anything_which_would_be_nobodys_any_more(is_clear):
    shown = snapshot(*(row(stage, f"i-{stage}") for stage in IncidentStage))
    verbs = [
        wish.verb for seed in range(5) for _, wish in looks(shown, seed=seed, is_clear=is_clear)
    ]
    assert len(verbs) > LOOKS
    assert OperatorVerb.REJECT not in verbs


@pytest.mark.parametrize("stage", list(IncidentStage))
def test_he_does_whatever_a_desk_allows_at_a_stage_and_nothing_else(stage):
    wished = {wish.verb for _, wish in looks(snapshot(row(stage)), is_clear=clear)}
    assert wished == set(WHIMS.get(stage, (OperatorVerb.ESCALATE,)))


def test_he_does_something_at_so_many_of_his_looks():
    assert len(looks(snapshot(row()), is_clear=clear)) == pytest.approx(OFTEN * LOOKS, rel=0.15)


def test_an_empty_desk_leaves_him_nothing_to_do():
    assert looks(snapshot(units=(unit("u-1"),))) == []


def test_he_turns_to_every_row():
    shown = snapshot(*(row(incident=f"i-{number}") for number in range(5)))
    assert {wish.incident for _, wish in looks(shown)} == {f"i-{number}" for number in range(5)}


def test_whoever_he_assigns_is_free_and_named():
    units = (
        unit("free"),
        unit("returning", UnitState.RETURNING),
        unit("reserved", UnitState.RESERVED, "o-1"),
        unit("busy", UnitState.EN_ROUTE, "o-2"),
        unit("promised", UnitState.AVAILABLE, "o-3"),
        unit("away", UnitState.OUT_OF_SERVICE),
    )
    wishes = [wish for _, wish in looks(snapshot(row(), units=units))]
    assert {wish.unit for wish in wishes if wish.verb is OperatorVerb.ASSIGN} == {
        "free",
        "returning",
    }
    assert {wish.unit for wish in wishes if wish.verb is not OperatorVerb.ASSIGN} == {None}


def test_where_nobody_is_free_he_names_nobody():
    wishes = [
        wish for _, wish in looks(snapshot(row(), units=(unit("busy", UnitState.EN_ROUTE, "o-1"),)))
    ]
    assert {wish.unit for wish in wishes if wish.verb is OperatorVerb.ASSIGN} == {None}


def test_every_wish_has_a_name_and_a_reason():
    wishes = [wish for _, wish in looks(snapshot(row()), is_clear=clear)]
    assert {wish.operator for wish in wishes} == {"ann"}
    assert all(wish.reason for wish in wishes)


def test_one_wish_is_one_request_and_another_is_another():
    shown = snapshot(
        row(incident="i-1"), row(IncidentStage.HANDLED, "i-2"), units=(unit("u-1"), unit("u-2"))
    )
    wishes = [wish for _, wish in looks(shown)]
    assert (
        len({wish.request for wish in wishes})
        == len({(wish.incident, wish.verb, wish.unit) for wish in wishes})
        > 6
    )


def test_the_same_chance_is_the_same_wishes_and_another_one_other_ones():
    shown = snapshot(
        *(row(incident=f"i-{number}") for number in range(3)), units=(unit("u-1"), unit("u-2"))
    )
    assert looks(shown, seed=7) == looks(shown, seed=7)
    assert looks(shown, seed=7) != looks(shown, seed=8)
