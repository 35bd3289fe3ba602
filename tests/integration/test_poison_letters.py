"""A letter that the other side cannot take, over real gRPC between a real district and a real city:
it is quarantined with a gap that both journals declare, both count and both show, and the log goes
on, both ways.
"""

import asyncio
import functools
from contextlib import asynccontextmanager

from citybrain import canonical_json
from citybrain.decider.commit_thread import CommitThread
from citybrain.domain.event import Event, OutboxItem
from citybrain.domain.order import OrderRequest, Task
from citybrain.geo import Point
from citybrain.journal.port import Batch, NewLetter
from citybrain.journal.sqlite import SqliteStore
from citybrain.kinds import OBJECTS_INSIDE
from citybrain.random_ids import RandomIds
from citybrain.rpc.link import district_link_service, open_link
from citybrain.rpc.server import serve
from citybrain.system_clock import SystemClock
from citybrain.vocabulary import Certainty, OrderStep, Phase, Severity, Urgency
from citybrain.wire.validation.limits import SLOTS, TEXT_CHARS
from coordinator import inputs as city_inputs
from coordinator.policy import Policy
from coordinator.shell.assembly import decider_of as city_decider
from coordinator.shell.districts import Districts
from district_node import inputs as district_inputs
from district_node.cores import view
from district_node.playbook import LocalizedName, NeedRule, Playbook
from district_node.shell.assembly import decider_of as district_decider
from district_node.shell.quarantine import FileQuarantine, read_quarantine
from district_node.shell.uplink import Uplink

HERE = Point(lat=30.66, lon=104.06)
SETUP = district_inputs.Setup(
    district="north",
    name=LocalizedName(en="North", zh="北"),
    centre=HERE,
    units=(),
    playbooks=(
        Playbook(
            kind="stampede",
            title=LocalizedName(en="Stampede", zh="踩踏"),
            needs=(NeedRule(capability="medic"),) * (SLOTS.value + 1),
        ),
        Playbook(
            kind="crowding",
            title=LocalizedName(en="Crowding", zh="人群聚集"),
            needs=(NeedRule(capability="patrol"),),
        ),
    ),
)


def in_a_loop(test):
    @functools.wraps(test)
    def run(*arguments, **named):
        async def within():
            async with asyncio.timeout(60):
                await test(*arguments, **named)

        asyncio.run(within())

    return run


async def until(condition):
    while not condition():
        await asyncio.sleep(0.01)


class Pair:
    """A city behind a gRPC server and a district that calls it, each with its store."""

    @classmethod
    @asynccontextmanager
    async def up(cls, folder):
        pair, clock = cls(), SystemClock()
        stores = [SqliteStore.open(folder / f"{n}.db", ids=RandomIds()) for n in ("city", "north")]
        pair.city_store, pair.north_store = stores
        pair.city = CommitThread(city_decider(pair.city_store), clock, pair.city_store)
        pair.north = CommitThread(district_decider(pair.north_store), clock, pair.north_store)
        for loop in (pair.city, pair.north):
            loop.start()
        await pair.do(
            pair.city, city_inputs.NodeStarted(policy=Policy(), epoch=pair.city_store.epoch())
        )
        await pair.do(
            pair.north, district_inputs.NodeStarted(setup=SETUP, epoch=pair.north_store.epoch())
        )
        districts = Districts(pair.city, pair.city_store, clock)
        server = await serve("127.0.0.1:0", [district_link_service(districts)])
        pair.folder, pair.quarantine = folder, FileQuarantine(folder, clock)
        pair.uplink = Uplink(
            commit_loop=pair.north,
            store=pair.north_store,
            open_link=lambda outgoing: open_link(f"127.0.0.1:{server.port}", outgoing),
            clock=clock,
            ids=RandomIds(),
            quarantine=pair.quarantine,
            on_change=lambda: None,
        )
        task = asyncio.create_task(pair.uplink.run())
        try:
            await until(lambda: pair.uplink.is_up)
            yield pair
        finally:
            task.cancel()
            await asyncio.wait([task])
            await server.stop(0)
            for loop in (pair.city, pair.north):
                await asyncio.to_thread(loop.stop)
            for store in stores:
                store.close()

    async def do(self, loop, what):
        return await asyncio.wrap_future(loop.submit(what))

    async def alarm(self, seq, kind):
        event = Event(
            episode=f"e{seq}",
            kind=OBJECTS_INSIDE,
            phase=Phase.START,
            source=f"cam-{seq}",
            rule="rule",
            incident_kind=kind,
            place=Point(lat=HERE.lat + seq * 0.01, lon=HERE.lon),
            severity=Severity.SEVERE,
            urgency=Urgency.EXPECTED,
            certainty=Certainty.OBSERVED,
            observed_at=self.north.state.city.since,
            error_ms=1.0,
            measurements={},
            traceparent="",
        )
        items = (OutboxItem(seq=seq, content=event),)
        batch = district_inputs.BatchReceived(agent="box", incarnation=1, items=items)
        await self.do(self.north, batch)

    def kinds(self, store):
        return [record.kind for record in store.records()]


