"""A store is restored from a backup and marked so: district and city agree again over a stream."""

import asyncio
import shutil
from contextlib import asynccontextmanager

import pytest
from typer.testing import CliRunner

from citybrain.cli.journal import app
from citybrain.decider.commit_thread import CommitThread
from citybrain.domain.event import Event, OutboxItem
from citybrain.geo import Point
from citybrain.journal.sqlite import SqliteStore
from citybrain.kinds import OBJECTS_INSIDE
from citybrain.random_ids import RandomIds
from citybrain.system_clock import SystemClock
from citybrain.vocabulary import Certainty, Phase, Severity, Urgency
from coordinator import inputs as city_inputs
from coordinator.policy import Policy
from coordinator.shell.assembly import decider_of as city_decider
from coordinator.shell.districts import Districts
from district_node import inputs as district_inputs
from district_node.playbook import LocalizedName
from district_node.playbooks.load import load_playbooks
from district_node.shell import uplink
from district_node.shell.assembly import decider_of as district_decider
from district_node.shell.quarantine import FileQuarantine

HERE = Point(lat=30.66, lon=104.06)
UNIT = district_inputs.UnitSetup(
    unit="north-1", name="North 1", capabilities=("tow",), place=HERE, speed_mps=8.0
)
SETUP = district_inputs.Setup(
    district="north",
    name=LocalizedName(en="North", zh="北"),
    centre=HERE,
    units=(UNIT,),
    playbooks=load_playbooks(),
)


class Pair:
    """A district and its city in one process, each with its folder."""

    def __init__(self, folder):
        self.files = {"city": folder / "city.db", "north": folder / "north.db"}
        self.folder, self.alarms = folder, 0
        self.missed = []  # who noticed that an end began with nothing, and what it called it

    @asynccontextmanager
    async def up(self):
        clock = SystemClock()
        stores = {
            name: SqliteStore.open(path, ids=RandomIds()) for name, path in self.files.items()
        }
        self.city = CommitThread(city_decider(stores["city"]), clock, stores["city"])
        self.north = CommitThread(district_decider(stores["north"]), clock, stores["north"])
        for commit_loop in (self.city, self.north):
            commit_loop.start()
        await asyncio.wrap_future(
            self.city.submit(city_inputs.NodeStarted(policy=Policy(), epoch=stores["city"].epoch()))
        )
        await asyncio.wrap_future(
            self.north.submit(
                district_inputs.NodeStarted(setup=SETUP, epoch=stores["north"].epoch())
            )
        )
        districts = Districts(
            self.city,
            stores["city"],
            clock,
            on_past=lambda code, _: self.missed.append(("city", code)),
        )
        link = uplink.Uplink(
            commit_loop=self.north,
            store=stores["north"],
            open_link=districts.exchange,
            clock=clock,
            ids=RandomIds(),
            quarantine=FileQuarantine(self.folder, clock),
            on_change=lambda: None,
            on_past=lambda code, _: self.missed.append(("north", code)),
        )
        task = asyncio.create_task(link.run())
        try:
            yield self
        finally:
            task.cancel()
            await asyncio.wait([task])
            for commit_loop in (self.city, self.north):
                await asyncio.to_thread(commit_loop.stop)
            for store in stores.values():
                store.close()

    async def alarm(self):
        self.alarms += 1
        event = Event(
            episode=f"e{self.alarms}",
            kind=OBJECTS_INSIDE,
            phase=Phase.START,
            source=f"cam-{self.alarms}",
            rule="crowd",
            incident_kind="crowding",
            place=Point(lat=HERE.lat + self.alarms * 0.01, lon=HERE.lon),
            severity=Severity.SEVERE,
            urgency=Urgency.EXPECTED,
            certainty=Certainty.OBSERVED,
            observed_at=self.north.state.city.since,
            error_ms=1.0,
            measurements={},
            traceparent="",
        )
        await asyncio.wrap_future(
            self.north.submit(
                district_inputs.BatchReceived(
                    agent="box", incarnation=1, items=(OutboxItem(seq=self.alarms, content=event),)
                )
            )
        )

    async def agreed(self):
        """Wait until the city holds what the district holds, and nothing is under way."""
        async with asyncio.timeout(20):
            while not self.is_agreed():
                await asyncio.sleep(0.01)

    def is_agreed(self):
        world, own = self.city.state.world, self.north.state
        known = world.districts.get("north")
        if (
            known is None
            or known.offline
            or not own.city.up
            or own.city.epoch != self.city.state.epoch
        ):
            return False
        at_city = {name: report.stage for name, report in world.incidents.items()}
        assigned = world.units["north-1"].assignment_number if "north-1" in world.units else None
        return (
            at_city == {name: i.stage for name, i in own.incidents.items()}
            and assigned == own.roster.units["north-1"].assignment_number
        )

    def back_up(self, name):
        shutil.copyfile(self.files[name], self.folder / f"{name}.backup")

    def lose(self, name):
        for path in self.folder.glob(f"{self.files[name].name}*"):
            path.unlink()

    def restore(self, name):
        for suffix in ("-wal", "-shm"):
            self.files[name].with_name(self.files[name].name + suffix).unlink(missing_ok=True)
        shutil.copyfile(self.folder / f"{name}.backup", self.files[name])
        result = CliRunner().invoke(app, ["restored", str(self.files[name])])
        assert result.exit_code == 0, result.output


@pytest.mark.parametrize(
    "lost", [("city",), ("north",), ("city", "north"), ("north", "city")], ids=" then ".join
)
def test_a_restored_store_agrees_with_its_peer_again(tmp_path, lost, monkeypatch):
    monkeypatch.setattr(uplink, "RETRY_FIRST_S", 0.01)

    async def go():
        pair = Pair(tmp_path)
        async with pair.up():
            await pair.alarm()
            await pair.agreed()
        for name in lost:
            pair.back_up(name)
        async with pair.up():
            for _ in range(3):
                await pair.alarm()
            await pair.agreed()
            assert len(pair.city.state.world.incidents) == 4
        for name in lost:
            pair.restore(name)
            async with pair.up():
                await pair.agreed()
                await pair.alarm()
                await pair.agreed()
                assert pair.city.divergence is None
                assert pair.north.divergence is None
        assert pair.missed == []
        before = set(pair.city.state.world.incidents)
        assert len(before) == (
            4 + len(lost) if "north" not in lost else len(pair.north.state.incidents)
        )
        if "north" in lost:
            assert pair.north.state.roster.units["north-1"].assignment_number >= 1_000_000
            assert any(name.startswith("inc-north.") for name in before), (
                "ids that were forgotten are not given again"
            )

    asyncio.run(go())


@pytest.mark.parametrize("lost", ["city", "north"])
def test_both_ends_notice_that_one_of_them_began_with_nothing(tmp_path, lost, monkeypatch):
    monkeypatch.setattr(uplink, "RETRY_FIRST_S", 0.01)

    async def go():
        pair = Pair(tmp_path)
        async with pair.up():
            await pair.alarm()
            await pair.agreed()
        assert pair.missed == []
        pair.lose(lost)
        async with pair.up():
            await pair.agreed()
        peer = "city" if lost == "north" else "north"
        assert sorted(pair.missed) == sorted([(lost, "began_empty"), (peer, "peer_began_empty")])

    asyncio.run(go())
