"""A journal that other code began: it is read and replayed, what that code decided is no break of today's law, and what today's decides is judged again."""

import json
from dataclasses import replace

import citysim_story as s
import pytest

from citybrain import canonical_json
from citybrain.clock import ManualClock, later
from citybrain.decider.command import DecisionContext, Notice
from citybrain.decider.decider import Decider, commands_digest
from citybrain.ids import CountingIds
from citybrain.journal import chain
from citybrain.journal.memory import MemoryStore
from citybrain.journal.port import Batch
from citybrain.vocabulary import Phase
from citysim.laws.gather import city_cores, district_cores
from citysim.laws.table import check_all
from citysim.laws.walk import Walk
from district_node.inputs import NodeStarted

OURS, TODAY = district_cores().fingerprint, district_cores().decide


class Story:
    """A district's journal, written by one code after another."""

    def __init__(self):
        self.store, self.clock = MemoryStore(ids=CountingIds("e")), ManualClock()

    def run(self, *inputs, cores: str, decide=TODAY, snapshot=False):
        """One run of a node whose cores are `decide` and say that they are `cores`."""
        decider = Decider(
            decide=decide,
            initial=district_cores().initial,
            store=self.store,
            kinds=district_cores().kinds,
        )
        for given in (replace(s.started(cores=cores).input, epoch=self.store.epoch()), *inputs):
            self.clock.advance(1)
            decider.run([given], self.clock.now())
        if snapshot:
            decider.take_snapshot()
        return self

    def walked(self, *, cores=None, trusts_unsigned=False):
        walk = Walk("a", cores or district_cores(), trusts_unsigned=trusts_unsigned)
        walk.go_on(self.store.records(), snapshot=self.store.snapshot())
        return walk.history(epoch=self.store.epoch())


def chatty(state, given, moment: DecisionContext):
    """Older cores: they said something more."""
    state, commands = district_cores().decide(state, given, moment)
    return state, (*commands, Notice(what="of old", subject="x"))


def forgetful(state, given, moment: DecisionContext):
    """Older cores that believed less of what they were told."""
    after, commands = district_cores().decide(state, given, moment)
    return (after if isinstance(given, NodeStarted) else state), commands


def broken(history):
    return {report.law: report.broken for report in check_all(s.history(history)) if report.broken}


def law5(history):
    (report,) = [report for report in check_all(s.history(history)) if report.law == "same_state"]
    return report.kept, report.checked, report.unjudged


def test_cores_name_themselves_and_the_tiers_differ():
    assert len(OURS) == 64 and city_cores().fingerprint != OURS


def test_what_our_code_wrote_is_judged():
    assert law5(Story().run(s.says(1), cores=OURS).walked()) == (True, 2, 0)
    assert law5(Story().run(s.says(1), cores=OURS, decide=chatty).walked()) == (False, 2, 0), (
        "it says that it was ours"
    )


def test_what_other_code_wrote_is_a_back_test():
    history = Story().run(s.says(1), cores="old", decide=chatty).walked()
    assert law5(history) == (True, 0, 2) and history.back_tested == 2
    assert not broken(history)


def test_an_upgrade_begins_to_be_judged_at_its_start():
    story = Story().run(s.says(1), cores="old").run(s.says(2), s.says(3), cores=OURS)
    assert law5(story.walked()) == (True, 3, 2)
    assert (
        law5(
            Story().run(s.says(1), cores="old").run(s.says(2), cores=OURS, decide=chatty).walked()
        )[0]
        is False
    )


def test_a_downgrade_ends_it():
    story = Story().run(s.says(1), cores=OURS).run(s.says(2), cores="older", decide=chatty)
    assert law5(story.walked()) == (True, 2, 2)


def test_where_it_is_not_known_how_old_code_left_things_nothing_is_judged():
    story = Story().run(s.says(1), cores="old", decide=chatty).run(s.says(2), cores=OURS)
    assert law5(story.walked()) == (True, 0, 4)


