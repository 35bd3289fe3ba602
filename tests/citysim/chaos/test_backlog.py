"""What had been sent at one moment, and when it has arrived."""

import law_histories as h
import law_values as v

from citybrain.vocabulary import IncidentStage
from citysim.chaos.recovery.backlog import backlog, undelivered
from citysim.chaos.recovery.liveness import incident_closed_since
from citysim.laws.history import OutboxHistory
from district_node.inputs import CityLetterReceived

DISTRICT = "district/a"


def outbox(next_seq, *kept, incarnation=7):
    return (
        (
            v.A,
            OutboxHistory(
                agent=v.AGENT,
                incarnation=incarnation,
                next_seq=next_seq,
                unacknowledged_seqs=frozenset(kept),
            ),
        ),
    )


def city(*records):
    return h.node("city", *records)


def test_what_was_never_sent_is_not_undelivered():
    history = h.history(h.node("a"), city=city())
    assert undelivered(backlog(history), history) == ()


def test_an_agents_items_are_delivered_when_its_outbox_has_discarded_them():
    sent = backlog(h.history(h.node("a"), outboxes=outbox(5, 3, 4)))
    assert undelivered(sent, h.history(h.node("a"), outboxes=outbox(6, 4, 5))) == (
        "1 item(s) of box-a are not acknowledged",
    )
    assert undelivered(sent, h.history(h.node("a"), outboxes=outbox(9, 5, 6, 7, 8))) == (), (
        "what came later is not in this backlog"
    )
    assert (
        undelivered(sent, h.history(h.node("a"), outboxes=outbox(3, 1, 2, incarnation=8))) == ()
    ), "a new outbox has a backlog of its own"


def test_a_districts_letters_are_delivered_when_the_city_has_journaled_them():
    district = h.node("a", h.record(None, v.unit("o-1")), h.record(None, v.unit(None)))
    sent = backlog(h.history(district, city=city()))
    assert undelivered(
        sent, h.history(district, city=city(h.district_letter(v.unit("o-1"), 1)))
    ) == ("1 letter(s) of a have not reached the city",)
    assert (
        undelivered(
            sent,
            h.history(
                district,
                city=city(h.district_letter(v.unit("o-1"), 1), h.district_letter(v.unit(None), 2)),
            ),
        )
        == ()
    )


def test_the_citys_letters_are_delivered_when_the_district_has_journaled_them():
    sender = city(h.record(None, v.progress("done"), to=DISTRICT))
    sent = backlog(h.history(h.node("a"), city=sender))
    assert undelivered(sent, h.history(h.node("a"), city=sender)) == (
        "1 letter(s) of the city have not reached a",
    )
    assert (
        undelivered(
            sent,
            h.history(
                h.node("a", h.record(CityLetterReceived(position=1, letter=v.progress("done")))),
                city=sender,
            ),
        )
        == ()
    )


def test_the_city_works_when_an_incident_that_began_after_the_faults_is_closed():
    def reported(stage, second, name="i-2"):
        return h.record(None, v.incident(stage, name), second=second)

    old = [reported(IncidentStage.OPENED, 1, "i-1"), reported(IncidentStage.CLOSED, 30, "i-1")]
    assert not incident_closed_since(h.history(h.node("a", *old)), v.at(10)), "it began before"
    assert not incident_closed_since(
        h.history(h.node("a", *old, reported(IncidentStage.HANDLED, 31))), v.at(10)
    )
    assert incident_closed_since(
        h.history(
            h.node(
                "a", *old, reported(IncidentStage.OPENED, 12), reported(IncidentStage.CLOSED, 31)
            )
        ),
        v.at(10),
    )
