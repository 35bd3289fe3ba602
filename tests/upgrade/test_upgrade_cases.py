"""What a release may change, tried on a district whose crew is under way: the order goes on, or the
start is refused with the cure. Never anything else."""

import json
from functools import partial
from hashlib import sha256

import apsw
import pytest
from district_journal import OLD_CORES, OURS, UNIT
from next_version import as_version, with_field
from principals import CREW
from typer.testing import CliRunner

from citybrain import canonical_json
from citybrain.cli.journal import app
from citybrain.decider.replay.backtest import Comparison, backtest
from citybrain.domain.crew import CrewAnswer
from citybrain.domain.principal import Principal
from citybrain.errors import FormatMismatchError, UncheckpointedRecordsError
from citybrain.formats import Format, FormatRegistry
from citybrain.journal.checkpoint import checkpoint_in
from citybrain.structs import Struct, replace
from citybrain.vocabulary import CrewAction, OrderStage, UnitState
from district_node.cores.state import DistrictState
from district_node.inputs import BatchReceived, CrewAnswered

# what leads to this version's formats
BEFORE = OURS.state.upcasters
BEFORE_ANSWERED = dict(OURS.inputs)["crew_answered"].upcasters


class NextState(DistrictState, frozen=True, kw_only=True):
    remark: str = ""


class NextAnswered(Struct, frozen=True, kw_only=True):
    """`CrewAnswered` with a field that older texts have not got."""

    answer: CrewAnswer
    principal: Principal
    device: str


def with_inputs(**formats):
    """The district's inputs, some of them in other formats (None: the kind is gone)."""
    kinds = {**dict(OURS.inputs), **formats}
    return FormatRegistry({kind: known for kind, known in kinds.items() if known is not None})


def ignores_alarms(state, given, context):
    return (state, ()) if isinstance(given, BatchReceived) else OURS.decide(state, given, context)


def asks_for_a_device(state, given, context):
    if isinstance(given, NextAnswered):
        given = CrewAnswered(answer=given.answer, principal=given.principal)
    return OURS.decide(state, given, context)


def add_device(text: bytes) -> bytes:
    return json.dumps({**json.loads(text), "device": "unknown"}).encode()


NEXT = {
    "a new optional state field": as_version(
        OURS,
        state=Format(NextState, BEFORE),
        initial=NextState(setup=OURS.initial.setup),
        decide=with_field(OURS, NextState, remark=""),
    ),
    "a changed decision": as_version(OURS, decide=ignores_alarms),
    "a changed decision on top of a new field": as_version(
        OURS,
        state=Format(NextState, BEFORE),
        initial=NextState(setup=OURS.initial.setup),
        decide=with_field(OURS, NextState, ignores_alarms, remark=""),
    ),
    "a required field in an input": as_version(
        OURS,
        decide=asks_for_a_device,
        inputs=with_inputs(crew_answered=Format(NextAnswered, (*BEFORE_ANSWERED, add_device))),
    ),
    "a renamed kind": as_version(
        OURS,
        inputs=with_inputs(
            crew_answered=None,
            crew_responded=Format(
                CrewAnswered,
                BEFORE_ANSWERED,
                former_kinds=("crew_answered",),
            ),
        ),
    ),
}


def pressed(change, answer):
    """A button of a crew's device, as this version's input."""
    if change == "a required field in an input":
        return NextAnswered(answer=answer, principal=CREW, device="phone")
    return CrewAnswered(answer=answer, principal=CREW)


def assert_the_order_goes_on(journal, decider, change=""):
    unit = decider.state.roster.units[UNIT]
    assert unit.state is not UnitState.AVAILABLE, "the node would plan with a crew that is driving"
    assert decider.state.roster.orders[unit.order].stage is OrderStage.ACCEPTED
    assert decider.divergence is None
    order = unit.order
    for action in (CrewAction.DEPART, CrewAction.ARRIVE, CrewAction.FINISH):
        assert journal.press(decider, action, partial(pressed, change)).commands
    assert decider.state.roster.orders[order].stage is OrderStage.DONE


@pytest.mark.parametrize("change", NEXT)
def test_behind_an_orderly_stop_the_order_goes_on(stopped, change):
    decider = stopped.open(NEXT[change])
    assert_the_order_goes_on(stopped, decider, change)
    stopped.stop(decider)
    stopped.open(NEXT[change])


