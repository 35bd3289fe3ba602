"""An edge box in the simulated city: the production agent sees what is there, says it, survives, and costs little."""

import pytest

from citybrain.clock import SECOND_US, Timestamp
from citybrain.domain.agent import RequestBatch
from citybrain.domain.event import VerificationRequest
from citybrain.journal.memory import Boundary
from citybrain.vocabulary import Phase, VerificationVerdict
from citysim.sim.machine.clocks import EPOCH_US
from citysim.sim.street.setup import setup_of, source_of


def ask(street, *, within_s=60.0, quiet_s=5.0, number=1):
    street.ask(asked(street, within_s=within_s, quiet_s=quiet_s, number=number))


def asked(street, *, within_s=60.0, quiet_s=5.0, number=1):
    setup = setup_of(street.box.plan)
    (source,) = [*setup.cameras.values(), *setup.sensors.values()]
    deadline = Timestamp(EPOCH_US + round((street.loop.time() + within_s) * SECOND_US))
    request = VerificationRequest(
        request=f"q{number}",
        incident="i",
        source=source.source,
        rule=source.rules[0].id,
        quiet_s=quiet_s,
        deadline=deadline,
    )
    return RequestBatch(epoch="e", first=number, requests=(request,))


def listen(bell, strike):
    bell.listen("test", strike, is_once=False)


def test_what_begins_is_said_soon_and_what_ends_too(any_street):
    street = any_street((60.0, 120.0)).until(300.0)
    starts = [(at_s, event) for at_s, event in street.events() if event.phase is Phase.START]
    ends = [at_s for at_s, event in street.events() if event.phase is Phase.END]
    assert len(starts) == len(ends) == 1
    assert 60.0 < starts[0][0] < 75.0
    assert 180.0 < ends[0] < 190.0
    assert starts[0][1].incident_kind == street.box.plan.incident_kind


def test_a_street_where_nothing_happens_is_silent(any_street):
    street = any_street().until(3_600.0)
    assert street.events() == []
    assert street.visibilities()[-1] == ("observed", "")


def test_it_goes_on_until_somebody_treats_it(any_street):
    street = any_street((60.0, 0.0)).until(400.0)
    assert Phase.END not in street.phases()
    street.scene.treat(400.0)
    street.until(430.0)
    assert street.phases()[-1] == Phase.END


def test_everything_that_was_put_arrives_and_leaves_the_outbox(any_street):
    street = any_street((60.0, 120.0)).until(300.0)
    put = [seq for put in street.box.truth().puts for seq in range(put.first, put.last + 1)]
    assert sorted(said.seq for _, said in street.heard) == put == list(range(1, len(put) + 1))
    assert street.box.history().kept == frozenset()


def test_without_an_ack_everything_stays_and_comes_again(street):
    street = street("waterlogging", (20.0, 60.0), acks=False).until(120.0)
    assert street.box.history().kept == {said.seq for _, said in street.heard}
    assert len(street.items) > len(street.heard)


def test_a_request_is_answered_clear_when_nothing_is_seen_for_long_enough(any_street):
    street = any_street().until(30.0)
    ask(street)
    street.until(60.0)
    assert [answer.verdict for answer in street.answers()] == [VerificationVerdict.CLEAR]


def test_a_request_is_answered_still_at_the_deadline_while_it_is_there(any_street):
    street = any_street((20.0, 0.0)).until(60.0)
    ask(street, within_s=20.0)
    street.until(79.0)
    assert street.answers() == []
    street.until(82.0)
    assert [answer.verdict for answer in street.answers()] == [VerificationVerdict.STILL]


def test_nobody_is_said_to_have_looked_while_it_was_blind(any_street):
    street = any_street().until(30.0)
    street.box.blind(60.0)
    street.until(50.0)
    ask(street, within_s=30.0)
    street.until(150.0)
    assert [answer.verdict for answer in street.answers()] == [VerificationVerdict.CANNOT]
    blind = street.visibilities().index(
        ("blind", "black" if street.box.plan.source == "camera" else "silent")
    )
    assert street.visibilities()[blind + 1] == ("observed", "")


