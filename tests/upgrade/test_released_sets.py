"""Every file that a release left is opened by this version, and everything in it goes on: over the
committed sets, and over one that this version makes now."""

import json
from base64 import b64decode
from pathlib import Path

import pytest
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from principals import CREW
from typer.testing import CliRunner
from upgrade_fixtures import files, protos, shapes, wire
from upgrade_fixtures.sets import FIXTURES, ROOT, found_in, make_set

from citybrain.cli.journal import app
from citybrain.clock import later
from citybrain.decider.decider import Committed, Decider
from citybrain.decider.replay.backtest import Comparison, backtest
from citybrain.domain.agent import Ack
from citybrain.domain.crew import CrewAnswer
from citybrain.errors import UncheckpointedRecordsError
from citybrain.ids import CountingIds
from citybrain.journal.sqlite import SqliteStore
from citybrain.vocabulary import CrewAction, OrderStage
from coordinator.city_cores import city_cores
from district_node.district_cores import district_cores
from district_node.inputs import CrewAnswered
from street_agent.outbox.port import DeclaredLoss
from street_agent.outbox.sqlite import SqliteOutbox

NOW = "made now"
COMMITTED = sorted(path.name for path in FIXTURES.iterdir()) if FIXTURES.is_dir() else []
CORES = {"district": district_cores, "city": city_cores}
# the box of a hello that replaced an outbox (record 16) did not name the one before: it is not
# believed any more, and what follows from what it said goes otherwise
UNNAMED = "of a box whose outbox no hello led to"
CHANGED_SINCE_0_1_0_DEV = {
    1: "a start sets the timer by which silent boxes are forgotten",
    35: UNNAMED,
    41: UNNAMED,
    47: UNNAMED,
    59: UNNAMED,
}
CLOCKED = "a crew has a time for each step of its order"
CLOCKED_IN_0_1_0 = (17, 18, 19, 20, 21, 27, 34, 37, 38, 39, 40, 41, 42, 49, 50)
# fmt: off
CLOCKED_IN_0_1_0_DEV = (
    20, 22, 23, 24, 25, 28, 32, 35, 38, 39, 40, 41, 42, 43, 47, 54, 57, 59, 65, 66, 73,
)
# fmt: on
WATCHED = "what comes and goes sets the timer by which it is looked what is dark"
NUMBERED = "a case has a number, which its reports and orders say"
NAMED = "an order says what people call its unit"
WATCHED_IN_0_1_0 = {2: WATCHED, 30: NUMBERED, 45: NUMBERED, 53: WATCHED}
OF_0_1_0 = dict.fromkeys(CLOCKED_IN_0_1_0, CLOCKED) | WATCHED_IN_0_1_0
OF_0_1_0_DEV = (
    dict.fromkeys(CLOCKED_IN_0_1_0_DEV, CLOCKED)
    | CHANGED_SINCE_0_1_0_DEV
    | {3: WATCHED, 17: WATCHED}
)
DECIDED_OTHERWISE = {
    ("0.1.0", "district"): OF_0_1_0,
    ("0.1.0", "district-killed"): OF_0_1_0,
    ("0.1.0-dev", "district"): OF_0_1_0_DEV,
    ("0.1.0-dev", "district-killed"): OF_0_1_0_DEV,
    ("0.1.0", "city"): {159: NAMED},
    ("0.1.0-dev", "city"): dict.fromkeys((209, 219, 233), NAMED),
}
BY_STAGE = {
    OrderStage.ISSUED: CrewAction.ACCEPT,
    OrderStage.ACCEPTED: CrewAction.DEPART,
    OrderStage.EN_ROUTE: CrewAction.ARRIVE,
    OrderStage.ON_SCENE: CrewAction.FINISH,
}