@pytest.mark.parametrize("change", NEXT)
def test_behind_a_kill_the_start_is_refused_until_the_old_version_made_a_checkpoint(killed, change):
    before = killed.content()
    with pytest.raises(UncheckpointedRecordsError) as raised:
        killed.open(NEXT[change])
    assert "records 1 to 3" in str(raised.value)
    assert "start and stop the old version once, or: citybrain journal checkpoint" in str(
        raised.value
    )
    assert killed.content() == before, "nothing was changed"
    killed.stop(killed.open(OLD_CORES))
    assert_the_order_goes_on(killed, killed.open(NEXT[change]), change)


@pytest.mark.parametrize("change", NEXT)
def test_the_back_test_reads_every_record_of_the_old_version(stopped, change):
    tested = list(backtest(NEXT[change], stopped.store))
    otherwise = [one.record.kind for one in tested if one.outcome is not Comparison.SAME]
    expected = {"a changed decision", "a changed decision on top of a new field"}
    assert bool(otherwise) is (change in expected), otherwise


def test_a_required_field_without_an_upcaster_is_shown_by_the_back_test(stopped):
    cores = as_version(
        OURS, inputs=with_inputs(crew_answered=Format(NextAnswered, BEFORE_ANSWERED))
    )
    assert stopped.open(cores).state.roster.units[UNIT].order, "the past is not read"
    *_, tested = backtest(cores, stopped.store)
    assert tested.outcome is Comparison.UNDECIDABLE and "device" in tested.detail


RENAMED = {
    "a renamed enum text": ('"accepted"', '"agreed"'),
    "a renamed field": ('"verification_attempts":', '"looks":'),
}


def state_written_with(journal, now, before):
    """Puts `before` where today's text of the newest checkpoint's state says `now`, as an older
    version would have written it, chain and all."""
    text = canonical_json.encode(journal.open(OLD_CORES).state).replace(
        now.encode(), before.encode()
    )
    assert before.encode() in text, "else nothing is tried"
    (record,) = journal.store.checkpoints(limit=1)
    named = checkpoint_in(record)
    connection = apsw.Connection(str(journal.path))
    connection.execute("DROP TRIGGER records_never_go")
    connection.execute("DELETE FROM records WHERE kind = 'checkpoint'")
    connection.close()
    decider = journal.open(OLD_CORES)
    hashed = sha256(text).hexdigest()
    journal.store.write_text(hashed, (text,))
    decider.run([replace(named, state_hash=hashed)], journal.clock.now())


@pytest.mark.parametrize("change", RENAMED)
def test_what_was_renamed_is_read_through_an_upcaster(stopped, change):
    now, before = RENAMED[change]
    state_written_with(stopped, now, before)

    def rename(text: bytes) -> bytes:
        return text.replace(before.encode(), now.encode())

    decider = stopped.open(as_version(OURS, state=Format(DistrictState, (*BEFORE, rename))))
    assert_the_order_goes_on(stopped, decider)


@pytest.mark.parametrize("change", RENAMED)
def test_what_was_renamed_without_an_upcaster_is_refused_with_the_cure(stopped, change):
    state_written_with(stopped, *RENAMED[change])
    before = stopped.content()
    with pytest.raises(FormatMismatchError, match="Start th") as raised:
        stopped.open(as_version(OURS))
    assert "report this" in str(raised.value)
    assert stopped.content() == before


@pytest.mark.parametrize("change", NEXT)
def test_records_that_were_archived_are_not_missed(stopped, change, tmp_path):
    stopped.store.close()
    to = tmp_path / "archive.db"
    command = ["archive", str(stopped.path), "--before", "2026-01-01", "--to", str(to)]
    result = CliRunner().invoke(app, command)
    assert result.exit_code == 0, result.exception
    decider = stopped.open(NEXT[change])
    assert decider.head.seq == 4, "numbers go on"
    duplicate = stopped.submit(decider, OURS.inputs.decode(*_alarm_of(to)))
    assert duplicate.seq == 6, "behind this version's own checkpoint"
    received = [ranges.contiguous for ranges in decider.state.intake.ack_ranges.values()]
    assert received == [1] and len(decider.state.incidents) == 1, "it is known for ever"
    assert_the_order_goes_on(stopped, decider, change)
    stopped.store.close()
    assert CliRunner().invoke(app, ["verify", str(to), str(stopped.path)]).exit_code == 0


def _alarm_of(archive):
    connection = apsw.Connection(str(archive))
    ((kind, version, payload),) = connection.execute(
        "SELECT kind, version, payload FROM records WHERE kind = 'batch_received'"
    ).fetchall()
    connection.close()
    return kind, version, payload
