"""An edge box in the simulated city: the production agent reports what is there, survives faults,
and costs little."""

import pytest

from citybrain.clock import SECOND_US, Timestamp
from citybrain.domain.agent import RequestBatch
from citybrain.domain.event import VerificationRequest
from citybrain.journal.memory import Boundary
from citybrain.vocabulary import Phase, VerificationVerdict
from citysim.sim.machine.clocks import EPOCH_US
from citysim.sim.street.agent_setup import agent_setup, source_id


def send_request(street, *, within_s=60.0, quiet_s=5.0, number=1):
    street.send_requests(request_batch(street, within_s=within_s, quiet_s=quiet_s, number=number))


def request_batch(street, *, within_s=60.0, quiet_s=5.0, number=1):
    setup = agent_setup(street.box.spec)
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


def appended_seqs(street):
    """(incarnation, seq) of everything that the outbox has made durable."""
    return [
        (append.incarnation, seq)
        for append in street.box.ground_truth().appends
        for seq in range(append.first, append.last + 1)
    ]


def test_a_condition_is_reported_soon_after_its_start_and_its_end(any_street):
    street = any_street((60.0, 120.0)).run_until(300.0)
    starts = [(at_s, event) for at_s, event in street.events() if event.phase is Phase.START]
    ends = [at_s for at_s, event in street.events() if event.phase is Phase.END]
    assert len(starts) == len(ends) == 1
    assert 60.0 < starts[0][0] < 75.0
    assert 180.0 < ends[0] < 190.0
    assert starts[0][1].incident_kind == street.box.spec.incident_kind


def test_without_street_events_nothing_but_visibility_is_reported(any_street):
    street = any_street().run_until(3_600.0)
    assert street.events() == []
    assert street.visibilities()[-1] == ("observed", "")


def test_a_condition_lasts_until_a_crew_treats_it(any_street):
    street = any_street((60.0, 0.0)).run_until(400.0)
    assert Phase.END not in street.phases()
    street.scene.treat(400.0)
    street.run_until(430.0)
    assert street.phases()[-1] == Phase.END


def test_everything_that_was_appended_arrives_and_leaves_the_outbox(any_street):
    street = any_street((60.0, 120.0)).run_until(300.0)
    appended = [seq for _, seq in appended_seqs(street)]
    assert sorted(item.seq for _, item in street.new_items) == appended
    assert appended == list(range(1, len(appended) + 1))
    assert street.box.history().unacknowledged_seqs == frozenset()


def test_without_an_acknowledgement_everything_is_kept_and_sent_again(street):
    street = street("waterlogging", (20.0, 60.0), acks=False).run_until(120.0)
    assert street.box.history().unacknowledged_seqs == {item.seq for _, item in street.new_items}
    assert len(street.received) > len(street.new_items)


def test_a_verification_is_clear_when_the_condition_is_absent_for_long_enough(any_street):
    street = any_street().run_until(30.0)
    send_request(street)
    street.run_until(60.0)
    assert [result.verdict for result in street.verification_results()] == [
        VerificationVerdict.CLEAR
    ]


def test_a_verification_is_still_at_the_deadline_while_the_condition_is_there(any_street):
    street = any_street((20.0, 0.0)).run_until(60.0)
    send_request(street, within_s=20.0)
    street.run_until(79.0)
    assert street.verification_results() == []
    street.run_until(82.0)
    assert [result.verdict for result in street.verification_results()] == [
        VerificationVerdict.STILL
    ]


def test_a_verification_by_a_blind_source_has_no_result_but_cannot(any_street):
    street = any_street().run_until(30.0)
    street.box.blind(60.0)
    street.run_until(50.0)
    send_request(street, within_s=30.0)
    street.run_until(150.0)
    assert [result.verdict for result in street.verification_results()] == [
        VerificationVerdict.CANNOT
    ]
    reason = "black" if street.box.spec.source == "camera" else "silent"
    blind = street.visibilities().index(("blind", reason))
    assert street.visibilities()[blind + 1] == ("observed", "")


def test_a_short_blindness_does_not_end_an_episode(any_street):
    street = any_street((20.0, 0.0)).run_until(60.0)
    street.box.blind(10.0)
    street.run_until(200.0)
    assert Phase.END not in street.phases()


