"""Replaying real journals: what was decided comes out again, and what was altered is found."""

from base64 import b64encode

import pytest
from journal_records import cores_for, keep_checkpoint

from citybrain.clock import ManualClock
from citybrain.decider.command import ClockStepped, Notice, Post
from citybrain.decider.decider import Decider
from citybrain.ids import AgentId, CountingIds, DistrictId
from citybrain.journal.memory import MemoryStore
from citybrain.journal.sqlite import SqliteStore
from citybrain.structs import Struct, replace
from citybrain.wire.v1 import event_pb2 as pb
from citysim.laws.history_reader import HistoryReader, JournalReplays, RunFiles
from citysim.laws.image_signature import WORD_BYTES, image_signature
from citysim.laws.journal_replay import JournalReplay
from citysim.laws.outbox_reader import read_outbox
from citysim.people.device_log import DeviceEntry, DeviceLog
from coordinator.city_cores import city_cores
from street_agent.outbox.port import DeclaredLoss
from street_agent.outbox.sqlite import SqliteOutbox


class Added(Struct, frozen=True, kw_only=True):
    number: int
    note: str = ""


class Sum(Struct, frozen=True, kw_only=True):
    total: int = 0


def decide(state, given, context):
    after = replace(state, total=state.total + given.number)
    return after, (Post(to="city", letter=after), Notice(code="added", subject=str(context.seq)))


CORES = cores_for(decide, Sum(), {"added": Added}, letters=(Sum,))
CLOCK = ManualClock()


def journal(path, *numbers, note=""):
    store = SqliteStore.open(path, ids=CountingIds())
    decider = Decider(CORES, store)
    for number in numbers:
        decider.run([Added(number=number, note=note)], CLOCK.now())
    return store, decider


def test_a_replay_gives_every_input_with_what_was_decided(tmp_path):
    store, _ = journal(tmp_path / "j", 1, 2, 3)
    replay = JournalReplay("a", CORES)
    replay.advance(store)
    history = replay.history()
    assert [record.input.number for record in history.records] == [1, 2, 3]
    assert [letter.total for _, letter in history.letters_to("city")] == [1, 3, 6]
    assert history.state == Sum(total=6) and not history.divergent and not history.chain_error


def test_it_continues_where_it_stopped(tmp_path):
    store, decider = journal(tmp_path / "j", 1)
    replay = JournalReplay("a", CORES)
    replay.advance(store)
    decider.run([Added(number=5)], CLOCK.now())
    replay.advance(store)
    assert [record.seq for record in replay.history().records] == [
        1,
        2,
    ] and replay.history().state == Sum(total=6)


def test_cores_that_decide_otherwise_are_found_at_the_record(tmp_path):
    store, _ = journal(tmp_path / "j", 1, 2)
    other = replace(CORES, decide=lambda state, given, context: (state, ()))
    replay = JournalReplay("a", other)
    replay.advance(store)
    assert replay.history().divergent == (1, 2)


def test_a_changed_record_breaks_the_chain_and_ends_the_replay():
    store = MemoryStore()
    decider = Decider(CORES, store)
    decider.run([Added(number=number) for number in (1, 2, 3)], CLOCK.now())
    store._disk.records[1] = replace(store._disk.records[1], payload=b'{"number":9}')
    replay = JournalReplay("a", CORES)
    replay.advance(store)
    assert "record 2" in replay.history().chain_error and len(replay.history().records) == 1


def test_a_checkpoint_that_is_not_where_the_records_lead_is_found():
    for text, errors in ((b'{"total":3}', 0), (b'{"total":4}', 1)):
        store = MemoryStore()
        Decider(CORES, store).run([Added(number=1), Added(number=2)], CLOCK.now())
        keep_checkpoint(store, text, code=CORES.code)
        replay = JournalReplay("a", CORES)
        replay.advance(store)
        assert len(replay.history().checkpoint_errors) == errors


@pytest.mark.parametrize("is_passed", [False, True])
def test_a_checkpoint_that_came_some_records_after_its_state_is_compared_too(is_passed):
    store = MemoryStore()
    Decider(CORES, store).run([Added(number=1), Added(number=2)], CLOCK.now())
    replay = JournalReplay("a", CORES)
    if is_passed:
        replay.advance(store)
    keep_checkpoint(store, b'{"total":2}', after=1, code=CORES.code)
    replay.advance(store)
    (error,) = replay.history().checkpoint_errors
    assert "the checkpoint at record 3 does not name the state" in error


