"""`citybrain demo`: the options, the set-up, and the terminal. The run itself is `run`."""

import asyncio
import os
import shutil
import sys
import tempfile
import webbrowser
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from citybrain.cli.process import run_until_signal
from citybrain.random_ids import RandomIds
from citybrain.structs import Struct
from citybrain.system_clock import SystemClock
from citysim.demo.city import DemoCity
from citysim.demo.city_layout import demo_city
from citysim.demo.data.wave import csv_path
from citysim.demo.messages import LANGUAGES, Translator
from citysim.demo.outcome.verdict import DemoOutcome
from citysim.demo.prepare.accounts import LI_NA, WANG_WEI, SignIns, make_accounts
from citysim.demo.prepare.browser_pages import write_browser_page
from citysim.demo.prepare.configs import (
    CITY,
    Ports,
    RunFolder,
    choose_ports,
    identity_of,
    write_all,
)
from citysim.demo.prepare.downloads import ensure_clips, ensure_model
from citysim.demo.prepare.identities import join_all
from citysim.demo.prepare.street_map import ensure_map
from citysim.demo.run import DemoOptions, DemoRun
from citysim.demo.screen.progress import show_lines, show_table
from citysim.demo.screen.sign_in_lines import sign_in_lines
from citysim.demo.screen.summary import as_json, show_summary
from citysim.supervise.mqtt_broker import (
    BROKER_KINDS,
    BrokerKind,
    find_broker,
    require_mosquitto,
)

app = typer.Typer(add_completion=False, rich_markup_mode="rich", pretty_exceptions_enable=False)
# With it the first pump that is asked refuses the order, so that the city is seen to plan again.
DEFAULT_SEED = 13


class _Terminal(Struct, frozen=True, kw_only=True):
    """How the run is shown. `is_plain`: lines in place of a live table."""

    translate: Translator
    console: Console
    is_plain: bool
    opens_browser: bool

    def print(self, title: str, detail: str) -> None:
        line = f"[green]•[/green] {self.translate(title)}: {detail}"
        self.console.print(line, highlight=False, soft_wrap=True)

    def print_warning(self, key: str) -> None:
        line = f"[bold red]{self.translate(key)}[/bold red]"
        self.console.print(line, highlight=False, soft_wrap=True)


class _Shown(Struct, frozen=True, kw_only=True):
    """What the terminal shows of the run's set-up. `sign_ins` are lines that are printed once,
    `notes` stay below the title; `pages` are for the browser."""

    names: Mapping[str, str]
    sign_ins: tuple[str, ...]
    notes: str
    pages: tuple[Path, ...]


@app.command()
def demo(
    duration: Annotated[
        float, typer.Option(min=0, help="Seconds from when all is up; 0: until Ctrl-C.")
    ] = 0.0,
    headless: Annotated[
        bool,
        typer.Option(
            "--headless",
            help="No live table, no browser; a simulated operator opens incidents that wait for "
            "one.",
        ),
    ] = False,
    video: Annotated[
        str,
        typer.Option(
            help="Your own camera in place of the first: rtsp://…, a file, or /dev/video0."
        ),
    ] = "",
    lang: Annotated[str, typer.Option(help="Language of the terminal: en or zh.")] = "en",
    you_issue: Annotated[
        bool,
        typer.Option(
            "--you-issue",
            help="No simulated duty officer: plans wait for your key in the city's console.",
        ),
    ] = False,
    no_browser: Annotated[
        bool, typer.Option("--no-browser", help="Only print the consoles' addresses.")
    ] = False,
    model: Annotated[
        str,
        typer.Option(
            help="A model's name (citybrain model list); left out: the first of yolox-nano, "
            "nanodet-g that can be fetched."
        ),
    ] = "",
    seed: Annotated[
        int, typer.Option(help="Seed of the simulated crews: which orders they refuse.")
    ] = DEFAULT_SEED,
    keep: Annotated[
        Path | None,
        typer.Option(help="Keep the run in this folder; starting again with it continues the run."),
    ] = None,
    broker: Annotated[
        str,
        typer.Option(
            help="mosquitto; or iotcore, which checks no certificates, so that nobody is proved. "
            "Left out: mosquitto where it is found."
        ),
    ] = "",
    port_base: Annotated[
        int,
        typer.Option(min=0, max=65_000, help="Use ports upwards from here; 0: any that are free."),
    ] = 0,
    json_file: Annotated[
        Path | None, typer.Option("--json", help="Write the summary here, as JSON.")
    ] = None,
) -> None:
    """One whole city on this machine: three districts, a coordinator, four edge boxes, crews.

    The boxes work on real video, the crews are simulated and use the real interfaces. Exit code 0:
    an incident went through every stage with help from another district and a verified closing,
    and no law was violated.

    Examples:

        citybrain demo

        citybrain demo --duration 90 --headless --json summary.json

        citybrain demo --video rtsp://user:password@192.168.1.20/stream2 --you-issue
    """
    _check(lang, broker, video)
    translate, console = Translator(lang), Console()
    is_plain = headless or not console.is_terminal
    terminal = _Terminal(
        translate=translate,
        console=console,
        is_plain=is_plain,
        opens_browser=not (is_plain or no_browser) and _has_display(),
    )
    city, clips = _fetch(terminal, model=model, video=video)
    root = keep.resolve() if keep is not None else Path(tempfile.mkdtemp(prefix="citybrain-demo-"))
    options = DemoOptions(
        duration_s=duration,
        seed=seed,
        you_issue=you_issue,
        has_operators=headless,
    )
    run = RunFolder(root=root)
    with run.owned():
        ports = choose_ports(city, port_base)
        if _broker(broker, run) == "mosquitto":
            ports = join_all(run, city, ports, RandomIds())
            terminal.print("step_identities", str(run.authority))
        streets = _streets(terminal)
        code = _play(
            run, city, ports, options, terminal, clips=clips, streets=streets, json_file=json_file
        )
    if keep is None and code == 0:
        shutil.rmtree(root, ignore_errors=True)
    else:
        terminal.print("folder", str(root))
    raise typer.Exit(code)


