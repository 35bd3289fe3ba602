"""`citybrain demo`: the options, the set-up, and what the terminal says. The run itself is `run`."""

import asyncio
import os
import shutil
import tempfile
import webbrowser
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from citybrain.bus.broker import KINDS, Kind, found
from citybrain.cli.process import run_until_signal
from citybrain.clock import SystemClock
from citybrain.ids import RandomIds
from citysim.demo.city import DemoCity, demo_city
from citysim.demo.data.wave import csv_path
from citysim.demo.outcome.verdict import Outcome
from citysim.demo.prepare.configs import Ports, RunFolder, choose_ports, write_all
from citysim.demo.prepare.setup import have_footage, have_model
from citysim.demo.run import DemoRun, Wishes
from citysim.demo.screen.show import show_lines, show_table
from citysim.demo.screen.summary import as_json, show
from citysim.demo.words import LANGUAGES, Words

app = typer.Typer(add_completion=False, rich_markup_mode="rich", pretty_exceptions_enable=False)
DEFAULT_SEED = 13  # with it the first pump that is asked gives the order back, so that the city is seen to plan again


@app.command()
def demo(
    duration: Annotated[
        float, typer.Option(min=0, help="Seconds from when all is up; 0: until Ctrl-C.")
    ] = 0.0,
    headless: Annotated[
        bool,
        typer.Option(
            "--headless",
            help="No live table, no browser; a simulated operator opens what waits for one.",
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
            help="A model's name (citybrain model list); left out: the first of yolox-nano, nanodet-g that can be had."
        ),
    ] = "",
    seed: Annotated[
        int, typer.Option(help="Chance of the simulated crews: which orders they give back.")
    ] = DEFAULT_SEED,
    keep: Annotated[
        Path | None,
        typer.Option(
            help="Keep the run in this folder; starting again with it goes on where it stopped."
        ),
    ] = None,
    broker: Annotated[
        str, typer.Option(help="mosquitto or iotcore; left out: mosquitto where it is found.")
    ] = "",
    port_base: Annotated[
        int,
        typer.Option(min=0, max=65_000, help="Use ports upwards from here; 0: any that are free."),
    ] = 0,
    json_file: Annotated[
        Path | None, typer.Option("--json", help="Write the summary here, for machines.")
    ] = None,
) -> None:
    """One whole city on this machine: three districts, a coordinator, four edge boxes on real video, crews on the real interfaces.

    Exit code 0: an incident went through every stage with help from another district and a verified closing, and no law was broken.

    Examples:

        citybrain demo

        citybrain demo --duration 90 --headless --json summary.json

        citybrain demo --video rtsp://user:password@192.168.1.20/stream2 --you-issue
    """
    if lang not in LANGUAGES:
        raise typer.BadParameter(
            f"{lang!r} is not one of {', '.join(LANGUAGES)}", param_hint="--lang"
        )
    if broker not in ("", *KINDS):
        raise typer.BadParameter(
            f"{broker!r} is not one of {', '.join(KINDS)}", param_hint="--broker"
        )
    if video and "://" not in video and not Path(video).exists():
        raise typer.BadParameter(f"there is no file or device {video}", param_hint="--video")
    words, console = Words(lang), Console()
    city, footage = _set_up(words, console, model=model, video=video)
    root = keep.resolve() if keep is not None else Path(tempfile.mkdtemp(prefix="citybrain-demo-"))
    wishes = Wishes(
        duration_s=duration,
        seed=seed,
        you_issue=you_issue,
        has_operators=headless,
        broker=_broker(broker),
    )
    run, ports = RunFolder(root=root), choose_ports(city, port_base)
    write_all(run, city, ports, footage)
    _say(console, words("step_configs"), str(root))
    this = DemoRun(
        run=run,
        city=city,
        ports=ports,
        wishes=wishes,
        clock=SystemClock(),
        ids=RandomIds(),
        words=words,
    )
    outcomes: list[Outcome] = []
    is_plain = headless or not console.is_terminal
    run_until_signal(
        lambda stop: _drive(
            this,
            stop,
            words,
            console,
            city=city,
            ports=ports,
            plain=is_plain,
            browser=not (is_plain or no_browser),
            to=outcomes,
        )
    )
    code = _conclude(outcomes, words, console, json_file)
    if keep is None and code == 0:
        shutil.rmtree(root, ignore_errors=True)
    else:
        _say(console, words("folder"), str(root))
    raise typer.Exit(code)


def _broker(wished: str) -> Kind:
    """The wished broker, else the one that is found; raises `BusError` where there is none."""
    return next((kind for kind in KINDS if kind == wished), None) or found()


def _set_up(words: Words, console: Console, *, model: str, video: str) -> tuple[DemoCity, Path]:
    """Fetch what is missing; the city and the folder of its clips."""
    footage = have_footage(console)
    _say(console, words("step_footage"), str(footage))
    name = have_model(model, console)
    _say(console, words("step_model"), name)
    source = str(Path(video).resolve()) if video and Path(video).is_file() else video
    return demo_city(wave=csv_path(), model=name, video=source), footage


async def _drive(
    demo: DemoRun,
    stop: asyncio.Event,
    words: Words,
    console: Console,
    *,
    city: DemoCity,
    ports: Ports,
    plain: bool,
    browser: bool,
    to: list[Outcome],
) -> None:
    starting = asyncio.current_task()
    abort = asyncio.create_task(_cancel_on(stop, starting))
    try:
        async with demo.running(lambda what: _say(console, words(what), demo.detail(what))):
            abort.cancel()
            names = {d.id: d.en if words.language == "en" else d.zh for d in city.districts}
            urls = {
                words("city"): ports.city.web_url,
                **{names[d.id]: ports.districts[d.id].web_url for d in city.districts},
            }
            addresses = {name: f"{url}?lang={words.language}" for name, url in urls.items()}
            shown = "  ".join(f"{name} {url}" for name, url in addresses.items())
            _say(console, words("consoles"), shown)
            if browser:
                await asyncio.to_thread(_open, list(addresses.values())[:2])
            if plain:
                await show_lines(demo, stop, words, console)
            else:
                await show_table(demo, stop, words, console, names=names, consoles=shown)
    except asyncio.CancelledError:
        if not stop.is_set():
            raise
        return  # stopped while it was still starting: all is down again, and there is nothing to judge
    finally:
        abort.cancel()
    to.append(await demo.outcome())


async def _cancel_on(stop: asyncio.Event, task: "asyncio.Task[None] | None") -> None:
    await stop.wait()
    if task is not None:
        task.cancel()


def _conclude(
    outcomes: list[Outcome], words: Words, console: Console, json_file: Path | None
) -> int:
    if not outcomes:
        return 1
    show(outcomes[0], words, console)
    if json_file is not None:
        json_file.write_text(as_json(outcomes[0]), encoding="utf-8")
    return outcomes[0].exit_code


def _open(urls: list[str]) -> None:
    """Open the consoles where there is a display to open them on."""
    if os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        for url in urls:
            webbrowser.open(url)


def _say(console: Console, what: str, detail: str) -> None:
    console.print(f"[green]•[/green] {what}: {detail}", highlight=False, soft_wrap=True)
