"""`citybrain chaos`: the options, the set-up, and what the terminal says. The run itself is `run`."""

import asyncio
import shutil
import sys
import tempfile
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from citybrain.bus.broker import KINDS as BROKERS
from citybrain.bus.broker import Kind as Broker
from citybrain.bus.broker import found
from citybrain.cli.process import run_until_signal
from citybrain.clock import SystemClock
from citybrain.errors import BusError
from citysim.chaos.city import CAMERAS_MOST, SMALL_DISKS, chaos_city, targets, write_series
from citysim.chaos.fault.draw import draw
from citysim.chaos.fault.kinds import KINDS, Fault, FaultKind
from citysim.chaos.net.choose import AUTO, WISHES, choose
from citysim.chaos.net.port import Links
from citysim.chaos.outcome.document import as_json
from citysim.chaos.outcome.lines import drawn, line, show
from citysim.chaos.outcome.told import Outcome
from citysim.chaos.place import disks as small_disks
from citysim.chaos.place import leftovers
from citysim.chaos.place.clocks import Clocks
from citysim.chaos.place.disks import Disks
from citysim.chaos.place.mark import ours
from citysim.chaos.run import ChaosRun, Stage
from citysim.chaos.words import WORDS
from citysim.demo.city import DemoCity
from citysim.demo.prepare.configs import BROKER, CITY, Ports, RunFolder, choose_ports, write_all
from citysim.demo.prepare.setup import have_footage, have_model
from citysim.demo.words import LANGUAGES, Words
from citysim.errors import ChaosUnavailableError, FootageUnavailableError
from citysim.sim.dice import Dice
from models.errors import ModelsError

