"""Timers after a crash: a district process with 1,000 reports that nobody confirmed is killed, its
deadlines pass while it is down, and it starts again.
"""

import time

import pytest
from bench_rows import row
from district_process import DistrictProcess, ScriptedAgent, an_event, until

from citybrain.clock import Timestamp
from citybrain.geo import Point
from citybrain.journal.sqlite import SqliteStore
from citybrain.system_clock import SystemClock
from citybrain.vocabulary import Severity
from citysim.supervise.mqtt_broker import BrokerProcess
from citysim.supervise.tcp_ports import free_ports

pytestmark = pytest.mark.bench

REPORTS, WITHIN_S, GOAL_S = 1_000, 6.0, 1.0
CLOCK = SystemClock()
TUNED = f"""
[[tune]]
kind = "waterlogging"
opens.within_s = {WITHIN_S}
joins.area_m = 0.0
"""


def overdue(journal):
    """Timers of the district's journal that are due and have not fired."""
    store = SqliteStore.open_readonly(journal)
    try:
        return len(store.timers_due(at=CLOCK.now(), limit=10 * REPORTS))
    finally:
        store.close()


def report(number):
    """Too minor to open by itself, far from the others: a timer each."""
    place = Point(lat=30.6 + 0.004 * (number % 40), lon=104.0 + 0.004 * (number // 40))
    return an_event(
        episode=f"e{number}",
        source=f"gauge-{number}",
        incident_kind="waterlogging",
        severity=Severity.MINOR,
        place=place,
        observed_at=Timestamp(CLOCK.now()),
    )


@pytest.mark.timeout(300)
def test_every_overdue_timer_fires_after_a_crash(tmp_path):
    began = time.perf_counter()
    broker = BrokerProcess(port=free_ports(1)[0], folder=tmp_path).start()
    node = DistrictProcess(tmp_path, broker.port)
    node.config.write_text(node.config.read_text() + TUNED, encoding="utf-8")
    try:
        node.start()
        box = ScriptedAgent(broker.port)
        box.send_new(*(report(number) for number in range(REPORTS)))
        box.until_acknowledged()
        node.kill()
        box.bus.stop()
        waiting = until(
            lambda: (found := overdue(node.journal)) >= REPORTS and found, "all are overdue"
        )
        started = time.perf_counter()
        node.start()
        ready = time.perf_counter()
        until(lambda: not overdue(node.journal), "all have fired")
        fired = time.perf_counter()
    finally:
        if node.process is not None and node.process.poll() is None:
            node.kill()
        broker.kill()
    print(
        f"\n{waiting:,} timers overdue at the start: {ready - started:.1f} s until it serves, all"
        f" fired {fired - ready:.2f} s after that"
    )
    row(
        f"{waiting:,} timers that became overdue while the node was down",
        goal=f"fired <= {GOAL_S:.0f} s after its restart",
        ours=f"{fired - ready:.2f} s after it serves ({ready - started:.1f} s to serve)",
        held=fired - ready <= GOAL_S,
        seconds=time.perf_counter() - began,
    )
    assert waiting >= REPORTS
