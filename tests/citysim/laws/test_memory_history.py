"""Histories of a simulated city, from the production cores on stores in memory.

Histories in which every law holds show no violation, whatever faults they had.
"""

import law_histories as h
import law_values as v
import pytest
import two_owners
from crash_table import ROWS, CrashTable
from restored_stores import RestoredStoresScenario

from citybrain.clock import ManualClock
from citybrain.decider.decider import Decider
from citybrain.domain.agent import Ack, RequestBatch
from citybrain.ids import AgentId, CountingIds, DistrictId
from citybrain.journal.memory import MemoryStore
from citybrain.structs import replace
from citysim.laws.history import LiveState
from citysim.laws.history_reader import district_cores
from citysim.laws.memory_history import (
    MemoryHistoryReader,
    SimulatorFacts,
    outbox_history,
    read_memory_history,
)
from citysim.laws.table import LAWS, check_all
from street_agent.outbox.memory import MemoryOutbox
from street_agent.outbox.port import DeclaredLoss

NOT_JUDGED = {"timers_fire"}  # these scenarios move their clock by whole seconds


def violations(scenario, reader: MemoryHistoryReader, *, is_final: bool = False):
    stores = {name: party.store for name, party in scenario.districts.items()}
    history = reader.history(stores, scenario.city.store, [], {}, is_final=is_final)
    return [
        (report.law, report.violations[0])
        for report in check_all(history)
        if report.violations and report.law not in NOT_JUDGED
    ], history


def deliver(scenario):
    for name in (*two_owners.PLACES, *two_owners.PLACES, *two_owners.PLACES):
        scenario.deliver_all(name)


# histories in which every law holds


@pytest.mark.parametrize("seed", range(4))
def test_a_city_that_lost_letters_and_processes_violates_no_law(seed):
    scenario, reader = two_owners.TwoOwnersScenario(seed), MemoryHistoryReader()
    scenario.fault_phase(100)
    for _ in range(3):
        scenario.continue_faults(60)
        assert violations(scenario, reader)[0] == [], "mid-way"
    scenario.recovery_phase()
    deliver(scenario)
    found, history = violations(scenario, reader, is_final=scenario.is_quiet())
    assert found == [] and sum(len(node.records) for node in history.nodes()) > 100


@pytest.mark.parametrize("node", ["city", "north", "south"])
def test_a_store_that_went_back_in_time_violates_no_law(node):
    scenario, reader = RestoredStoresScenario(3), MemoryHistoryReader()
    scenario.fault_phase(80)
    scenario.back_up(node)
    scenario.continue_faults(60)
    assert violations(scenario, reader)[0] == []
    scenario.restore(node)
    assert violations(scenario, reader)[0] == [], (
        "its journal is shorter than when it was read last"
    )
    scenario.continue_faults(40)
    assert violations(scenario, reader)[0] == []
    scenario.recover_and_check()
    assert violations(scenario, reader, is_final=True)[0] == []


@pytest.mark.parametrize("row", sorted(ROWS))
def test_no_row_of_the_crash_table_violates_a_law(row):
    table, reader = CrashTable(), MemoryHistoryReader()
    ROWS[row][0](table)
    assert violations(table, reader)[0] == []
    table.recovery_phase()
    deliver(table)
    assert violations(table, reader, is_final=True)[0] == []


def test_the_scenarios_give_the_laws_something_to_check():
    scenario = two_owners.TwoOwnersScenario(1)
    scenario.fault_phase(250)
    scenario.recovery_phase()
    deliver(scenario)
    _, history = violations(scenario, MemoryHistoryReader(), is_final=True)
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
    decider = Decider(cores, store)
    for given in (replace(h.district_started().input, epoch=store.epoch()), *inputs):
        decider.run([given], clock.now())
    return store, decider


def report_of(law: str, history):
    return next(report for report in check_all(history) if report.law == law)


def test_an_outbox_is_read_without_fetching_for_sending():
    outbox = MemoryOutbox(ids=CountingIds(), cap_bytes=100_000)
    outbox.put([v.event(), v.event(), DeclaredLoss(reason="x", losses=())])
    outbox.acknowledge(Ack(incarnation=outbox.incarnation, contiguous=1))
    outbox.store_requests(RequestBatch(epoch="e", first=1, requests=()))
    before = outbox.stats()
    read = outbox_history(AgentId("box"), outbox)
    assert (read.incarnation, read.next_seq, read.unacknowledged_seqs) == (
        outbox.incarnation,
        4,
        frozenset({2, 3}),
    )
    assert (read.bytes, read.cap_bytes, read.holds_only_gaps) == (before.bytes, 100_000, False)
    assert outbox.stats() == before


def test_a_dead_process_is_read_as_its_next_one_will_find_it():
    store, _ = district(h.batch(1))
    outbox = MemoryOutbox(ids=CountingIds())
    outbox.put([v.event(), v.event()])
    outbox.close()
    store.close()
    outboxes = [(DistrictId("a"), AgentId("box-a"), outbox)]
    history = read_memory_history({DistrictId("a"): store}, None, outboxes, {}, is_final=False)
    assert len(history.districts[0][1].records) == 2 and history.outboxes[0][1].next_seq == 3
    assert all(report.holds for report in check_all(history))


def test_a_second_reading_replays_only_what_is_new():
    store, decider = district(h.batch(1))
    reader, decided = MemoryHistoryReader(), []
    cores = district_cores()
    reader.history({DistrictId("a"): store}, None, [], {}, is_final=False)
    replay = reader._replays._districts[DistrictId("a")]
    replay._known[cores.code] = replace(
        cores, decide=lambda *given: (decided.append(given), cores.decide(*given))[1]
    )
    decider.run([h.batch(2)], ManualClock().now())
    history = reader.history({DistrictId("a"): store}, None, [], {}, is_final=False)
    assert len(decided) == 1 and len(history.districts[0][1].records) == 3


def test_the_state_of_a_live_node_is_compared_with_its_journals():
    store, decider = district(h.batch(1))

    def history_with(state_hash: str, seq: int = 2):
        live = {"a": LiveState(seq=seq, state_hash=state_hash, at=ManualClock().now())}
        return read_memory_history(
            {DistrictId("a"): store}, None, [], {}, is_final=False, facts=SimulatorFacts(live=live)
        )

    assert report_of("same_state", history_with(decider.state_hash())).holds
    assert not report_of("same_state", history_with("0" * 64)).holds
    assert not report_of("chains_whole", history_with(decider.state_hash(), seq=3)).holds
