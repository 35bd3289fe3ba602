"""Walking real journals: what was decided comes out again, and what was touched is found."""

from dataclasses import dataclass, replace

from citybrain.clock import ManualClock
from citybrain.decider.command import Notice, Post
from citybrain.decider.decider import Decider
from citybrain.ids import AgentId, CountingIds, DistrictId
from citybrain.journal.sqlite import SqliteStore
from citysim.crews.device import DeviceLine, DeviceLog
from citysim.laws.gather import Gathering, RunFiles
from citysim.laws.sqlite import read_outbox
from citysim.laws.walk import Cores, Walk
from street_agent.outbox.port import Lost
from street_agent.outbox.sqlite import SqliteOutbox


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    number: int
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    total: int = 0


def decide(state, given, moment):
    after = replace(state, total=state.total + given.number)
    return after, (Post(to="city", letter=after), Notice(what="added", subject=str(moment.seq)))


CORES = Cores(decide=decide, initial=Sum(), kinds={"added": Added})
CLOCK = ManualClock()


def journal(path, *numbers, note=""):
    store = SqliteStore.open(path, ids=CountingIds())
    decider = Decider(decide=decide, initial=Sum(), store=store, kinds=CORES.kinds)
    for number in numbers:
        decider.run([Added(number=number, note=note)], CLOCK.now())
    return store, decider


def test_a_walk_gives_every_input_with_what_was_decided(tmp_path):
    store, _ = journal(tmp_path / "j", 1, 2, 3)
    walk = Walk("a", CORES)
    walk.go_on(store.records())
    history = walk.history()
    assert [step.input.number for step in history.steps] == [1, 2, 3]
    assert [letter.total for _, letter in history.posts("city")] == [1, 3, 6]
    assert history.state == Sum(total=6) and not history.divergent and not history.chain_fault


def test_it_goes_on_where_it_stopped(tmp_path):
    store, decider = journal(tmp_path / "j", 1)
    walk = Walk("a", CORES)
    walk.go_on(store.records(after=walk.after))
    decider.run([Added(number=5)], CLOCK.now())
    walk.go_on(store.records(after=walk.after))
    assert [step.seq for step in walk.history().steps] == [1, 2] and walk.history().state == Sum(
        total=6
    )


def test_cores_that_decide_otherwise_are_found_at_the_record(tmp_path):
    store, _ = journal(tmp_path / "j", 1, 2)
    other = replace(CORES, decide=lambda state, given, moment: (state, ()))
    walk = Walk("a", other)
    walk.go_on(store.records())
    assert walk.history().divergent == (1, 2)


def test_a_changed_record_breaks_the_chain_and_ends_the_walk(tmp_path):
    store, _ = journal(tmp_path / "j", 1, 2, 3)
    records = list(store.records())
    records[1] = replace(records[1], payload=b'{"number":9}')
    walk = Walk("a", CORES)
    walk.go_on(records)
    assert "record 2" in walk.history().chain_fault and len(walk.history().steps) == 1


def test_a_snapshot_that_is_not_where_the_records_lead_is_found(tmp_path):
    store, decider = journal(tmp_path / "j", 1, 2)
    snapshot = decider.take_snapshot()
    for given, faults in ((snapshot, 0), (replace(snapshot, hash="0" * 64), 1)):
        walk = Walk("a", CORES)
        walk.go_on(store.records(), snapshot=given)
        assert len(walk.history().snapshot_faults) == faults


def test_a_hidden_picture_is_noticed(tmp_path):
    store, _ = journal(tmp_path / "j", 1, note="/9j/4AAQSkZJRg")
    walk = Walk("a", CORES)
    walk.go_on(store.records())
    assert walk.history().steps[0].suspicious


def test_long_bytes_are_noticed_and_words_are_not(tmp_path):
    store, _ = journal(tmp_path / "j", 1, note="A" * 600)
    walk = Walk("a", CORES)
    walk.go_on(store.records())
    assert walk.history().steps[0].suspicious
    quiet, _ = journal(tmp_path / "k", 1, note="a crowd at the crossing, " * 40)
    walk = Walk("a", CORES)
    walk.go_on(quiet.records())
    assert not walk.history().steps[0].suspicious


def test_an_outbox_is_read_while_its_agent_holds_it(tmp_path):
    outbox = SqliteOutbox.open(tmp_path / "outbox.db", ids=CountingIds(), cap_bytes=1_000_000)
    outbox.put([Lost(reason="test", losses=()), Lost(reason="test", losses=())])
    read = read_outbox(AgentId("box"), tmp_path / "outbox.db")
    assert (read.incarnation, read.next_seq, read.kept) == (
        outbox.incarnation,
        3,
        frozenset({1, 2}),
    )
    outbox.close()


def test_a_run_that_has_not_begun_is_an_empty_history(tmp_path):
    files = RunFiles(
        city=tmp_path / "city.db",
        districts={DistrictId("a"): tmp_path / "a.db"},
        outboxes={AgentId("box"): (DistrictId("a"), tmp_path / "o.db")},
        devices=tmp_path,
    )
    DeviceLog(tmp_path / "u-1.jsonl").write(
        DeviceLine(at=CLOCK.now(), unit="u-1", assignment=1, order="o", what="shown")
    )
    history = Gathering(files).history()
    assert (
        history.outboxes == () and history.districts[0][1].steps == () and history.city is not None
    )
    assert [name for name, _ in history.devices] == ["u-1"]