@pytest.fixture(scope="session")
def set_made_now(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sets") / "now"
    make_set(folder, "now")
    return folder


@pytest.fixture(params=[*COMMITTED, NOW])
def released(request) -> Path:
    """The folder of a set, not to be written to."""
    if request.param == NOW:
        return request.getfixturevalue("set_made_now")
    return FIXTURES / request.param


@pytest.fixture
def folder(released, tmp_path) -> Path:
    """A copy of a set to work on."""
    return files.copied(released, tmp_path / "set")


def facts_of(released):
    return json.loads((released / "facts.json").read_text())


def open_node(folder, tier):
    store = SqliteStore.open(folder / f"{tier}.db", ids=CountingIds())
    return store, Decider(CORES[tier](), store)


@pytest.mark.parametrize("part", ["district", "city", "agent"])
def test_everything_that_was_under_way_is_found_again(released, folder, part):
    found = json.loads(json.dumps(found_in(folder)[part]))  # as JSON reads it back
    assert found == facts_of(released)[part]


@pytest.mark.parametrize("journal", ["district", "district-killed", "city"])
def test_the_back_test_calls_nothing_changed_that_is_decided_alike(released, folder, journal):
    """Today's rules decide these journals as the old ones did: what is called changed here would be
    another text of the same decision. Where a rule is changed on purpose, its records are named."""
    store = SqliteStore.open(folder / f"{journal}.db", ids=CountingIds())
    tested = list(backtest(CORES[journal.partition("-")[0]](), store))
    changed = [one.record.seq for one in tested if one.outcome is not Comparison.SAME]
    assert changed == sorted(DECIDED_OTHERWISE.get((released.name, journal), ()))
    assert tested


@pytest.mark.parametrize("tier", ["district", "city"])
def test_its_chain_and_texts_are_whole(folder, tier):
    result = CliRunner().invoke(app, ["verify", str(folder / f"{tier}.db")])
    assert result.exit_code == 0, result.exception


@pytest.mark.parametrize("tier", ["district", "city"])
def test_its_deadlines_fire_and_its_letters_can_be_read(folder, tier):
    store, decider = open_node(folder, tier)
    for peer in store.peers():
        for letter in store.letters(to=peer, after=0, limit=1000):
            CORES[tier]().letters.decode(letter.kind, letter.version, letter.payload)
    while (due := store.next_due()) is not None and store.head().seq < 2_000:
        for result in decider.fire_due(due):
            assert isinstance(result, Committed), result
    again = Decider(CORES[tier](), store)
    assert again.state_hash() == decider.state_hash()
    store.close()


def test_its_crews_go_on_with_their_orders(released, folder):
    store, decider = open_node(folder, "district")
    at, steps = later(list(store.records())[-1].at, 1), 0
    for unit, (_, order, number) in facts_of(released)["district"]["units"].items():
        while order and (known := decider.state.roster.orders[order]).stage in BY_STAGE:
            answer = CrewAnswer(
                request=f"{order}-{known.stage}",
                unit=unit,
                order=order,
                assignment_number=number,
                action=BY_STAGE[known.stage],
            )
            (result,) = decider.run([CrewAnswered(answer=answer, principal=CREW)], at)
            assert isinstance(result, Committed), result
            assert decider.state.roster.orders[order].stage is not known.stage
            steps += 1
    assert steps > 0
    store.close()


def test_a_node_that_was_killed_is_refused_to_other_code(released, folder):
    store = SqliteStore.open(folder / "district-killed.db", ids=CountingIds())
    wrote = list(store.records())[-1].code
    if wrote == district_cores().code:
        assert Decider(district_cores(), store).divergence is None
    else:
        with pytest.raises(UncheckpointedRecordsError, match="with the old version"):
            Decider(district_cores(), store)
    store.close()


def test_its_agent_goes_on_sending_where_it_was(released, folder):
    facts = facts_of(released)["agent"]
    outbox = SqliteOutbox.open(folder / "outbox.db", ids=CountingIds(), cap_bytes=files.CAP_BYTES)
    (seq,) = outbox.put([DeclaredLoss(reason="test", losses=())])
    assert seq == facts["next_seq"]
    outbox.acknowledge(Ack(incarnation=facts["incarnation"], contiguous=seq))
    assert outbox.stats().rows == 0
    outbox.close()


def test_its_wire_messages_are_read_and_nothing_in_them_is_lost(released):
    """What this version reads and writes again says the same to a peer of that release."""
    recorded = json.loads((released / "wire.json").read_text())
    pool = descriptor_pool.DescriptorPool()
    for file in descriptor_pb2.FileDescriptorSet.FromString(
        (released / "protos.binpb").read_bytes()
    ).file:
        pool.Add(file)
    gone = recorded.keys() - wire.codecs().keys()
    assert not gone or released.name.endswith("-dev"), "a kind of message is gone"
    for kind, messages in recorded.items():
        if kind in gone:  # before 0.1.0, as in `test_its_peers_are_still_understood`
            continue
        encode, decode = wire.codecs()[kind]
        for text in messages:
            payload = b64decode(text)
            again = encode(decode(payload))
            sent = wire.with_later_fields(_read(pool, kind, payload))
            assert _read(pool, kind, again) == sent, kind


def _read(pool, kind, payload):
    """The message as that release's descriptors read it."""
    found = pool.FindMessageTypeByName(f"citybrain.wire.v1.{wire.proto_name(kind)}")
    return message_factory.GetMessageClass(found).FromString(payload)


def test_its_stored_formats_are_still_read(released):
    """A changed type has an upcaster, and no upcaster that was released was edited."""
    before = json.loads((released / "formats.json").read_text())
    now = shapes.released_formats()
    problems = []
    for name, old in before.items():
        new = now.get(name)
        if new is None:
            problems.append(f"{name} is gone: keep it, or name it in `former_kinds` of another")
        elif new["upcasters"][: old["version"] - 1] != old["upcasters"]:
            problems.append(f"{name}: an upcaster that was released was edited")
        elif new["version"] == old["version"]:
            problems += shapes.breaks(old["shape"], new["shape"], name)
        elif new["version"] < old["version"]:
            problems.append(f"{name} went back to version {new['version']}")
    assert not problems, "\n".join(problems)


def test_its_peers_are_still_understood(released):
    """From 0.1.0 on nothing in the wire may go. Before it, what is recorded is what there is."""
    recorded, now = (released / "protos.binpb").read_bytes(), protos.describe(ROOT / "protos")
    if not released.name.endswith("-dev"):
        breaks = protos.wire_breaks(recorded, now)
        assert not breaks, "\n".join(breaks)
        return
    assert recorded == now, (
        "the wire changed; before 0.1.0 that is no break, but record it: "
        f"make fixtures VERSION={released.name} ARGS=--protos"
    )