app = typer.Typer(add_completion=False, rich_markup_mode="rich", pretty_exceptions_enable=False)
DISK_MIB = 96  # a small disk: a run of a hundred faults writes a third of it
UNAVAILABLE = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What the user asked for."""

    faults: int
    seed: int
    net: str
    scale: float
    cameras: int
    broker: str
    only: tuple[FaultKind, ...]


@app.command()
def chaos(
    faults: Annotated[
        int,
        typer.Option(
            min=1, max=10_000, help="How many, one after another; about ten seconds each."
        ),
    ] = 20,
    seed: Annotated[
        int, typer.Option(help="Chance of the whole run: the same seed draws the same faults.")
    ] = 1,
    net: Annotated[
        str,
        typer.Option(
            help="netns: network namespaces (root); proxy: the loopback; auto: namespaces where they are possible."
        ),
    ] = AUTO,
    only: Annotated[
        str,
        typer.Option(
            help="Leave out every other kind, e.g. kill,cut. Kinds: " + ", ".join(FaultKind) + "."
        ),
    ] = "",
    scale: Annotated[
        float, typer.Option(min=0.05, max=20, help="Multiplies how long faults are held.")
    ] = 1.0,
    cameras: Annotated[
        int,
        typer.Option(
            min=0,
            max=CAMERAS_MOST,
            help="Boxes with a camera on real video, two pictures a second; the rest have gauges.",
        ),
    ] = 1,
    plan: Annotated[
        bool,
        typer.Option(
            "--plan", help="Only print the faults that would be drawn, with what each kind shows."
        ),
    ] = False,
    lang: Annotated[str, typer.Option(help="Language of the terminal: en or zh.")] = "en",
    keep: Annotated[
        Path | None,
        typer.Option(help="Keep everything of the run in this folder, which must be empty or new."),
    ] = None,
    broker: Annotated[
        str, typer.Option(help="mosquitto or iotcore; left out: mosquitto where it is found.")
    ] = "",
    report: Annotated[Path | None, typer.Option(help="Write the report here, as JSON.")] = None,
) -> None:
    """Strike a real city of real processes with faults drawn from one seed, and read the laws from its journals after each.

    Kills (kill -9), cut and one-way links, delays, full disks, stepped clocks, a broker that forgets, a dead Ray head, frozen processes.
    Exit code 0: every fault was survived and no law was broken; 1: not so; 2: bad use, or this machine cannot do it.

    Examples:

        citybrain chaos --faults 100 --seed 7 --report chaos.json

        citybrain chaos --faults 30 --only kill,one_way --net proxy

        citybrain chaos --faults 100 --seed 7 --plan
    """
    _check(lang, broker, net, keep)
    words, console = Words(lang, WORDS), Console()
    wishes = Wishes(
        faults=faults,
        seed=seed,
        net=net,
        scale=scale,
        cameras=cameras,
        broker=broker,
        only=_kinds(only),
    )
    folder = keep.resolve() if keep is not None else Path(tempfile.mkdtemp(prefix=f"{ours()}-"))
    outcomes: list[Outcome] = []
    try:
        if plan:
            _show_plan(wishes, folder, words, console)
            raise typer.Exit()
        must_be_linux()
        run_until_signal(lambda stop: _Chaos(wishes, folder, words, console).run(stop, outcomes))
    except (ChaosUnavailableError, BusError) as error:
        typer.echo(f"citybrain: {error}", err=True)
        raise typer.Exit(UNAVAILABLE) from error
    finally:
        if keep is None and (plan or (outcomes and not outcomes[0].exit_code)):
            shutil.rmtree(folder, ignore_errors=True)
        elif not plan:
            _say(console, words("folder"), str(folder))
    raise typer.Exit(_conclude(outcomes, words, console, report))


def must_be_linux() -> None:
    """Raises `ChaosUnavailableError` where signals, process trees and marks are not as we need them."""
    if sys.platform != "linux":
        raise ChaosUnavailableError(
            "a chaos run reads /proc and needs Linux. Run it in a container or a virtual machine; --plan works anywhere."
        )


def _check(lang: str, broker: str, net: str, keep: Path | None) -> None:
    for value, known, hint in (
        (lang, LANGUAGES, "--lang"),
        (broker, ("", *BROKERS), "--broker"),
        (net, WISHES, "--net"),
    ):
        if value not in known:
            raise typer.BadParameter(
                f"{value!r} is not one of {', '.join(filter(None, known))}", param_hint=hint
            )
    if keep is not None and keep.exists() and (not keep.is_dir() or any(keep.iterdir())):
        raise typer.BadParameter(
            f"{keep} is not an empty folder; a run's journals are judged from their beginning",
            param_hint="--keep",
        )


def _kinds(only: str) -> tuple[FaultKind, ...]:
    """The kinds in a comma-separated list; all of them for none."""
    names = [name.strip() for name in only.split(",") if name.strip()]
    unknown = [name for name in names if name not in set(FaultKind)]
    if unknown:
        raise typer.BadParameter(
            f"{', '.join(unknown)}: not among {', '.join(FaultKind)}", param_hint="--only"
        )
    return tuple(kind for kind in FaultKind if kind in names) or tuple(FaultKind)


def _show_plan(wishes: Wishes, folder: Path, words: Words, console: Console) -> None:
    console.print(
        drawn(_drawn(wishes, chaos_city(folder, cameras=0, model="")), words),
        highlight=False,
        markup=False,
        soft_wrap=True,
    )
    for kind in wishes.only:
        console.print(
            f"{words(kind)} ({kind}): {KINDS[kind].shows}",
            highlight=False,
            markup=False,
            soft_wrap=True,
        )


def _drawn(wishes: Wishes, city: DemoCity) -> tuple[Fault, ...]:
    return draw(wishes.seed, wishes.faults, targets(city), scale=wishes.scale, kinds=wishes.only)


class _Chaos:
    """The set-up around a run, in the order of its making and, backwards, of its unmaking."""

    def __init__(self, wishes: Wishes, folder: Path, words: Words, console: Console) -> None:
        self._wishes, self._run, self._words, self._console = (
            wishes,
            RunFolder(root=folder),
            words,
            console,
        )
        self._mark = ours()

    async def run(self, stop: asyncio.Event, to: list[Outcome]) -> None:
        abort = asyncio.create_task(_cancel_on(stop, asyncio.current_task()))
        try:
            to.append(await self._whole())
        except asyncio.CancelledError:
            if not stop.is_set():
                raise
        finally:
            abort.cancel()

    async def _whole(self) -> Outcome:
        self._tidy()
        city, footage = self._city()
        faults = _drawn(self._wishes, city)
        self._say("plan", f"{len(faults)}")
        self._console.print(
            drawn(faults, self._words), highlight=False, markup=False, soft_wrap=True
        )
        async with AsyncExitStack() as exits:
            stage, impossible = await self._stage(exits, city, footage)
            chaos = ChaosRun(
                stage=stage,
                seed=self._wishes.seed,
                faults=faults,
                impossible=impossible,
                clock=SystemClock(),
                words=self._words,
            )
            async with chaos.running(lambda what: self._say(what, "…")):
                async for told in chaos.carry_out():
                    self._console.print(
                        line(told, len(faults), SystemClock().now(), self._words),
                        highlight=False,
                        markup=False,
                        soft_wrap=True,
                    )
                self._say("step_calm", "…")
                await chaos.calm()
                self._say("stopping", "…")
            return await chaos.outcome()

    def _tidy(self) -> None:
        left = leftovers.find()
        if str(left):
            leftovers.remove(left)
            self._say("removed", str(left))

    def _city(self) -> tuple[DemoCity, Path]:
        """With as many cameras as can be had; and the folder of their clips."""
        cameras, footage, model = self._wishes.cameras, self._run.root, ""
        if cameras:
            try:
                footage, model = have_footage(self._console), have_model("", self._console)
            except (FootageUnavailableError, ModelsError) as error:
                cameras = 0
                self._say("not_possible", f"{self._words('cameras')}: {error}")
        self._say("cameras", str(cameras))
        write_series(self._run.root / "gauges")
        return chaos_city(self._run.root / "gauges", cameras=cameras, model=model), footage

    async def _stage(
        self, exits: AsyncExitStack, city: DemoCity, footage: Path
    ) -> tuple[Stage, dict[FaultKind, str]]:
        """Everything that stands before the first process starts, and what cannot be done here."""
        struck = targets(city)
        links, reason = choose(
            self._wishes.net,
            processes=(struck.broker, *struck.nodes),
            links=struck.links,
            mark=self._mark,
            dice=Dice(self._wishes.seed),
        )
        ports = _placed(choose_ports(city), links)
        exits.push_async_callback(links.close)
        await links.open({BROKER: ports.broker, CITY: ports.city.grpc})
        ports = replace(ports, dialled=links.dialled())
        self._say(
            "network",
            f"{links.name} · {self._words(f'net_{links.name}')}"
            + (f" ({self._words('not_possible')}: {reason})" if reason else ""),
        )
        write_all(self._run, city, ports, footage)
        self._say("step_configs", str(self._run.root))
        disks, impossible = self._disks(exits)
        clocks = Clocks(self._run.root / "clocks", struck.nodes)
        exits.callback(clocks.close)
        clocks.open()
        return Stage(
            run=self._run,
            city=city,
            ports=ports,
            broker=_broker(self._wishes.broker),
            links=links,
            disks=disks,
            clocks=clocks,
            mark=self._mark,
        ), impossible

    def _disks(self, exits: AsyncExitStack) -> tuple[Disks, dict[FaultKind, str]]:
        disks = Disks(
            {name: self._run.data(name) for name in SMALL_DISKS}, mib=DISK_MIB, mark=self._mark
        )
        reason = small_disks.why_not()
        if not reason:
            exits.callback(disks.close)
            try:
                disks.open()
            except ChaosUnavailableError as error:
                reason = str(error)
        if reason and FaultKind.DISK_FULL in self._wishes.only:
            self._say("not_possible", f"{self._words(FaultKind.DISK_FULL)}: {reason}")
            return disks, {FaultKind.DISK_FULL: reason}
        return disks, {}

    def _say(self, word: str, detail: str) -> None:
        _say(self._console, self._words(word), detail)


def _placed(ports: Ports, links: Links) -> Ports:
    """Each process at the address that its network gives it."""
    return replace(
        ports,
        broker_host=links.host_of(BROKER),
        city=replace(ports.city, host=links.host_of(CITY)),
        districts={
            name: replace(listen, host=links.host_of(name))
            for name, listen in ports.districts.items()
        },
    )


def _broker(wished: str) -> Broker:
    return next((kind for kind in BROKERS if kind == wished), None) or found()


async def _cancel_on(stop: asyncio.Event, task: "asyncio.Task[None] | None") -> None:
    await stop.wait()
    if task is not None:
        task.cancel()


def _conclude(outcomes: list[Outcome], words: Words, console: Console, report: Path | None) -> int:
    if not outcomes:
        return 1
    show(outcomes[0], words, console)
    if report is not None:
        report.write_text(as_json(outcomes[0]), encoding="utf-8")
    return outcomes[0].exit_code


def _say(console: Console, what: str, detail: str) -> None:
    console.print(f"[green]•[/green] {what}: {detail}", highlight=False, soft_wrap=True)
