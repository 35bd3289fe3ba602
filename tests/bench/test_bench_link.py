"""Letters through both ends of a link, on loopback, with both journals on disk: commands down and
reports up a second, and whether a report costs more while 2,000 commands wait.
"""

import asyncio
import time
from contextlib import asynccontextmanager

import pytest

from citybrain import canonical_json
from citybrain.decider.commit_thread import CommitThread
from citybrain.domain.order import OrderRequest, Task
from citybrain.domain.unit import UnitReport
from citybrain.geo import Point
from citybrain.journal.port import Batch, NewLetter
from citybrain.journal.sqlite import SqliteStore
from citybrain.random_ids import RandomIds
from citybrain.rpc.link import district_link_service, open_link
from citybrain.rpc.server import serve
from citybrain.system_clock import SystemClock
from citybrain.vocabulary import OrderStep, Severity, UnitState
from coordinator import inputs as city_inputs
from coordinator.policy import Policy
from coordinator.shell.assembly import decider_of as city_decider
from coordinator.shell.districts import Districts
from district_node import inputs as district_inputs
from district_node.cores.decision_draft import CITY
from district_node.playbook import LocalizedName
from district_node.shell.assembly import decider_of as district_decider
from district_node.shell.quarantine import FileQuarantine
from district_node.shell.uplink import Uplink

pytestmark = pytest.mark.bench
LETTERS, WAITING = 8_000, 2_000
HERE = Point(lat=30.66, lon=104.06)
PEER = "district/north"
SETUP = district_inputs.Setup(
    district="north", name=LocalizedName(en="North", zh="北"), centre=HERE, units=(), playbooks=()
)


def request(number):
    task = Task(
        incident=f"i-{number}",
        incident_district="south",
        slot="s",
        slot_version=1,
        kind="crowding",
        severity=Severity.SEVERE,
        place=HERE,
        traceparent="",
    )
    return OrderRequest(
        order=f"o-{number}",
        step=OrderStep.RESERVE,
        plan="p",
        unit=f"u-{number}",
        unit_district="north",
        task=task,
        ttl_s=60.0,
    )


def report(number):
    return UnitReport(
        unit=f"u-{number % 200}",
        district="north",
        name="u",
        capabilities=("patrol",),
        state=UnitState.AVAILABLE,
        place=HERE,
        speed_mps=8.0,
        order=None,
        assignment_number=0,
        at=number,
    )


def letters(to, kind, values):
    return Batch(
        letters=tuple(
            NewLetter(to=to, kind=kind, version=1, payload=canonical_json.encode(value))
            for value in values
        )
    )


class Pair:
    def __init__(self, folder):
        self.clock, ids = SystemClock(), RandomIds()
        self.city_store = SqliteStore.open(folder / "city.db", ids=ids)
        self.north_store = SqliteStore.open(folder / "north.db", ids=ids)
        self.city = CommitThread(city_decider(self.city_store), self.clock, self.city_store)
        self.north = CommitThread(district_decider(self.north_store), self.clock, self.north_store)
        self.folder = folder

    async def start(self):
        first = (
            (self.city, city_inputs.NodeStarted(policy=Policy(), epoch=self.city_store.epoch())),
            (
                self.north,
                district_inputs.NodeStarted(setup=SETUP, epoch=self.north_store.epoch()),
            ),
        )
        for loop, started in first:
            loop.start()
            await asyncio.wrap_future(loop.submit(started))

    @asynccontextmanager
    async def connected(self):
        districts = Districts(self.city, self.city_store, self.clock)
        server = await serve("127.0.0.1:0", [district_link_service(districts)])
        uplink = Uplink(
            commit_loop=self.north,
            store=self.north_store,
            open_link=lambda outgoing: open_link(f"127.0.0.1:{server.port}", outgoing),
            clock=self.clock,
            ids=RandomIds(),
            quarantine=FileQuarantine(self.folder, self.clock),
            on_change=lambda: None,
        )
        task = asyncio.create_task(uplink.run())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.wait([task])
            await server.stop(0)

    async def stop(self):
        for loop in (self.city, self.north):
            await asyncio.to_thread(loop.stop)
        for store in (self.city_store, self.north_store):
            store.close()

    def waits(self, store, to):
        return bool(store.letters(to=to, after=0, limit=1))


async def measured(folder, *, down=0, up=0, orders=0):
    """Letters a second, from the first to the last acknowledgement."""
    folder.mkdir()
    pair = Pair(folder)
    await pair.start()
    pair.city_store.commit(letters("district/away", "order_request", map(request, range(orders))))
    pair.city_store.commit(letters(PEER, "order_request", map(request, range(down))))
    pair.north_store.commit(letters(CITY, "unit_report", map(report, range(up))))
    start = time.perf_counter()
    async with pair.connected():
        while pair.waits(pair.city_store, PEER) or pair.north.state.city.down_acked < down:
            await asyncio.sleep(0.005)
        while up and pair.waits(pair.north_store, CITY):
            await asyncio.sleep(0.005)
        rate = (down + up) / (time.perf_counter() - start)
    await pair.stop()
    return rate


def test_bench_link(tmp_path):
    down = asyncio.run(measured(tmp_path / "down", down=LETTERS))
    up = asyncio.run(measured(tmp_path / "up", up=LETTERS))
    beside = asyncio.run(measured(tmp_path / "beside", up=LETTERS, orders=WAITING))
    print(f"\n{'commands down/s, each answered':>34} {down:>8,.0f}")
    print(f"{'reports up/s':>34} {up:>8,.0f}")
    print(f"{f'… with {WAITING:,} commands waiting':>34} {beside:>8,.0f} {beside / up:>6.2f}")
