"""A real district process behind a real broker: a scripted agent, a crew and an operator by gRPC,
kill -9, and the journal replayed offline.
"""

import re
import urllib.request

import pytest
from district_clients import console_of, crew_of, crew_screen, press, screen
from district_process import CLOCK, DistrictProcess, ScriptedAgent, an_event, cli, until

from citybrain import canonical_json
from citybrain.ack_ranges import AckRanges
from citybrain.bus import topics
from citybrain.decider.command import DecisionContext
from citybrain.decider.commands_digest import commands_digest
from citybrain.domain.event import EventBatch, OutboxItem, VerificationResult
from citybrain.errors import RpcError
from citybrain.journal import chain
from citybrain.journal.checkpoint import checkpoint_in
from citybrain.journal.port import CHECKPOINT_KIND, GENESIS, Head
from citybrain.journal.sqlite import SqliteStore
from citybrain.vocabulary import (
    CrewAction,
    IncidentStage,
    Phase,
    VerificationVerdict,
)
from citybrain.wire.event import encode_event_batch
from citysim.supervise.mqtt_broker import BrokerProcess
from citysim.supervise.tcp_ports import free_ports
from district_node.cores import intake
from district_node.cores.decide import decide
from district_node.cores.state import EMPTY
from district_node.district_cores import district_cores


def replayed(journal):
    """The state that the journal's inputs alone give; every decision must be the one that was made
    then.
    """
    store = SqliteStore.open_readonly(journal)
    try:
        records = list(store.records())
        assert chain.verify(records, Head(seq=0, hash=GENESIS)) == store.head()
        state = EMPTY
        for record in records:
            if record.kind == CHECKPOINT_KIND:
                continue
            state, commands = decide(
                state,
                district_cores().inputs.decode(record.kind, record.version, record.payload),
                DecisionContext(seq=record.seq, at=record.at),
            )
            assert commands_digest(commands) == record.commands_digest, record
        (newest,) = store.checkpoints(limit=1)
        return state, records, checkpoint_in(newest)
    finally:
        store.close()


@pytest.fixture(scope="module")
def broker(tmp_path_factory):
    process = BrokerProcess(port=free_ports(1)[0], folder=tmp_path_factory.mktemp("broker")).start()
    yield process
    process.kill()


@pytest.fixture
def node(tmp_path, broker):
    node = DistrictProcess(tmp_path, broker.port).start()
    yield node
    if node.process.poll() is None:
        node.kill()


@pytest.fixture
def agent(broker):
    made = []

    def make(**names):
        made.append(ScriptedAgent(broker.port, **names))
        return made[-1]

    yield make
    for one in made:
        one.publish(topics.STATUS, b"", retain=True)
        one.bus.stop()


def test_killed_while_events_flow_it_loses_none_and_takes_none_twice(node, agent):
    box = agent(name="box-kill")
    for round_number in range(4):
        events = [
            an_event(
                episode=f"e{round_number}-{i // 10}",
                phase=Phase.START if i % 10 == 0 else Phase.UPDATE,
            )
            for i in range(500)
        ]
        waiting = len(box.unacknowledged()) + len(events)
        box.send_new(*events)
        until(lambda n=waiting: len(box.unacknowledged()) < n, "some of the round is acknowledged")
        # what it read and did not commit is gone with it: only the agent still has that
        node.kill()
        node.start()
        box.send(box.unacknowledged())
    box.until_acknowledged()
    assert node.stop() == 0
    state, records, checkpoint = replayed(node.journal)
    assert state.intake.counters.items == 2000
    assert state.intake.ack_ranges[intake.SenderKey("box-kill", 7)] == AckRanges(contiguous=2000)
    assert checkpoint.after == records[-1].seq - 1
    assert checkpoint.state_hash == canonical_json.digest(state), (
        "the state that the process saved is not the one its journal gives"
    )
    (incident,) = state.incidents.values()
    assert incident.events == 2000


