"""What a city owes at one moment, and when it is paid."""

import citysim_story as s

from citybrain.vocabulary import IncidentStage
from citysim.chaos.heal.calm import closed_since
from citysim.chaos.heal.debts import debts, unpaid
from citysim.laws.history import OutboxHistory
from district_node.inputs import CityLetterReceived

DOWN = "district/a"


def outbox(next_seq, *kept, incarnation=7):
    return (
        (
            s.A,
            OutboxHistory(
                agent=s.AGENT, incarnation=incarnation, next_seq=next_seq, kept=frozenset(kept)
            ),
        ),
    )


def city(*steps):
    return s.node("city", *steps)


def test_nothing_owed_is_nothing_unpaid():
    history = s.history(s.node("a"), city=city())
    assert unpaid(debts(history), history) == ()


def test_an_agents_items_are_paid_when_its_outbox_has_let_go_of_them():
    owed = debts(s.history(s.node("a"), outboxes=outbox(5, 3, 4)))
    assert unpaid(owed, s.history(s.node("a"), outboxes=outbox(6, 4, 5))) == (
        "1 item(s) of box-a are not acknowledged",
    )
    assert unpaid(owed, s.history(s.node("a"), outboxes=outbox(9, 5, 6, 7, 8))) == (), (
        "what came later is another debt"
    )
    assert unpaid(owed, s.history(s.node("a"), outboxes=outbox(3, 1, 2, incarnation=8))) == (), (
        "an outbox made anew owes for itself"
    )


def test_a_districts_letters_are_paid_when_the_city_has_journaled_them():
    district = s.node("a", s.step(None, s.unit("o-1")), s.step(None, s.unit(None)))
    owed = debts(s.history(district, city=city()))
    assert unpaid(owed, s.history(district, city=city(s.heard(s.unit("o-1"), 1)))) == (
        "1 letter(s) of a have not reached the city",
    )
    assert (
        unpaid(
            owed,
            s.history(district, city=city(s.heard(s.unit("o-1"), 1), s.heard(s.unit(None), 2))),
        )
        == ()
    )


def test_the_citys_letters_are_paid_when_the_district_has_journaled_them():
    says = city(s.step(None, s.progress("done"), to=DOWN))
    owed = debts(s.history(s.node("a"), city=says))
    assert unpaid(owed, s.history(s.node("a"), city=says)) == (
        "1 letter(s) of the city have not reached a",
    )
    assert (
        unpaid(
            owed,
            s.history(
                s.node("a", s.step(CityLetterReceived(position=1, progress=s.progress("done")))),
                city=says,
            ),
        )
        == ()
    )


def test_the_city_works_when_an_incident_that_began_after_the_faults_is_closed():
    def told(stage, second, name="i-2"):
        return s.step(None, s.incident(stage, name), second=second)

    old = [told(IncidentStage.OPENED, 1, "i-1"), told(IncidentStage.CLOSED, 30, "i-1")]
    assert not closed_since(s.history(s.node("a", *old)), s.at(10)), "it began before"
    assert not closed_since(s.history(s.node("a", *old, told(IncidentStage.HANDLED, 31))), s.at(10))
    assert closed_since(
        s.history(
            s.node("a", *old, told(IncidentStage.OPENED, 12), told(IncidentStage.CLOSED, 31))
        ),
        s.at(10),
    )
