"""A journal that other code began is read and replayed.

What unknown code decided is no violation of today's law; what known code decided is judged, and so
is how one code took over from the other.
"""

import json

import law_histories as h
import pytest

from citybrain.clock import ManualClock
from citybrain.decider.command import DecisionContext, Notice
from citybrain.decider.decider import Decider
from citybrain.formats import Format
from citybrain.ids import CountingIds
from citybrain.journal.memory import MemoryStore
from citybrain.structs import replace
from citysim.laws.journal_replay import JournalReplay
from citysim.laws.table import check_all
from district_node.cores.state import DistrictState
from district_node.district_cores import district_cores
from district_node.inputs import NodeStarted

OURS = district_cores()


def other(fingerprint="old", **changes):
    """The district's cores as another version has them."""
    identity = replace(OURS.identity, fingerprint=fingerprint)
    return replace(OURS, identity=identity, code=identity.text, **changes)


class Scenario:
    """A district's journal, written by one code after another."""

    def __init__(self):
        self.store, self.clock = MemoryStore(ids=CountingIds("e")), ManualClock()

    def run(self, *inputs, cores=OURS, stops=True):
        """One run of a node, which ends in order or (`stops` false) is killed."""
        decider = Decider(cores, self.store)
        start = replace(h.district_started().input, epoch=self.store.epoch())
        for given in (start, *inputs):
            self.clock.advance(1)
            decider.run([given], self.clock.now())
        if stops:
            decider.checkpoint(self.clock.now())
        return self

    def replayed(self, *others, cores=OURS):
        replay = JournalReplay("a", cores, *others)
        replay.advance(self.store)
        return replay.history(epoch=self.store.epoch())


def verbose(state, given, context: DecisionContext):
    """Cores that give one command more."""
    state, commands = OURS.decide(state, given, context)
    return state, (*commands, Notice(code="of old", subject="x"))


def forgetful(state, given, context: DecisionContext):
    """Cores that keep less of what they are told."""
    after, commands = OURS.decide(state, given, context)
    return (after if isinstance(given, NodeStarted) else state), commands


def violations(history):
    return {
        report.law: report.violations
        for report in check_all(h.history(history))
        if report.violations
    }


def law5(history):
    (report,) = [report for report in check_all(h.history(history)) if report.law == "same_state"]
    return report.holds, report.checked, report.inconclusive


def test_what_our_code_wrote_is_judged():
    assert law5(Scenario().run(h.batch(1)).replayed()) == (True, 3, 0)
    lying = Scenario().run(h.batch(1), cores=replace(OURS, decide=verbose)).replayed()
    assert law5(lying) == (False, 3, 0), "its records say that they are ours"


def test_what_unknown_code_wrote_is_a_back_test():
    history = Scenario().run(h.batch(1), cores=other(decide=verbose)).replayed()
    assert law5(history) == (True, 0, 3) and history.foreign_divergent == 2
    assert not violations(history)


def test_what_known_code_wrote_is_judged_by_it():
    old = other(decide=verbose)
    scenario = Scenario().run(h.batch(1), cores=old).run(h.batch(2))
    history = scenario.replayed(old)
    assert law5(history) == (True, len(history.records), 0)
    assert not history.divergent and not history.checkpoint_errors


def test_records_of_our_code_are_judged_behind_the_checkpoint_that_it_took_over():
    old = other(decide=verbose)
    scenario = Scenario().run(h.batch(1), cores=old).run(h.batch(2), h.batch(3))
    assert law5(scenario.replayed()) == (True, 5, 3)
    ours = replace(OURS, decide=verbose)
    lying = Scenario().run(h.batch(1), cores=old).run(h.batch(2), cores=ours)
    assert law5(lying.replayed())[0] is False


def test_a_downgrade_ends_it():
    scenario = Scenario().run(h.batch(1)).run(h.batch(2), cores=other(decide=verbose))
    assert law5(scenario.replayed()) == (True, 3, 4)


def test_where_no_text_says_how_old_code_left_things_nothing_is_judged():
    scenario = Scenario().run(h.batch(1), cores=other(decide=verbose)).run(h.batch(2))
    scenario.store._disk.texts.clear()
    assert law5(scenario.replayed())[0] is True
    assert not scenario.replayed().divergent


def test_the_state_that_other_code_left_is_the_one_that_ours_begins_from():
    alarm, again = h.batch(1), h.batch(1, 2)
    scenario = Scenario().run(alarm, cores=other(decide=forgetful)).run(again)
    history = scenario.replayed()
    assert law5(history)[0] is True
    assert history.state.intake != Scenario().run(alarm).run(again).replayed().state.intake


def test_a_takeover_that_is_not_what_the_upcasters_give_is_found():
    class NextState(DistrictState, frozen=True, kw_only=True):
        tally: int

    def upcaster_with(tally):
        return lambda text: json.dumps({**json.loads(text), "tally": tally}).encode()

    def decide(state, given, context):
        fields = {name: getattr(state, name) for name in DistrictState.__struct_fields__}
        after, commands = OURS.decide(DistrictState(**fields), given, context)
        fields = {name: getattr(after, name) for name in DistrictState.__struct_fields__}
        return NextState(tally=state.tally, **fields), commands

    def newer(tally):
        return other(
            decide=decide,
            fingerprint="next",
            state=Format(NextState, (*OURS.state.upcasters, upcaster_with(tally))),
            initial=NextState(setup=OURS.initial.setup, tally=0),
        )

    scenario = Scenario().run(h.batch(1)).run(h.batch(2), cores=newer(0))
    assert law5(scenario.replayed(newer(0)))[0] is True
    assert any("checkpoint" in error for error in scenario.replayed(newer(1)).checkpoint_errors)


def test_records_of_other_code_without_a_checkpoint_before_them_are_a_violation():
    scenario = Scenario().run(h.batch(1), stops=False)
    decider = Decider(OURS, scenario.store)
    decider._cores = other()
    decider.run([h.batch(2)], scenario.clock.advance(1))
    history = scenario.replayed(other())
    assert any("no checkpoint stands between" in error for error in history.checkpoint_errors)
    assert law5(history)[0] is False


@pytest.mark.parametrize("wrote", [OURS, other()])
def test_a_record_that_todays_cores_cannot_decide_is_a_finding_not_the_end_of_the_judge(wrote):
    def raising(state, given, context):
        if not isinstance(given, NodeStarted):
            raise KeyError("no such thing today")
        return OURS.decide(state, given, context)

    history = (
        Scenario()
        .run(h.batch(1), cores=wrote, stops=False)
        .replayed(cores=replace(OURS, decide=raising))
    )
    assert len(history.records) == 2
    assert law5(history)[0] is (wrote is not OURS)