def test_from_alarm_to_closed_incident_by_crew_and_camera(node, agent):
    box = agent(name="box-loop")
    box.send_new(an_event(observed_at=CLOCK.now()))
    with (
        crew_of(node.grpc) as crew,
        console_of(node.grpc) as console,
    ):
        order = until(lambda: crew_screen(crew, "riverside-1").order, "the crew has its order")
        for number, action in enumerate(
            (CrewAction.ACCEPT, CrewAction.DEPART, CrewAction.ARRIVE, CrewAction.FINISH)
        ):
            for _ in range(2):  # the same press again gets the same answer
                assert press(crew, "riverside-1", order, action, f"press-{number}").done
        request = until(
            lambda: next(iter(box.requests.values()), None), "the camera is asked to verify"
        )
        box.send_new(
            VerificationResult(
                request=request.request,
                incident=request.incident,
                source=request.source,
                verdict=VerificationVerdict.CLEAR,
                reason="",
                observed_s=5.0,
                measurements={},
                answered_at=CLOCK.now(),
            )
        )
        row = until(
            lambda: next(
                (r for r in screen(console).queue if r.report.stage is IncidentStage.CLOSED),
                None,
            ),
            "the incident is closed",
        )
        whole = console.call("GetIncident", incident=row.report.incident)
        assert [line.code for line in whole.history][-1] == "closed"
        shown = screen(console)
        assert [status.agent for status in shown.agents if status.online] == ["box-loop"]
        assert {link.name: link.up for link in shown.links} == {"broker": True}
    assert node.stop() == 0
    state, _, checkpoint = replayed(node.journal)
    assert checkpoint.state_hash == canonical_json.digest(state)


def test_a_phone_call_is_entered_by_command_line_and_closed_by_a_named_person(node):
    address = ("--address", f"127.0.0.1:{node.grpc}")
    call = ("--kind", "crowding", "--at", "30.66,104.06", "--contact", "555 0100")
    words = "they [bold]block[/bold] the gate"
    first = cli("district", "report", *call, "--text", words, "--operator", "Li Na", *address)
    assert first.returncode == 0, first.stderr
    incident = first.stdout.removeprefix("reported: ").strip()
    again = cli("district", "report", *call, "--text", "still there", *address)
    assert again.stdout.strip() == f"reported: {incident}", "it joins the one that is there"
    shown = cli("district", "incident", "show", incident, *address).stdout
    for part in ("person", "555 0100", "call_back", "[bold]block[/bold]"):
        assert part in shown, part
    typo = cli("district", "report", "--kind", "crowdng", *call[2:], "--text", "x", *address)
    assert "no playbook crowdng: did you mean crowding?" in typo.stderr
    nobody = cli("district", "incident", "show", "inc-none", *address)
    assert "shows no incident 'inc-none'" in nobody.stderr
    for wrong, why in (("91,0", "a latitude is from -90 to 90"), ("here", "in degrees")):
        refused = cli("district", "report", *call[:2], "--at", wrong, "--text", "x", *address)
        assert refused.returncode == 2
        assert why in " ".join(refused.stderr.replace("│", " ").split())
    closed = cli(
        "district",
        "incident",
        "close",
        incident,
        "-r",
        "called back",
        "--operator",
        "Li Na",
        *address,
    )
    assert closed.returncode == 0, closed.stderr