def test_a_short_blindness_does_not_end_an_episode(any_street):
    street = any_street((20.0, 0.0)).until(60.0)
    street.box.blind(10.0)
    street.until(200.0)
    assert Phase.END not in street.phases()


def test_an_episode_outlives_the_process(any_street):
    street = any_street((60.0, 200.0)).until(120.0)
    street.computer.die("SIGKILL")
    street.until(400.0)
    assert street.phases().count("start") == street.phases().count("end") == 1
    assert any(
        reason == "agent_down"
        for _, reason in [
            (s.visibility.visibility, s.visibility.reason)
            for _, s in street.heard
            if s.visibility is not None
        ]
    )


def test_the_broker_says_that_it_died_and_the_next_run_that_it_lives(street):
    street = street().until(20.0)
    assert street.statuses[-1].online
    street.computer.hold()
    street.until(30.0)
    assert not street.statuses[-1].online
    street.computer.let_go()
    street.until(40.0)
    assert street.statuses[-1].online and len(street.hellos) == 2
    assert street.box.truth().down[1] == (20.0, 30.0)


def test_an_orderly_end_says_goodbye(street):
    street = street().until(20.0)
    street.box.stop()
    street.until(25.0)
    assert street.box.life is None
    assert not street.statuses[-1].online
    assert street.statuses[-1].sources != ()  # a will knows of no sources


@pytest.mark.parametrize("boundary", list(Boundary))
@pytest.mark.parametrize("writes", range(4))
def test_nothing_is_lost_or_doubled_wherever_the_power_goes(any_street, boundary, writes):
    street = any_street((30.0, 60.0)).until(25.0 + writes)
    strike_after(street, boundary, writes)
    street.until(300.0)
    assert street.computer.boots == 2
    put = [
        (p.incarnation, seq) for p in street.box.truth().puts for seq in range(p.first, p.last + 1)
    ]
    heard = [seq for _, seq in sorted({(i, s) for i, s in street.items})]
    assert heard == [seq for _, seq in put]
    assert street.phases().count("start") == 1 and street.phases().count("end") == 1


def strike_after(street, boundary, writes):
    """The power goes at `boundary` of the write after so many more."""
    disk, was = street.computer.disk, street.computer.disk.writes
    strike = disk.strike

    def later(where):
        if (
            disk.writes + (where is Boundary.BEFORE) - was > writes
            and disk.strikes_at is None
            and street.computer.boots == 1
        ):
            disk.strikes_at = boundary
        strike(where)

    street.box.outbox.faults = street.box._diary.faults = later


def test_a_full_disk_loses_nothing_that_was_not_declared(street):
    street = street("waterlogging", (30.0, 60.0)).until(20.0)
    street.computer.disk.is_full = True
    street.until(60.0)
    assert street.events() == []
    street.computer.disk.is_full = False
    street.until(200.0)
    assert street.phases()[0] == "start" and street.phases()[-1] == "end"


def test_a_card_that_was_replaced_begins_another_incarnation(street):
    street = street().until(20.0)
    before = street.box.outbox.incarnation
    street.computer.hold()
    street.box.reformat()
    street.computer.let_go()
    street.until(40.0)
    assert street.hellos[-1].incarnation == street.box.outbox.incarnation != before


def test_a_stepped_clock_ends_no_episode(any_street):
    street = any_street((20.0, 0.0)).until(60.0)
    street.computer.clocks.step(45.0)
    street.until(120.0)
    street.computer.clocks.step(-45.0)
    street.until(300.0)
    assert Phase.END not in street.phases()


def test_the_same_seed_is_the_same_story(any_street):
    assert (
        any_street((30.0, 90.0), seed=4).until(300.0).trace
        == any_street((30.0, 90.0), seed=4).until(300.0).trace
    )


def test_a_resting_box_does_next_to_nothing(any_street):
    street = any_street().until(100.0)
    before = street.loop.turns
    street.until(1_100.0)
    assert (
        street.loop.turns - before < 900
    )  # a look in 1.8 s, a reading in 7, a status in 10 with its way over the broker


