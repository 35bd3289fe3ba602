"""The agent's steps without a thread: what comes in is in the outbox and sent at the end of the
step."""

from citybrain.clock import SECOND_US
from citybrain.domain.agent import Ack, RequestBatch, ViewCone
from citybrain.domain.event import (
    VerificationResult,
    VisibilityInterval,
)
from citybrain.errors import StoreFullError
from citybrain.journal.memory import Boundary
from citybrain.vocabulary import Phase, VerificationVerdict, Visibility
from street_agent.agent_step import StepIntervals
from street_agent.config import ViewConeConfig
from street_agent.district_link import AckReceived, LinkConnected, RequestsReceived


def test_an_observation_is_in_the_outbox_at_the_end_of_the_step_and_sent_in_it(agent):
    agent.start().wait(0.1)
    agent.read(0.5).read(1.5)
    assert agent.events() == [Phase.START]
    assert agent.link.is_connected


def test_a_request_of_an_earlier_run_is_resumed(agent, request_at):
    agent.start().read(1.5)
    agent.step(
        (
            RequestsReceived(
                batch=RequestBatch(
                    epoch="e", first=1, requests=(request_at(agent.time.at + 9 * SECOND_US),)
                )
            ),
        )
    )
    agent.crash().start()
    for _ in range(10):
        agent.read(1.5)
    assert [answer.verdict for answer in agent.of(VerificationResult)] == [
        VerificationVerdict.STILL
    ]


def test_an_acknowledgement_removes_items(agent):
    agent.start().read(0.5)
    assert agent.items()
    agent.step((AckReceived(ack=Ack(incarnation=agent.outbox.incarnation, contiguous=99)),))
    assert agent.items() == []


def test_it_publishes_its_status_and_its_end(agent):
    agent.start().wait(5.0)
    agent.broker.deliver()
    assert len(agent.statuses) >= 5 and all(status.online for status in agent.statuses)
    agent.agent_step.finish()
    agent.broker.deliver()
    assert not agent.statuses[-1].online


def test_drafts_that_a_full_disk_refused_are_stored_later_without_new_input(setup, stepped_agent):
    agent = stepped_agent(setup, intervals=StepIntervals(tick_s=2.0)).start()
    agent.read(0.5)
    full = [True]

    def fail(boundary):
        if full[0] and boundary is Boundary.BEFORE:
            raise StoreFullError("the disk is full")

    agent.outbox.faults = fail
    agent.read(1.5)
    assert agent.events() == []
    full[0] = False
    agent.wait(3.0)
    assert agent.events() == [Phase.START]


def test_its_status_says_where_a_camera_looks(config, stepped_agent):
    cone = {"heading_deg": 135, "field_of_view_deg": 80, "range_m": 40}
    one = config()
    looking = one.camera[0].model_copy(update={"view_cone": ViewConeConfig(**cone)})
    setup = one.model_copy(update={"camera": (looking,)}).setup({looking.model: 0.5})
    agent = stepped_agent(setup).start().wait(1.5)
    camera, sensor = agent.statuses[-1].sources
    assert camera.view_cone == ViewCone(heading_deg=135.0, field_of_view_deg=80.0, range_m=40.0)
    assert sensor.view_cone is None


def test_a_connection_is_followed_by_a_status_at_once(setup, stepped_agent):
    agent = stepped_agent(setup, intervals=StepIntervals(tick_s=60.0, status_s=60.0)).start()
    agent.wait(1.0)
    agent.wait(1.0, LinkConnected())
    agent.broker.deliver()
    assert agent.statuses[-1].at == agent.time.at


def acknowledged(agent, epoch, contiguous=99):
    ack = Ack(incarnation=agent.outbox.incarnation, contiguous=contiguous, epoch=epoch)
    return agent.step((AckReceived(ack=ack),)).items()


def test_to_a_district_that_was_restored_it_says_again_what_its_sources_see(agent):
    agent.start().read(0.5)
    agent.wait(30.0)
    (*_, silent) = agent.of(VisibilityInterval)
    assert acknowledged(agent, "before") == []
    assert acknowledged(agent, "before") == []
    (said,) = acknowledged(agent, "restored")
    assert said.content == silent, "since when it is blind too"
    assert acknowledged(agent, "restored", contiguous=said.seq) == []
    agent.read(0.5)
    saw = agent.of(VisibilityInterval)
    assert [one.visibility for one in saw] == [Visibility.BLIND, Visibility.OBSERVED]


def test_a_run_begins_by_reporting_it_whichever_district_receives_it(agent):
    agent.start().read(0.5)
    assert acknowledged(agent, "before") == []
    agent.crash().start()
    begun = agent.items()
    assert begun and acknowledged(agent, "restored", contiguous=0) == begun


def test_nothing_is_reported_again_to_a_district_that_does_not_name_its_store(agent):
    agent.start().read(0.5)
    for epoch in ("before", "", "before"):
        assert acknowledged(agent, epoch) == []