def _play(
    run: RunFolder,
    city: DemoCity,
    ports: Ports,
    options: DemoOptions,
    terminal: _Terminal,
    *,
    clips: Path,
    streets: Path | None,
    json_file: Path | None,
) -> int:
    """The run, to its end; the exit code."""
    sign_ins = make_accounts(
        run, city, ports, language=terminal.translate.language, clock=SystemClock(), ids=RandomIds()
    )
    write_all(run, city, ports, clips, base_map=streets)
    terminal.print("step_configs", str(run.root))
    this_run = DemoRun(
        run=run,
        city=city,
        ports=ports,
        options=options,
        clock=SystemClock(),
        ids=RandomIds(),
        translate=terminal.translate,
    )
    outcomes: list[DemoOutcome] = []
    shown = _shown(run, city, ports, sign_ins, terminal)
    run_until_signal(lambda stop: _run(this_run, stop, terminal, shown, outcomes))
    code = _conclude(outcomes, terminal, json_file)
    if not ports.is_proved:
        terminal.print_warning("lab")
    return code


def _check(lang: str, broker: str, video: str) -> None:
    if lang not in LANGUAGES:
        raise typer.BadParameter(
            f"{lang!r} is not one of {', '.join(LANGUAGES)}", param_hint="--lang"
        )
    if broker not in ("", *BROKER_KINDS):
        raise typer.BadParameter(
            f"{broker!r} is not one of {', '.join(BROKER_KINDS)}", param_hint="--broker"
        )
    if video and "://" not in video and not Path(video).exists():
        raise typer.BadParameter(f"there is no file or device {video}", param_hint="--video")


def _broker(requested: str, run: RunFolder) -> BrokerKind:
    """The requested broker, else the one that is found; raises `BusError` where there is none, or
    where whoever was proved in this folder before would not be any more."""
    kind = next((kind for kind in BROKER_KINDS if kind == requested), None) or find_broker()
    if kind == "mosquitto" or run.authority.exists():
        require_mosquitto()
        return "mosquitto"
    return kind


def _fetch(terminal: _Terminal, *, model: str, video: str) -> tuple[DemoCity, Path]:
    """Fetch what is missing; the city, and the folder of its clips."""
    clips = ensure_clips(terminal.console)
    terminal.print("step_clips", str(clips))
    name = ensure_model(model, terminal.console)
    terminal.print("step_model", name)
    source = str(Path(video).resolve()) if video and Path(video).is_file() else video
    return demo_city(wave=csv_path(), model=name, video=source), clips