def test_every_kind_is_set_up_with_a_source_of_its_own(any_street):
    plan = any_street().box.plan
    setup = setup_of(plan)
    assert [*setup.cameras, *setup.sensors] == [source_of(plan)]


def test_a_question_rings_once_when_it_stands_in_the_book(any_street):
    street, rung = any_street((10.0, 0.0)).until(30.0), []
    listen(
        street.box.questions,
        lambda request: rung.append(
            (street.loop.time(), request, request in street.box.outbox.open_requests())
        ),
    )
    question = asked(street)
    for _ in range(3):  # whoever asks may not have heard the acknowledgement
        street.ask(question)
        street.until(street.loop.time() + 3.0)
    ((at_s, request, stands),) = rung
    assert 30.0 < at_s < 31.0
    assert (request,) == question.requests
    assert stands


def test_the_next_question_rings_and_the_one_before_it_does_not_again(street):
    street, rung = street("waterlogging", (10.0, 0.0)).until(30.0), []
    listen(street.box.questions, lambda request: rung.append(request.request))
    for number in (1, 2):
        ask(street, number=number)
        street.until(street.loop.time() + 3.0)
    assert rung == ["q1", "q2"]


def test_a_question_that_finds_no_room_does_not_ring_until_it_is_asked_again_and_does(street):
    street, rung = street().until(30.0), []
    listen(street.box.questions, lambda request: rung.append(street.loop.time()))
    question, street.computer.disk.is_full = asked(street), True
    street.ask(question)
    street.until(40.0)
    assert rung == []
    street.computer.disk.is_full = False
    street.ask(question)
    street.until(50.0)
    assert len(rung) == 1 and rung[0] > 40.0


def test_words_ring_when_they_are_durable_and_all_of_them_do(any_street):
    street, rung = any_street((20.0, 60.0)).until(10.0), []
    before = len(street.box.truth().puts)
    listen(
        street.box.words,
        lambda drafts: rung.append(
            (street.loop.time(), tuple(drafts), street.box.truth().puts[-1])
        ),
    )
    street.until(150.0)
    puts = street.box.truth().puts[before:]
    assert len(puts) > 2
    assert rung == [(put.at_s, put.drafts, put) for put in puts]


def test_words_do_not_ring_while_the_disk_is_full(street):
    street, rung = street("waterlogging", (30.0, 60.0)).until(20.0), []
    listen(street.box.words, lambda drafts: rung.append((street.loop.time(), drafts)))
    street.computer.disk.is_full = True
    street.until(60.0)
    assert rung == []
    street.computer.disk.is_full = False
    street.until(80.0)
    assert rung and rung[0][0] >= 60.0
    assert any(
        getattr(draft, "phase", None) is Phase.START for _, drafts in rung for draft in drafts
    )


@pytest.mark.parametrize("boundary", list(Boundary))
def test_where_the_power_goes_words_ring_only_if_they_were_durable_by_then(street, boundary):
    street, rung = street("waterlogging", (30.0, 60.0)).until(20.0), []
    listen(street.box.words, rung.append)
    street.computer.disk.strikes_at, street.box._diary.faults = boundary, None
    street.until(60.0, lambda: not street.computer.is_up)
    assert len(rung) == (1 if boundary is Boundary.AFTER else 0)


def test_acks_ring_before_they_are_taken(street):
    street, rung = street("waterlogging", (20.0, 0.0)), []
    listen(street.box.mail, lambda: rung.append(street.box.outbox.numbers_kept()))
    street.until(60.0)
    assert rung and rung[0], "at the first one everything was there still"
    assert not street.box.outbox.numbers_kept()


def test_where_nobody_acknowledges_no_ack_rings(street):
    street, rung = street("waterlogging", (20.0, 0.0), acks=False), []
    listen(street.box.mail, lambda: rung.append(street.loop.time()))
    street.until(60.0)
    assert rung == []


def test_bells_outlive_the_process(street):
    street, rung = street().until(30.0), []
    listen(street.box.questions, lambda request: rung.append(request.request))
    street.computer.die("SIGKILL")
    street.until(40.0)
    ask(street)
    street.until(45.0)
    assert rung == ["q1"]