def test_an_episode_outlives_the_process(any_street):
    street = any_street((60.0, 200.0)).run_until(120.0)
    street.computer.die("SIGKILL")
    street.run_until(400.0)
    assert street.phases().count("start") == street.phases().count("end") == 1
    assert "agent_down" in street.visibility_reasons()


def test_the_broker_publishes_the_will_of_a_dead_agent_and_the_next_run_is_online(street):
    street = street().run_until(20.0)
    assert street.statuses[-1].online
    street.computer.power_off()
    street.run_until(30.0)
    assert not street.statuses[-1].online
    street.computer.power_on()
    street.run_until(40.0)
    assert street.statuses[-1].online and len(street.hellos) == 2
    assert street.box.ground_truth().down[1] == (20.0, 30.0)


def test_an_orderly_end_publishes_a_last_status(street):
    street = street().run_until(20.0)
    street.box.stop()
    street.run_until(25.0)
    assert street.box.agent_run is None
    assert not street.statuses[-1].online
    assert street.statuses[-1].sources != ()  # a will knows of no sources


@pytest.mark.parametrize("boundary", list(Boundary))
@pytest.mark.parametrize("writes", range(4))
def test_nothing_is_lost_or_duplicated_wherever_the_power_fails(any_street, boundary, writes):
    street = any_street((30.0, 60.0)).run_until(25.0 + writes)
    crash_after(street, boundary, writes)
    street.run_until(300.0)
    assert street.computer.boots == 2
    received = [seq for _, seq in sorted(set(street.received))]
    assert received == [seq for _, seq in appended_seqs(street)]
    assert street.phases().count("start") == 1 and street.phases().count("end") == 1


def crash_after(street, boundary, writes):
    """The power fails at `boundary` of the write after so many more."""
    disk, before = street.computer.disk, street.computer.disk.writes
    on_boundary = disk.on_boundary

    def arm_then_pass_on(where):
        write = disk.writes + (where is Boundary.BEFORE) - before
        if write > writes and disk.crash_at is None and street.computer.boots == 1:
            disk.crash_at = boundary
        on_boundary(where)

    street.box.outbox.faults = street.box._checkpoints.faults = arm_then_pass_on


def test_a_full_disk_loses_nothing_that_is_not_declared(street):
    street = street("waterlogging", (30.0, 60.0)).run_until(20.0)
    street.computer.disk.is_full = True
    street.run_until(60.0)
    assert street.events() == []
    street.computer.disk.is_full = False
    street.run_until(200.0)
    assert street.phases()[0] == "start" and street.phases()[-1] == "end"


def test_a_replaced_card_begins_another_incarnation(street):
    street = street().run_until(20.0)
    before = street.box.outbox.incarnation
    street.computer.power_off()
    street.box.reformat()
    street.computer.power_on()
    street.run_until(40.0)
    assert street.hellos[-1].incarnation == street.box.outbox.incarnation != before


def test_a_stepped_clock_ends_no_episode(any_street):
    street = any_street((20.0, 0.0)).run_until(60.0)
    street.computer.clocks.step(45.0)
    street.run_until(120.0)
    street.computer.clocks.step(-45.0)
    street.run_until(300.0)
    assert Phase.END not in street.phases()


def test_the_same_seed_gives_the_same_trace(any_street):
    first, second = (any_street((30.0, 90.0), seed=4).run_until(300.0) for _ in range(2))
    assert first.trace == second.trace


def test_a_resting_box_does_next_to_nothing(any_street):
    street = any_street().run_until(100.0)
    before = street.loop.steps
    street.run_until(1_100.0)
    # an observation in 1.8 s, a reading in 7, a status in 10 with its way over the broker
    assert street.loop.steps - before < 900


def test_every_kind_is_set_up_with_its_own_source(any_street):
    spec = any_street().box.spec
    setup = agent_setup(spec)
    assert [*setup.cameras, *setup.sensors] == [source_id(spec)]


# triggers


def record(trigger, what):
    """A list of what the trigger fires with from now on: `what` makes an entry of each."""
    entries = []
    trigger.arm("record", lambda occurrence: entries.append(what(occurrence)), once=False)
    return entries