def test_an_operator_by_command_line_sees_the_queue_and_closes_by_name(node, agent):
    box = agent(name="box-operator")
    box.send_new(an_event(episode="x1"))
    with console_of(node.grpc) as console:
        row = until(lambda: next(iter(screen(console).queue), None), "the incident is in the queue")
        incident = row.report.incident
        unnamed = {"request_id": "r1", "actor": " ", "incident": incident, "verb": "close"}
        with pytest.raises(RpcError, match="INVALID_ARGUMENT: actor"):
            console.call("Act", reason="gone", **unnamed)
        address = ("--address", f"127.0.0.1:{node.grpc}")
        shown = cli("district", "queue", "--once", *address)
        assert row.report.number in shown.stdout
        assert "crowding" in shown.stdout
        without_reason = cli("district", "incident", "close", incident, "--reason", " ", *address)
        assert without_reason.returncode == 1
        assert "Say why" in without_reason.stderr
        seen = cli("district", "incident", "close", incident, "--reason", "gone", *address)
        assert seen.returncode == 1
        assert "still sees" in seen.stderr
        assert (
            cli(
                "district",
                "incident",
                "close",
                incident,
                "--reason",
                "gone",
                "--operator",
                "Li Na",
                "--yes",
                *address,
            ).returncode
            == 0
        )
        history = cli("district", "incident", "show", incident, *address).stdout
        assert "Li Na" in history
        assert until(
            lambda: screen(console).queue[0].report.stage is IncidentStage.CLOSED, "it is closed"
        )


def test_what_is_malformed_forged_or_oversized_is_quarantined_and_the_good_goes_on(
    node, agent, broker
):
    box = agent(name="box-forger")
    box.publish(topics.EVENTS, b"\xff\xff no message of ours")
    box.publish(
        topics.EVENTS,
        encode_event_batch(
            EventBatch(
                agent="box-other", incarnation=7, items=(OutboxItem(seq=1, content=an_event()),)
            )
        ),
    )
    box.publish(topics.EVENTS, b"\x00" * 300_000)
    box.send_new(an_event(episode="good"))
    box.until_acknowledged()
    with console_of(node.grpc) as console:
        until(lambda: screen(console).counts["quarantined"] >= 3, "three messages are quarantined")
        assert screen(console).counts["events"] == 1
    shown = cli("district", "quarantine", "--config", str(node.config)).stdout
    assert "forged" in shown
    assert "oversized" in shown
    assert "box-forger" in shown


def test_a_repeated_message_is_acknowledged_and_not_journaled_again(node, agent):
    box = agent(name="box-repeat")
    box.send_new(an_event(episode="once"))
    box.until_acknowledged()
    with console_of(node.grpc) as console:
        before = screen(console).counts["records"]
        box.ack_ranges = AckRanges()
        box.send(box.items)
        until(lambda: box.ack_ranges.contiguous == 1, "it is acknowledged again")
        assert screen(console).counts["records"] == before
        assert screen(console).counts["events"] == 1


def test_a_faulty_configuration_names_every_problem_and_starts_nothing(tmp_path):
    config = tmp_path / "district.toml"
    config.write_text(
        'district = "River Side"\nname = {en = "R", zh = "R"}\npacks = ["none"]\n'
        'unti = []\ndata_dir = "x"\ncentre = {lat = 99.0, lon = 0.0}\n'
    )
    done = cli("district", "run", "--config", str(config))
    assert done.returncode == 2
    for key in ("district", "unti", "centre.lat"):
        assert key in done.stderr
    assert not (tmp_path / "x").exists()


def test_the_metrics_of_a_running_node_can_be_scraped(tmp_path, broker, agent):
    port = free_ports(1)[0]
    node = DistrictProcess(tmp_path, broker.port)
    node.config.write_text(
        node.config.read_text(encoding="utf-8").replace(
            'web = "127.0.0.1:0"', f'web = "127.0.0.1:0"\nmetrics = {port}'
        ),
        encoding="utf-8",
    )
    node.start()
    try:
        box = agent(name="box-metrics")
        box.send_new(an_event(episode="m1"))
        box.until_acknowledged()
        lines = (
            r'messages_total{result="committed"} [1-9]',  # sent again on a busy machine
            r"orders_issued_total 1.0",
            r'incident_stages_total{stage="dispatched"} 1.0',
            r'link_up{link="broker"} 1.0',
            r'link_up{link="city"} 0.0',
        )
        for line in lines:
            pattern = f"citybrain_district_{line}"
            until(lambda pattern=pattern: re.search(pattern, scraped(port)), line)
        assert node.stop() == 0
    finally:
        if node.process.poll() is None:
            node.kill()


def scraped(port):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as answer:
        return answer.read().decode()
