"""The set-up around a chaos run: network, configurations, disks, clocks, in the order of making.

Taken down in the opposite order.
"""

import asyncio
import sys
from contextlib import AsyncExitStack
from pathlib import Path

from rich.console import Console

from citybrain.random_ids import RandomIds
from citybrain.structs import Struct, replace
from citybrain.system_clock import SystemClock
from citysim.chaos.city import SMALL_DISK_NAMES, chaos_city, fault_targets, write_series
from citysim.chaos.environment import leftovers, small_disks
from citysim.chaos.environment.process_clocks import ProcessClocks
from citysim.chaos.environment.run_tag import own_tag
from citysim.chaos.environment.small_disks import SmallDisks
from citysim.chaos.fault.kinds import Fault, FaultKind
from citysim.chaos.fault.schedule import draw_faults
from citysim.chaos.net.choose_network import choose_network
from citysim.chaos.net.port import Links
from citysim.chaos.outcome.run_outcome import ChaosOutcome
from citysim.chaos.outcome.terminal import outcome_lines, schedule_lines
from citysim.chaos.run import ChaosRun, RunEnvironment
from citysim.demo.city import DemoCity
from citysim.demo.messages import Translator
from citysim.demo.prepare.configs import BROKER, CITY, Ports, RunFolder, choose_ports, write_all
from citysim.demo.prepare.downloads import ensure_clips, ensure_model
from citysim.demo.prepare.identities import join_all
from citysim.errors import ChaosUnavailableError, ClipsUnavailableError
from citysim.sim.random_streams import RandomStreams
from citysim.supervise.mqtt_broker import require_mosquitto
from models.errors import ModelsError

DISK_MIB = 96  # a small disk: a run of a hundred faults writes a third of it


class ChaosOptions(Struct, frozen=True, kw_only=True):
    """What the user asked for."""

    faults: int
    seed: int
    net: str
    scale: float
    cameras: int
    only: tuple[FaultKind, ...]


def drawn_faults(options: ChaosOptions, city: DemoCity) -> tuple[Fault, ...]:
    return draw_faults(
        options.seed,
        options.faults,
        fault_targets(city),
        scale=options.scale,
        kinds=options.only,
    )


def require_linux() -> None:
    """Raises `ChaosUnavailableError` where /proc, signals and sessions are not Linux's."""
    if sys.platform != "linux":
        raise ChaosUnavailableError(
            "a chaos run reads /proc and needs Linux. Run it in a container or a virtual machine; "
            "--plan works anywhere."
        )


