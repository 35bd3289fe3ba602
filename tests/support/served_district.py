"""A district on real sockets: production shells over a store in memory, its public API on gRPC and
HTTP. What happens in it is submitted to its journal.
"""

import asyncio
import contextlib

from served_node import ServedNode

from citybrain.api.services.crew import crew_service
from citybrain.api.services.district import district_service
from citybrain.bus.memory import MemoryBroker
from citybrain.clock import later
from citybrain.decider.commit_thread import CommitThread
from citybrain.decider.decider import Decider
from citybrain.domain.event import Event, OutboxItem
from citybrain.geo import Point
from citybrain.ids import CountingIds
from citybrain.journal.memory import MemoryStore
from citybrain.kinds import OBJECTS_INSIDE
from citybrain.limits import COMMIT_QUEUE
from citybrain.random_ids import RandomIds
from citybrain.rpc.public.services import public_service
from citybrain.rpc.server import serve
from citybrain.system_clock import SystemClock
from citybrain.vocabulary import Certainty, Phase, Severity, Urgency
from citybrain.web.serve import serve as serve_web
from district_node.api.adapter import DistrictApiAdapter
from district_node.attachments.attachments import attachments_of
from district_node.district_cores import district_cores
from district_node.inputs import BatchReceived, NodeStarted, Setup, UnitSetup
from district_node.playbook import LocalizedName
from district_node.playbooks.load import load_playbooks
from district_node.shell.assembly import District, DistrictParts
from district_node.web.app import build

HERE = Point(lat=30.657, lon=104.086)


def unit(name: str, *capabilities: str, metres: float = 300.0) -> UnitSetup:
    return UnitSetup(
        unit=name,
        name=name.title(),
        capabilities=capabilities or ("patrol",),
        place=Point(lat=HERE.lat + metres / 111_195, lon=HERE.lon),
        speed_mps=8.0,
    )


class ServedDistrict(ServedNode):
    """As long as the block lasts. `store` has faults to set; `cores`: others than production's;
    `queue`: how many inputs may wait; `guard`: its gRPC server has certificates; `door`: who may
    come in by HTTP; `data`: a folder for the files that people attach, else it takes none."""

    def __init__(
        self,
        *units: UnitSetup,
        cores=None,
        queue=COMMIT_QUEUE.value,
        guard=None,
        door=None,
        data=None,
    ) -> None:
        self.clock, self.store = SystemClock(), MemoryStore()
        self._guard, self._door = guard, door
        self._cores, self._queue = cores or district_cores(), queue
        self._setup = Setup(
            district="riverside",
            name=LocalizedName(en="Riverside", zh="滨江"),
            centre=HERE,
            units=units or (unit("riverside-1"), unit("riverside-2", "pump", metres=900)),
            playbooks=load_playbooks(),
            takes_files=data is not None,
        )
        self._seq, self._data, self._open = 0, data, contextlib.ExitStack()

    async def __aenter__(self) -> "ServedDistrict":
        decider = Decider(self._cores, self.store)
        self.loop = CommitThread(decider, self.clock, self.store, queue=self._queue)
        self.loop.start()
        await self.submit(NodeStarted(setup=self._setup))
        self.files = None
        if self._data is not None:
            opened = attachments_of(self._data, RandomIds(), self.loop)
            self.files = self._open.enter_context(opened)
        self.district = District(self._parts())
        self.api = DistrictApiAdapter(
            self.district.console,
            lambda: self.loop.state,
            status=self.district.runtime_status,
            newest=self.district.positions.of,
            clock=self.clock,
            changes=self.district.changes,
            epoch="life",
            files=self.files,
        )
        services = (
            district_service(self.api, CountingIds()),
            crew_service(self.district.crew_console, CountingIds()),
        )
        offered = [public_service(one) for one in services]
        self._rpc = await serve("127.0.0.1:0", offered, guard=self._guard)
        app = build(
            services,
            self.district.crew_console,
            district=self._setup.district,
            name={"en": "Riverside", "zh": "滨江"},
            clock=self.clock,
            door=self._door,
        )
        self._web = await serve_web(app, "127.0.0.1", 0)
        self.address = f"127.0.0.1:{self._rpc.port}"
        self.url = f"http://127.0.0.1:{self._web.port}"
        self._running = asyncio.create_task(self.api.run())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._running
        await self._web.stop(0.2)
        await self._rpc.stop(0.2)
        self._open.close()
        self.loop.stop()

    def stop_following(self) -> None:
        """From now on lists are brought up to date by requests alone."""
        self._running.cancel()

    async def submit(self, given):
        return await asyncio.wrap_future(self.loop.submit(given))

    async def events(self, count: int, **changes) -> None:
        """`count` alarms, each an incident of its own."""
        items = []
        for _ in range(count):
            self._seq += 1
            content = event(self._seq, self.clock.now(), **changes)
            items.append(OutboxItem(seq=self._seq, content=content))
        await self.submit(BatchReceived(agent="box-1", incarnation=7, items=tuple(items)))

    def _parts(self) -> DistrictParts:
        return DistrictParts(
            setup=self._setup,
            commit_loop=self.loop,
            store=self.store,
            bus=MemoryBroker().client("district"),
            clock=self.clock,
            ids=CountingIds(),
            quarantine=_NoQuarantine(),
            metrics=_NoMetrics(),
            open_link=None,
        )


def event(number: int, now, **changes) -> Event:
    """An alarm of a camera of its own, far from the others."""
    values = {
        "episode": f"e{number}",
        "kind": OBJECTS_INSIDE,
        "phase": Phase.START,
        "source": f"cam-{number}",
        "rule": "crowd",
        "incident_kind": "crowding",
        "place": Point(lat=HERE.lat + 0.002 * number, lon=HERE.lon),
        "severity": Severity.MODERATE,
        "urgency": Urgency.EXPECTED,
        "certainty": Certainty.OBSERVED,
        "observed_at": later(now, -1),
        "error_ms": 40.0,
        "measurements": {"count": 5.0},
        "traceparent": "",
    }
    return Event(**{**values, **changes})


class _NoQuarantine:
    count = 0

    def keep(self, *_: object, **__: object) -> None: ...


class _NoMetrics:
    def __getattr__(self, _: str):
        return lambda *_, **__: None