def test_a_cut_journal_is_replayed_from_its_checkpoint():
    store = MemoryStore()
    decider = Decider(CORES, store)
    for number in (1, 2):
        decider.run([Added(number=number)], CLOCK.now())
    decider.checkpoint(CLOCK.now())
    decider.run([Added(number=3)], CLOCK.now())
    behind = JournalReplay("a", CORES)
    store.cut(2)
    assert not behind.continues(store)
    replay = JournalReplay("a", CORES)
    replay.advance(store)
    history = replay.history()
    assert (history.begins_after, history.last_seq) == (2, 4)
    assert history.state == Sum(total=6)
    assert not history.divergent and not history.foreign_records and replay.continues(store)


def test_a_hidden_picture_is_found(tmp_path):
    store, _ = journal(tmp_path / "j", 1, note="/9j/4AAQSkZJRg")
    replay = JournalReplay("a", CORES)
    replay.advance(store)
    assert replay.history().records[0].image_signature


def test_a_long_run_of_bytes_is_found_and_sentences_are_not(tmp_path):
    store, _ = journal(tmp_path / "j", 1, note="A" * 600)
    replay = JournalReplay("a", CORES)
    replay.advance(store)
    assert replay.history().records[0].image_signature
    quiet, _ = journal(tmp_path / "k", 1, note="a crowd at the crossing, " * 40)
    replay = JournalReplay("a", CORES)
    replay.advance(quiet)
    assert not replay.history().records[0].image_signature


BOXES = pb.Evidence(
    aspect=1.5,
    boxes=[pb.Box(left=n / 97, right=0.9, bottom=0.7, label="person", track=n) for n in range(40)],
)


def evidence_of(shown):
    return b'{"evidence":"' + b64encode(shown) + b'","kind":"crowding"}'


def test_what_an_event_shows_hides_no_picture():
    assert len(evidence_of(BOXES.SerializeToString())) > 2 * WORD_BYTES
    assert image_signature(evidence_of(BOXES.SerializeToString())) == ""


@pytest.mark.parametrize(
    "shown",
    [
        BOXES.SerializeToString() + b"\x7a\x84\x07" + bytes(900),  # a field that nobody knows
        b"\xff\xd8\xff" + bytes(900),
        pb.Evidence(boxes=[pb.Box(label="/9j/4AAQSkZJRg")]).SerializeToString(),
    ],
)
def test_more_than_boxes_and_an_outline_in_it_is_found(shown):
    assert image_signature(evidence_of(shown)) != ""


def test_an_outbox_is_read_while_its_agent_holds_it(tmp_path):
    outbox = SqliteOutbox.open(tmp_path / "outbox.db", ids=CountingIds(), cap_bytes=1_000_000)
    outbox.put([DeclaredLoss(reason="test", losses=()), DeclaredLoss(reason="test", losses=())])
    read = read_outbox(AgentId("box"), tmp_path / "outbox.db")
    assert (read.incarnation, read.next_seq, read.unacknowledged_seqs) == (
        outbox.incarnation,
        3,
        frozenset({1, 2}),
    )
    outbox.close()


def test_a_run_that_has_not_started_is_an_empty_history(tmp_path):
    files = RunFiles(
        city=tmp_path / "city.db",
        districts={DistrictId("a"): tmp_path / "a.db"},
        outboxes={AgentId("box"): (DistrictId("a"), tmp_path / "o.db")},
        devices=tmp_path,
    )
    DeviceLog(tmp_path / "u-1.jsonl").write(
        DeviceEntry(at=CLOCK.now(), unit="u-1", assignment_number=1, order="o", action="shown")
    )
    history = HistoryReader(files).history()
    assert (
        history.outboxes == ()
        and history.districts[0][1].records == ()
        and history.city is not None
    )
    assert [name for name, _ in history.devices] == ["u-1"]


class WrittenMeanwhile:
    """A store that is open to be read, whose node writes before its rows are read."""

    def __init__(self, store, write):
        self._store, self._write = store, write

    def __getattr__(self, name):
        return getattr(self._store, name)

    def timers_due(self, **asked):
        self._write()
        return self._store.timers_due(**asked)


def test_rows_are_compared_only_where_no_record_came_between(tmp_path):
    writer = SqliteStore.open(tmp_path / "city.db", ids=CountingIds())
    decider = Decider(city_cores(), writer)

    def write():
        decider.run([ClockStepped(micros=1)], CLOCK.now())

    write()
    read = SqliteStore.open_readonly(tmp_path / "city.db")
    assert JournalReplays().city(read, ()).rows is not None
    assert JournalReplays().city(WrittenMeanwhile(read, write), ()).rows is None