@in_a_loop
async def test_an_incident_with_too_many_slots_does_not_stop_the_district(tmp_path):
    async with Pair.up(tmp_path) as pair:
        await pair.alarm(1, "crowding")
        await pair.alarm(2, "stampede")
        await pair.alarm(3, "crowding")
        await until(lambda: pair.uplink.backlog == 0)
        reported = {i.kind for i in pair.city.state.world.incidents.values()}
        assert reported == {"crowding"}
        assert len(pair.city.state.world.incidents) == 2
        (refused,) = pair.north.state.city.refused
        assert str(SLOTS.value + 1) in refused.reason
        assert pair.kinds(pair.north_store).count("letter_refused_by_city") == 1
        assert pair.kinds(pair.city_store).count("district_letter_quarantined") == 1
        assert view.link_counts(pair.north.state.city)["letters_refused"] == 1
        assert pair.city.state.counts["letters_quarantined"] == 1
        (kept,) = read_quarantine(tmp_path)
        assert (kept.sender, kept.reason) == ("city", "letter_refused")
        assert pair.north.state.city.session == 2, "over one and the same stream"


@in_a_loop
async def test_an_order_that_a_district_cannot_read_does_not_stop_the_city(tmp_path):
    task = Task(
        incident="i",
        incident_district="south",
        slot="s",
        slot_version=1,
        kind="crowding",
        severity=Severity.SEVERE,
        place=HERE,
        traceparent="",
    )
    async with Pair.up(tmp_path) as pair:
        for order, reason in (("o-1", ""), ("o-2", "x" * (TEXT_CHARS.value + 1)), ("o-3", "")):
            request = OrderRequest(
                order=order,
                step=OrderStep.RELEASE,
                plan="p",
                unit="u",
                unit_district="north",
                task=task,
                ttl_s=1.0,
                reason=reason,
            )
            letter = NewLetter(
                to="district/north",
                kind="order_request",
                version=1,
                payload=canonical_json.encode(request),
            )
            await asyncio.to_thread(pair.city_store.commit, Batch(letters=(letter,)))
        await pair.do(pair.city, city_inputs.PlanFailed(request_number=9, reason="wakes the link"))
        await until(lambda: pair.north.state.city.down_acked == 3)
        (refused,) = pair.city.state.world.districts["north"].refused
        assert refused.position == 2
        assert pair.kinds(pair.city_store).count("letter_refused_by_district") == 1
        assert pair.kinds(pair.north_store).count("city_letter_quarantined") == 1
        assert pair.north.state.city.quarantined == 1
        assert pair.city.state.counts["letters_refused"] == 1
        (kept,) = read_quarantine(tmp_path)
        assert (kept.sender, kept.reason) == ("city", "text")
        assert pair.north.state.city.session == 2, "over one and the same stream"