class ChaosSession:
    """One run with all that it needs on this machine."""

    def __init__(
        self, options: ChaosOptions, folder: Path, translate: Translator, console: Console
    ) -> None:
        self._options, self._run = options, RunFolder(root=folder)
        self._translate, self._console = translate, console
        self._tag = own_tag()

    async def run(self, stop: asyncio.Event, outcomes: list[ChaosOutcome]) -> None:
        """Append the outcome to `outcomes`; nothing, when `stop` was set before the end."""
        abort = asyncio.create_task(_cancel_on(stop, asyncio.current_task()))
        try:
            outcomes.append(await self._run_to_end())
        except asyncio.CancelledError:
            if not stop.is_set():
                raise
        finally:
            abort.cancel()

    async def _run_to_end(self) -> ChaosOutcome:
        self._remove_leftovers()
        city, clips = self._city()
        faults = drawn_faults(self._options, city)
        self._print("schedule", f"{len(faults)}")
        self._print_plain(schedule_lines(faults, self._translate))
        async with AsyncExitStack() as exits:
            environment, impossible = await self._environment(exits, city, clips)
            clock = SystemClock()
            chaos = ChaosRun(
                environment=environment,
                seed=self._options.seed,
                faults=faults,
                impossible=impossible,
                clock=clock,
                translate=self._translate,
            )
            async with chaos.running(lambda step: self._print(step, "…")):
                async for one in chaos.inject_faults():
                    lines = outcome_lines(one, len(faults), clock.now(), self._translate)
                    self._print_plain(lines)
                self._print("step_recovery", "…")
                await chaos.recovery_phase()
                self._print("stopping", "…")
            return await chaos.outcome()

    def _remove_leftovers(self) -> None:
        left = leftovers.find()
        if str(left):
            leftovers.remove(left)
            self._print("removed", str(left))

    def _city(self) -> tuple[DemoCity, Path]:
        """The city with as many cameras as can be had, and the folder of their clips."""
        cameras, clips, model = self._options.cameras, self._run.root, ""
        if cameras:
            try:
                clips, model = ensure_clips(self._console), ensure_model("", self._console)
            except (ClipsUnavailableError, ModelsError) as error:
                cameras = 0
                self._print("not_possible", f"{self._translate('cameras')}: {error}")
        self._print("cameras", str(cameras))
        series = self._run.root / "gauges"
        write_series(series)
        return chaos_city(series, cameras=cameras, model=model), clips

    async def _environment(
        self, exits: AsyncExitStack, city: DemoCity, clips: Path
    ) -> tuple[RunEnvironment, dict[FaultKind, str]]:
        """All that exists before the first process starts, and by kind what is impossible here.
        Raises `BusError` where no broker could check certificates.
        """
        require_mosquitto()
        targets = fault_targets(city)
        links, reason = choose_network(
            self._options.net,
            processes=(targets.broker, *targets.nodes),
            links=targets.links,
            tag=self._tag,
            streams=RandomStreams(self._options.seed),
        )
        ports = _with_hosts(choose_ports(city), links)
        exits.push_async_callback(links.close)
        await links.open({BROKER: ports.broker, CITY: ports.city.grpc})
        ports = replace(ports, dial_addresses=links.dial_addresses())
        why = f" ({self._translate('not_possible')}: {reason})" if reason else ""
        self._print("network", f"{links.name} · {self._translate(f'net_{links.name}')}{why}")
        write_all(self._run, city, ports, clips)
        self._print("step_configs", str(self._run.root))
        disks, impossible = self._disks(exits)
        ports = join_all(self._run, city, ports, RandomIds())  # onto the disks that are there now
        clocks = ProcessClocks(self._run.root / "clocks", targets.nodes)
        exits.callback(clocks.close)
        clocks.open()
        environment = RunEnvironment(
            run=self._run,
            city=city,
            ports=ports,
            links=links,
            disks=disks,
            clocks=clocks,
            tag=self._tag,
        )
        return environment, impossible

    def _disks(self, exits: AsyncExitStack) -> tuple[SmallDisks, dict[FaultKind, str]]:
        folders = {name: self._run.data(name) for name in SMALL_DISK_NAMES}
        disks = SmallDisks(folders, mib=DISK_MIB, tag=self._tag)
        reason = small_disks.unavailable_reason()
        if not reason:
            exits.callback(disks.close)
            try:
                disks.open()
            except ChaosUnavailableError as error:
                reason = str(error)
        if reason and FaultKind.DISK_FULL in self._options.only:
            self._print("not_possible", f"{self._translate(FaultKind.DISK_FULL)}: {reason}")
            return disks, {FaultKind.DISK_FULL: reason}
        return disks, {}

    def _print(self, title: str, detail: str) -> None:
        line = f"[green]•[/green] {self._translate(title)}: {detail}"
        self._console.print(line, highlight=False, soft_wrap=True)

    def _print_plain(self, text: str) -> None:
        self._console.print(text, highlight=False, markup=False, soft_wrap=True)


def _with_hosts(ports: Ports, links: Links) -> Ports:
    """Each process listens at the address that its network gives it."""
    return replace(
        ports,
        broker_host=links.host_of(BROKER),
        city=replace(ports.city, host=links.host_of(CITY)),
        districts={
            name: replace(listen, host=links.host_of(name))
            for name, listen in ports.districts.items()
        },
    )


async def _cancel_on(stop: asyncio.Event, task: "asyncio.Task[None] | None") -> None:
    await stop.wait()
    if task is not None:
        task.cancel()
