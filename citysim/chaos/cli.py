"""`citybrain chaos`: the options of the command. The run itself is `run`, its set-up `set_up`."""

import shutil
import tempfile
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from citybrain.cli.process import run_until_signal
from citybrain.errors import BusError
from citysim.chaos.city import CAMERAS_MAX, chaos_city
from citysim.chaos.environment.run_tag import own_tag
from citysim.chaos.fault.kinds import FAULT_SPECS, FaultKind
from citysim.chaos.messages import MESSAGES
from citysim.chaos.net.choose_network import AUTO, NETWORKS
from citysim.chaos.outcome.json_report import as_json
from citysim.chaos.outcome.run_outcome import ChaosOutcome
from citysim.chaos.outcome.terminal import schedule_lines, show_summary
from citysim.chaos.set_up import ChaosOptions, ChaosSession, drawn_faults, require_linux
from citysim.demo.messages import LANGUAGES, Translator
from citysim.errors import ChaosUnavailableError

app = typer.Typer(add_completion=False, rich_markup_mode="rich", pretty_exceptions_enable=False)
UNAVAILABLE = 2


@app.command()
def chaos(
    faults: Annotated[
        int,
        typer.Option(
            min=1, max=10_000, help="How many, one after another; about ten seconds each."
        ),
    ] = 20,
    seed: Annotated[
        int, typer.Option(help="Seed of the whole run: the same seed draws the same faults.")
    ] = 1,
    net: Annotated[
        str,
        typer.Option(
            help="netns: network namespaces (root); proxy: the loopback; "
            "auto: namespaces where they are possible."
        ),
    ] = AUTO,
    only: Annotated[
        str,
        typer.Option(
            help="Leave out every other kind, e.g. kill,cut. Kinds: " + ", ".join(FaultKind) + "."
        ),
    ] = "",
    scale: Annotated[
        float, typer.Option(min=0.05, max=20, help="Multiplies how long faults last.")
    ] = 1.0,
    cameras: Annotated[
        int,
        typer.Option(
            min=0,
            max=CAMERAS_MAX,
            help="Boxes with a camera on real video, two frames a second; the rest have gauges.",
        ),
    ] = 1,
    plan: Annotated[
        bool,
        typer.Option(
            "--plan", help="Only print the faults that would be injected, with each kind's purpose."
        ),
    ] = False,
    lang: Annotated[str, typer.Option(help="Language of the terminal: en or zh.")] = "en",
    keep: Annotated[
        Path | None,
        typer.Option(help="Keep everything of the run in this folder, which must be empty or new."),
    ] = None,
    report: Annotated[Path | None, typer.Option(help="Write the report here, as JSON.")] = None,
) -> None:
    """Inject faults from one seed into a real city of real processes, and check the laws.

    Kills (kill -9), cut and one-way links, delays, full disks, stepped clocks, a wiped broker, a
    dead Ray head, frozen processes. After each fault the laws are read from the city's journals.
    Exit code 0: the city recovered from every fault and no law was violated; 1: not so; 2: bad use,
    or this machine cannot do it.

    Examples:

        citybrain chaos --faults 100 --seed 7 --report chaos.json

        citybrain chaos --faults 30 --only kill,one_way --net proxy

        citybrain chaos --faults 100 --seed 7 --plan
    """
    _check(lang, net, keep)
    translate, console = Translator(lang, MESSAGES), Console()
    options = ChaosOptions(
        faults=faults,
        seed=seed,
        net=net,
        scale=scale,
        cameras=cameras,
        only=_kinds(only),
    )
    folder = keep.resolve() if keep is not None else Path(tempfile.mkdtemp(prefix=f"{own_tag()}-"))
    outcomes: list[ChaosOutcome] = []
    try:
        if plan:
            _show_schedule(options, folder, translate, console)
            raise typer.Exit()
        require_linux()
        session = ChaosSession(options, folder, translate, console)
        run_until_signal(lambda stop: session.run(stop, outcomes))
    except (ChaosUnavailableError, BusError) as error:
        typer.echo(f"citybrain: {error}", err=True)
        raise typer.Exit(UNAVAILABLE) from error
    finally:
        if keep is None and (plan or (outcomes and not outcomes[0].exit_code)):
            shutil.rmtree(folder, ignore_errors=True)
        elif not plan:
            session_line = f"[green]•[/green] {translate('folder')}: {folder}"
            console.print(session_line, highlight=False, soft_wrap=True)
    raise typer.Exit(_conclude(outcomes, translate, console, report))


def _check(lang: str, net: str, keep: Path | None) -> None:
    for value, known, hint in (
        (lang, LANGUAGES, "--lang"),
        (net, NETWORKS, "--net"),
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


def _show_schedule(
    options: ChaosOptions, folder: Path, translate: Translator, console: Console
) -> None:
    faults = drawn_faults(options, chaos_city(folder, cameras=0, model=""))
    purposes = [f"{translate(kind)} ({kind}): {FAULT_SPECS[kind].purpose}" for kind in options.only]
    for text in (schedule_lines(faults, translate), *purposes):
        console.print(text, highlight=False, markup=False, soft_wrap=True)


def _conclude(
    outcomes: list[ChaosOutcome], translate: Translator, console: Console, report: Path | None
) -> int:
    if not outcomes:
        return 1
    show_summary(outcomes[0], translate, console)
    if report is not None:
        report.write_text(as_json(outcomes[0]), encoding="utf-8")
    return outcomes[0].exit_code