def test_where_old_code_decided_otherwise_a_snapshot_says_how_it_had_left_things():
    alarm, again = s.says(1), s.says(1, 2)
    replayed = Story().run(alarm, cores="old", decide=forgetful).run(again, cores=OURS)
    assert law5(replayed.walked()) == (True, 2, 2), (
        "without one the new code replays the old code's records, as the judge does"
    )
    certain = (
        Story().run(alarm, cores="old", decide=forgetful, snapshot=True).run(again, cores=OURS)
    )
    assert law5(certain.walked()) == (True, 2, 2), (
        "the new code went on from that snapshot, and so does the judge"
    )
    liar = (
        Story()
        .run(alarm, cores="old", decide=forgetful, snapshot=True)
        .run(again, cores=OURS, decide=chatty)
    )
    assert law5(liar.walked())[0] is False


def test_a_snapshot_of_our_own_must_be_where_our_records_lead():
    story = Story().run(s.says(1), cores=OURS, snapshot=True)
    assert law5(story.walked())[0] is True
    saved = story.store.snapshot()
    story.store.save_snapshot(replace(saved, hash="0" * 64))
    assert law5(story.walked())[0] is False


def test_timers_that_fire_before_an_upgraded_start_is_journaled_are_nobodys():
    """The first record of a run that finds a deadline overdue is that timer's, decided by the new code, in front of its own start."""
    end_without_beginning = s.says(1, event=s.event(phase=Phase.END))
    story = Story().run(end_without_beginning, cores="old")
    due = story.store.next_due()
    decider = Decider(
        decide=chatty,
        initial=district_cores().initial,
        store=story.store,
        kinds=district_cores().kinds,
    )
    story.clock.not_before(later(due, 5))
    fired = decider.fire_due(story.clock.now())
    assert fired
    story.run(cores="newer", decide=chatty)
    assert law5(story.walked(cores=replace(district_cores(), fingerprint="old")))[0] is True


def without_fingerprint(store: MemoryStore, started: NodeStarted, at):
    """A start as the version before fingerprints wrote it."""
    payload = json.dumps(
        {
            key: value
            for key, value in json.loads(canonical_json.encode(started)).items()
            if key != "cores"
        },
        separators=(",", ":"),
        sort_keys=True,
    ).encode()
    _, commands = district_cores().decide(
        district_cores().initial, started, DecisionContext(seq=1, at=at)
    )
    record = chain.seal(
        store.head(),
        at=at,
        kind="node_started",
        payload=payload,
        commands_digest=commands_digest(commands),
    )
    store.commit(Batch(records=(record,)))


def test_a_journal_from_before_fingerprints_is_read_replayed_and_snapshotted():
    story = Story()
    without_fingerprint(story.store, s.started().input, story.clock.now())
    assert b"cores" not in next(story.store.records()).payload
    decider = Decider(
        decide=district_cores().decide,
        initial=district_cores().initial,
        store=story.store,
        kinds=district_cores().kinds,
    )
    assert decider.divergence is None and decider.state.starts == 1
    decider.run([s.says(1)], story.clock.now())
    snapshot = decider.take_snapshot()
    again = Decider(
        decide=district_cores().decide,
        initial=district_cores().initial,
        store=story.store,
        kinds=district_cores().kinds,
    )
    assert again.state_hash() == snapshot.hash == decider.state_hash()
    assert law5(story.walked()) == (True, 0, 2)
    assert law5(story.walked(trusts_unsigned=True)) == (True, 2, 0)


@pytest.mark.parametrize("cores", [OURS, "old"])
def test_a_record_that_todays_cores_cannot_decide_is_a_finding_not_the_end_of_the_judge(cores):
    def raising(state, given, moment):
        if not isinstance(given, NodeStarted):
            raise KeyError("no such thing today")
        return district_cores().decide(state, given, moment)

    history = (
        Story().run(s.says(1), cores=cores).walked(cores=replace(district_cores(), decide=raising))
    )
    assert len(history.steps) == 2
    assert law5(history)[0] is (cores == "old")