def _streets(terminal: _Terminal) -> Path | None:
    """The map of the pages; None, with a word why, where there is none."""
    found, why_not = ensure_map(terminal.console)
    terminal.print("step_map", str(found or f"{terminal.translate('no_map')}: {why_not}"))
    return found


def _names(city: DemoCity, translate: Translator) -> dict[str, str]:
    """The districts' names in the reader's language."""
    return {d.id: d.en if translate.language == "en" else d.zh for d in city.districts}


def _shown(
    run: RunFolder, city: DemoCity, ports: Ports, sign_ins: SignIns, terminal: _Terminal
) -> _Shown:
    translate = terminal.translate
    names = {CITY: translate("city"), **_names(city, translate)}
    opened = (CITY, city.districts[0].id) if terminal.opens_browser else ()
    return _Shown(
        names=names,
        sign_ins=sign_in_lines(sign_ins, names, translate),
        notes=_notes(run, city, ports, translate),
        pages=tuple(write_browser_page(run, node, sign_ins.first_at(node)) for node in opened),
    )


def _notes(run: RunFolder, city: DemoCity, ports: Ports, translate: Translator) -> str:
    """Where the consoles are, and commands that work beside them, in the names of who signs in."""
    # as it was called: by its path, where it is not on the PATH
    called = sys.argv[0] if Path(sys.argv[0]).name == "citybrain" else "citybrain"
    first, identities = city.districts[0].id, ports.identities
    addresses = _addresses(city, ports, translate)
    lines = [f"{translate('consoles')}: {'  '.join(f'{n} {u}' for n, u in addresses.items())}"]
    for who, command, address in (
        (LI_NA, "district queue", ports.districts[first].grpc_address),
        (WANG_WEI, "city watch", ports.city.grpc_address),
    ):
        identity = f'"{identity_of(identities, *who.identity)}"' if identities is not None else "''"
        line = f"{called} --identity {identity} {command} --address {address}"
        lines.append(f"{translate('commands')}: {line}")
    if ports.is_proved:
        lines.append(f'{translate("commands")}: {called} ca list --dir "{run.authority}"')
    return "\n".join(lines if ports.is_proved else [translate("lab"), *lines])


def _addresses(city: DemoCity, ports: Ports, translate: Translator) -> dict[str, str]:
    """The consoles' addresses by name, the city's first."""
    names = _names(city, translate)
    urls = {
        translate("city"): ports.city.web_url,
        **{names[d.id]: ports.districts[d.id].web_url for d in city.districts},
    }
    return {name: f"{url}?lang={translate.language}" for name, url in urls.items()}


async def _run(
    run: DemoRun,
    stop: asyncio.Event,
    terminal: _Terminal,
    shown: _Shown,
    outcomes: list[DemoOutcome],
) -> None:
    """Append the run's outcome to `outcomes`; nothing, when it was stopped while it started."""
    abort = asyncio.create_task(_cancel_on(stop, asyncio.current_task()))
    try:
        async with run.running(lambda step: terminal.print(step, run.detail(step))):
            abort.cancel()
            await _show(run, stop, terminal, shown)
    except asyncio.CancelledError:
        if not stop.is_set():
            raise
        return  # stopped while it was still starting: there is nothing to judge
    finally:
        abort.cancel()
    outcomes.append(await run.outcome())


async def _show(run: DemoRun, stop: asyncio.Event, terminal: _Terminal, shown: _Shown) -> None:
    for text in (*shown.sign_ins, shown.notes):
        terminal.console.print(text, highlight=False, markup=False, soft_wrap=True)
    await asyncio.to_thread(_open, shown.pages)
    translate, console = terminal.translate, terminal.console
    if terminal.is_plain:
        await show_lines(run, stop, translate, console)
    else:
        await show_table(run, stop, translate, console, names=shown.names, notes=shown.notes)


async def _cancel_on(stop: asyncio.Event, task: "asyncio.Task[None] | None") -> None:
    await stop.wait()
    if task is not None:
        task.cancel()


def _conclude(outcomes: list[DemoOutcome], terminal: _Terminal, json_file: Path | None) -> int:
    if not outcomes:
        return 1
    show_summary(outcomes[0], terminal.translate, terminal.console)
    if json_file is not None:
        json_file.write_text(as_json(outcomes[0]), encoding="utf-8")
    return outcomes[0].exit_code


def _has_display() -> bool:
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _open(pages: Sequence[Path]) -> None:
    for page in pages:
        webbrowser.open(page.as_uri())
