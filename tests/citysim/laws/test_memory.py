"""Histories of a simulated city: the production cores on stores in memory, judged without a file; honest ones are not accused, whatever befell them."""

import importlib.util
import sys
from dataclasses import replace
from pathlib import Path

import citysim_story as s
import pytest

from citybrain.clock import ManualClock
from citybrain.decider.decider import Decider
from citybrain.domain.agent import Ack, RequestBatch
from citybrain.ids import AgentId, CountingIds, DistrictId
from citybrain.journal.memory import MemoryStore
from citysim.laws.gather import district_cores
from citysim.laws.history import Live
from citysim.laws.memory import Beside, MemoryGathering, gathered, outbox_history
from citysim.laws.table import LAWS, check_all
from street_agent.outbox.memory import MemoryOutbox
from street_agent.outbox.port import Lost

INTEGRATION = Path(__file__).parents[2] / "integration"
MANUAL = {"timers_fire"}  # these stories move their clock by hand, in strides of seconds


def told(name: str):
    spec = importlib.util.spec_from_file_location(f"laws_{name}", INTEGRATION / f"test_{name}.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


TWO_OWNERS, RESTORED, CRASHES = told("two_owners"), told("restored"), told("crash_table")


def accusations(story, gathering: MemoryGathering, *, is_final: bool = False):
    stores = {name: party.store for name, party in story.districts.items()}
    history = gathering.history(stores, story.city.store, [], {}, is_final)
    return [
        (report.law, report.broken[0])
        for report in check_all(history)
        if report.broken and report.law not in MANUAL
    ], history


def deliver(story):
    for name in (*TWO_OWNERS.PLACES, *TWO_OWNERS.PLACES, *TWO_OWNERS.PLACES):
        story.deliver_all(name)


# honest stories


@pytest.mark.parametrize("seed", range(4))
def test_a_city_that_lost_letters_and_processes_is_accused_of_nothing(seed):
    story, gathering = TWO_OWNERS.Story(seed), MemoryGathering()
    story.storm(100)
    for _ in range(3):
        story.storm_on(60)
        assert accusations(story, gathering)[0] == [], "mid-way"
    story.calm()
    deliver(story)
    faults, history = accusations(story, gathering, is_final=story.is_quiet())
    assert faults == [] and sum(len(node.steps) for node in history.nodes()) > 100


@pytest.mark.parametrize("who", ["city", "north", "south"])
def test_a_store_that_went_back_in_time_is_accused_of_nothing(who):
    story, gathering = RESTORED.Story(3), MemoryGathering()
    story.storm(80)
    story.back_up(who)
    story.storm_on(60)
    assert accusations(story, gathering)[0] == []
    story.restore(who)
    assert accusations(story, gathering)[0] == [], (
        "its journal is shorter than when it was looked at last"
    )
    story.storm_on(40)
    assert accusations(story, gathering)[0] == []
    story.healed()
    assert accusations(story, gathering, is_final=True)[0] == []


@pytest.mark.parametrize("row", sorted(CRASHES.ROWS))
def test_no_row_of_the_crash_table_is_accused(row):
    table, gathering = CRASHES.SortedMap(), MemoryGathering()
    CRASHES.ROWS[row][0](table)
    assert accusations(table, gathering)[0] == []
    table.calm()
    deliver(table)
    assert accusations(table, gathering, is_final=True)[0] == []


def test_the_stories_give_the_laws_something_to_judge():
    story = TWO_OWNERS.Story(1)
    story.storm(250)
    story.calm()
    deliver(story)
    _, history = accusations(story, MemoryGathering(), is_final=True)
    checked = {report.law: report.checked for report in check_all(history)}
    for law in (
        "nothing_lost",
        "nothing_twice",
        "one_unit_one_order",
        "one_slot_one_order",
        "promises_kept",
        "same_state",
        "chains_whole",
        "agreement",
    ):
        assert checked[law], law
    assert set(checked) == set(LAWS)


# how they are read


def district(*inputs):
    cores, clock, store = district_cores(), ManualClock(), MemoryStore(ids=CountingIds("e"))
    decider = Decider(decide=cores.decide, initial=cores.initial, store=store, kinds=cores.kinds)
    for given in (replace(s.started().input, epoch=store.epoch()), *inputs):
        decider.run([given], clock.now())
    return store, decider


def report_of(law: str, history):
    return next(report for report in check_all(history) if report.law == law)


def test_an_outbox_is_read_without_handing_anything_out():
    outbox = MemoryOutbox(ids=CountingIds(), cap_bytes=100_000)
    outbox.put([s.event(), s.event(), Lost(reason="x", losses=())])
    outbox.acknowledge(Ack(incarnation=outbox.incarnation, contiguous=1))
    outbox.keep_asked(RequestBatch(epoch="e", first=1, requests=()))
    before = outbox.stats()
    read = outbox_history(AgentId("box"), outbox)
    assert (read.incarnation, read.next_seq, read.kept) == (
        outbox.incarnation,
        4,
        frozenset({2, 3}),
    )
    assert (read.bytes, read.cap_bytes, read.holds_only_gaps) == (before.bytes, 100_000, False)
    assert outbox.stats() == before


def test_what_died_is_read_as_the_next_process_will_find_it():
    store, _ = district(s.says(1))
    outbox = MemoryOutbox(ids=CountingIds())
    outbox.put([s.event(), s.event()])
    outbox.close()
    store.close()
    history = gathered(
        {DistrictId("a"): store}, None, [(DistrictId("a"), AgentId("box-a"), outbox)], {}, False
    )
    assert len(history.districts[0][1].steps) == 2 and history.outboxes[0][1].next_seq == 3
    assert all(report.kept for report in check_all(history))


def test_a_second_look_replays_only_what_is_new():
    store, decider = district(s.says(1))
    gathering, decided = MemoryGathering(), []
    cores = district_cores()
    gathering.history({DistrictId("a"): store}, None, [], {}, False)
    walk = gathering._walks._walks["a"]
    walk._cores = replace(
        cores, decide=lambda *given: (decided.append(given), cores.decide(*given))[1]
    )
    decider.run([s.says(2)], ManualClock().now())
    history = gathering.history({DistrictId("a"): store}, None, [], {}, False)
    assert len(decided) == 1 and len(history.districts[0][1].steps) == 3


def test_the_state_of_a_live_node_is_compared_with_its_journals():
    store, decider = district(s.says(1))

    def looked_at(state_hash: str, seq: int = 2):
        live = {"a": Live(seq=seq, state_hash=state_hash, at=ManualClock().now())}
        return gathered({DistrictId("a"): store}, None, [], {}, False, beside=Beside(live=live))

    assert report_of("same_state", looked_at(decider.state_hash())).kept
    assert not report_of("same_state", looked_at("0" * 64)).kept
    assert not report_of("chains_whole", looked_at(decider.state_hash(), seq=3)).kept