def test_a_request_fires_once_when_it_is_stored(any_street):
    street = any_street((10.0, 0.0)).run_until(30.0)
    outbox = street.box.outbox
    fired = record(
        street.box.request_stored,
        lambda request: (street.loop.time(), request, request in outbox.open_requests()),
    )
    batch = request_batch(street)
    for _ in range(3):  # the district may not have received the acknowledgement
        street.send_requests(batch)
        street.run_until(street.loop.time() + 3.0)
    ((at_s, request, is_stored),) = fired
    assert 30.0 < at_s < 31.0
    assert (request,) == batch.requests
    assert is_stored


def test_the_next_request_fires_and_the_one_before_does_not_again(street):
    street = street("waterlogging", (10.0, 0.0)).run_until(30.0)
    fired = record(street.box.request_stored, lambda request: request.request)
    for number in (1, 2):
        send_request(street, number=number)
        street.run_until(street.loop.time() + 3.0)
    assert fired == ["q1", "q2"]


def test_a_request_that_finds_no_room_fires_when_it_is_sent_again_and_stored(street):
    street = street().run_until(30.0)
    fired = record(street.box.request_stored, lambda _: street.loop.time())
    batch, street.computer.disk.is_full = request_batch(street), True
    street.send_requests(batch)
    street.run_until(40.0)
    assert fired == []
    street.computer.disk.is_full = False
    street.send_requests(batch)
    street.run_until(50.0)
    assert len(fired) == 1 and fired[0] > 40.0


def test_every_append_fires_when_it_is_durable(any_street):
    street = any_street((20.0, 60.0)).run_until(10.0)
    before = len(street.box.ground_truth().appends)
    fired = record(
        street.box.outbox_appended,
        lambda drafts: (
            street.loop.time(),
            tuple(drafts),
            street.box.ground_truth().appends[-1],
        ),
    )
    street.run_until(150.0)
    appends = street.box.ground_truth().appends[before:]
    assert len(appends) > 2
    assert fired == [(append.at_s, append.drafts, append) for append in appends]


def test_no_append_fires_while_the_disk_is_full(street):
    street = street("waterlogging", (30.0, 60.0)).run_until(20.0)
    fired = record(street.box.outbox_appended, lambda drafts: (street.loop.time(), drafts))
    street.computer.disk.is_full = True
    street.run_until(60.0)
    assert fired == []
    street.computer.disk.is_full = False
    street.run_until(80.0)
    assert fired and fired[0][0] >= 60.0
    drafts = [draft for _, drafts in fired for draft in drafts]
    assert any(getattr(draft, "phase", None) is Phase.START for draft in drafts)


@pytest.mark.parametrize("boundary", list(Boundary))
def test_where_the_power_fails_an_append_fires_only_if_it_was_durable(street, boundary):
    street = street("waterlogging", (30.0, 60.0)).run_until(20.0)
    fired = record(street.box.outbox_appended, lambda drafts: drafts)
    street.computer.disk.crash_at, street.box._checkpoints.faults = boundary, None
    street.run_until(60.0, lambda: not street.computer.is_up)
    assert len(fired) == (1 if boundary is Boundary.AFTER else 0)


def test_an_acknowledgement_fires_before_it_is_handled(street):
    street = street("waterlogging", (20.0, 0.0))
    fired = record(street.box.inbound_received, lambda _: street.box.outbox.unacknowledged_seqs())
    street.run_until(60.0)
    assert fired and fired[0], "at the first one everything was still kept"
    assert not street.box.outbox.unacknowledged_seqs()


def test_without_acknowledgements_none_fires(street):
    street = street("waterlogging", (20.0, 0.0), acks=False)
    fired = record(street.box.inbound_received, lambda _: street.loop.time())
    street.run_until(60.0)
    assert fired == []


def test_armed_triggers_outlive_the_process(street):
    street = street().run_until(30.0)
    fired = record(street.box.request_stored, lambda request: request.request)
    street.computer.die("SIGKILL")
    street.run_until(40.0)
    send_request(street)
    street.run_until(45.0)
    assert fired == ["q1"]
