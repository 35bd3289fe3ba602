"""`citybrain sim`: the options of its commands, and what `--help` teaches.

What a command does is in `commands`, imported when it is called.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from citybrain.cli.lazy_commands import LazyCommand, LazyCommandGroup
from citysim.demo.messages import LANGUAGES, Translator

if TYPE_CHECKING:
    from citysim.sim.runs.scenario_spec import ScenarioSpec

SHRINK_S = 60.0  # for the first failing seed of each law


LAZY: Mapping[str, LazyCommand] = {
    "explore": LazyCommand(
        target="citysim.explore.cli:app",
        help="Model checking: every interleaving of the two-owners protocol in a small world.\n\n"
        "Example:  citybrain sim explore --help",
        extra="demo",
    )
}


class Commands(LazyCommandGroup):
    """With the command that is imported when it is called."""

    lazy_commands = LAZY


app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    help="Simulate a whole city in one thread from a seed: run many seeds, replay one, shrink a "
    "failing one.\n\nExample:  citybrain sim run --seeds 1..500",
)

Seed = Annotated[int, typer.Option("--seed", help="The scenario's seed.", show_default=False)]
SizeName = Annotated[
    str,
    typer.Option(
        "--size",
        help="town (2-3 districts), liars (the same, and some who say anything), small (less "
        "crowded), or city (3 districts, 30 agents, 60 units).",
    ),
]
Workers = Annotated[int, typer.Option("--workers", min=0, help="Processes; 0: one for each core.")]
Language = Annotated[str, typer.Option("--lang", help="Language of the terminal: en or zh.")]
FaultNumbers = Annotated[
    str,
    typer.Option("--faults", help="Only these faults of the scenario: 3,7 or none; left out: all."),
]
FaultTexts = Annotated[
    list[str] | None,
    typer.Option(
        "--fault",
        help="This fault in place of those of the seed (as often as you like): "
        "AT:KIND:TARGET:DURATION:MAGNITUDE.",
    ),
]
StreetEventNumbers = Annotated[
    str,
    typer.Option(
        "--street-events",
        help="Only these events in the streets: 1,2 or none; left out: all.",
    ),
]
FaultPhaseSeconds = Annotated[
    float,
    typer.Option(
        "--fault-phase", min=0, help="End the fault phase after so many seconds; 0: as drawn."
    ),
]
UntilSeconds = Annotated[
    float,
    typer.Option(
        "--until",
        min=0,
        help="Stop the run at this second and judge only what must never happen; 0: run to the "
        "end.",
    ),
]


@app.command()
def run(
    seeds: Annotated[
        str, typer.Option(help="17, 1..500 (both ends included), or several with commas between.")
    ] = "1..100",
    size: SizeName = "town",
    workers: Workers = 0,
    ray: Annotated[
        str,
        typer.Option(
            help="Run on Ray: host:port of a cluster that has this project installed, or local for "
            "a Ray of its own."
        ),
    ] = "",
    report: Annotated[
        Path | None, typer.Option(help="Write the result to this file, as JSON.")
    ] = None,
    stop_after: Annotated[
        int,
        typer.Option(min=0, help="Stop when so many seeds have broken a law; 0: run all of them."),
    ] = 0,
    shrink_for: Annotated[
        float,
        typer.Option(min=0, help="Seconds for shrinking the first failing seed of each law."),
    ] = SHRINK_S,
    lang: Language = "en",
) -> None:
    """Run the scenarios of many seeds and judge each by every law.

    A scenario has two phases. In the fault phase faults come and go, and nothing wrong may happen;
    in the recovery phase there are none, and every promise must be kept in time.

    Exit code 0: every law was kept. 1: one was broken; each failing seed is listed with the command
    that replays it. 2: bad use.

    Examples:

        citybrain sim run --seeds 1..500

        citybrain sim run --seeds 1..10000 --workers 8 --report seeds.json

        citybrain sim run --seeds 1..20 --size city --ray 10.0.0.5:6379
    """
    from citysim.sim.commands.options import seeds_of, size_of, workers_of
    from citysim.sim.commands.run import run_seeds

    code = run_seeds(
        seeds_of(seeds),
        _translator(lang),
        size=size_of(size),
        workers=workers_of(workers),
        ray=ray,
        report=report,
        stop_after=stop_after,
        shrink_s=shrink_for,
    )
    raise typer.Exit(code)


@app.command()
def replay(
    seed: Seed,
    size: SizeName = "town",
    until: UntilSeconds = 0.0,
    from_s: Annotated[
        float, typer.Option("--from", min=0, help="Show the trace from this second on.")
    ] = 0.0,
    faults: FaultNumbers = "",
    fault: FaultTexts = None,
    street_events: StreetEventNumbers = "",
    fault_phase: FaultPhaseSeconds = 0.0,
    who: Annotated[
        str,
        typer.Option(
            help="Show only these: city, district/north, agent (all of them) …, with commas "
            "between."
        ),
    ] = "",
    verbose: Annotated[
        bool, typer.Option("--verbose", help="A line for every journal record too.")
    ] = False,
    lang: Language = "en",
) -> None:
    """Print the trace of one run, byte for byte the same every time.

    Standard output holds the trace and nothing else; the verdict goes to standard error.

    Exit code 0: every law was kept. 1: one was broken. 2: bad use.

    Examples:

        citybrain sim replay --seed 17

        citybrain sim replay --seed 17 --until 83.4 --faults 3,7 --who city,district/north --verbose
    """
    from citysim.sim.commands.replay import replay_seed
    from citysim.sim.runs.report.trace_view import TraceView

    names = tuple(name.strip() for name in who.split(",") if name.strip())
    spec = _spec(
        seed, size, faults, street_events, fault_phase_s=fault_phase, until_s=until, schedule=fault
    )
    view = TraceView(from_s=from_s, who=names)
    raise typer.Exit(replay_seed(spec, view, _translator(lang), verbose=verbose))


@app.command()
def shrink(
    seed: Seed,
    size: SizeName = "town",
    law: Annotated[
        str, typer.Option(help="The law that must stay broken; left out: the first that is.")
    ] = "",
    within: Annotated[
        float,
        typer.Option(min=1, help="Stop after so many seconds with the smallest scenario found."),
    ] = 600.0,
    faults: FaultNumbers = "",
    fault: FaultTexts = None,
    street_events: StreetEventNumbers = "",
    fault_phase: FaultPhaseSeconds = 0.0,
    until: UntilSeconds = 0.0,
    lang: Language = "en",
) -> None:
    """Shrink a scenario that breaks a law: to the earliest moment, and to the fewest faults and
    street events that still break the same law (delta debugging, ddmin).

    Exit code 0: no law is broken, there is nothing to shrink. 1: one is. 2: bad use.

    Example:  citybrain sim shrink --seed 17
    """
    from citysim.sim.commands.shrink import shrink_seed

    spec = _spec(
        seed, size, faults, street_events, fault_phase_s=fault_phase, until_s=until, schedule=fault
    )
    raise typer.Exit(shrink_seed(spec, _translator(lang), law=law, time_limit_s=within))


@app.command()
def regress(
    list_file: Annotated[
        Path | None,
        typer.Option(
            "--list", help="The list; left out: tests/simulation/regressions.toml of this checkout."
        ),
    ] = None,
    workers: Workers = 0,
    lang: Language = "en",
) -> None:
    """Run every scenario again that once broke a law.

    Exit code 0: every law was kept. 1: one was broken again.

    Example:  citybrain sim regress
    """
    from citysim.sim.commands.options import list_at, parallel_map_for, workers_of
    from citysim.sim.commands.regress import regress as run_list

    parallel_map = parallel_map_for(workers_of(workers), "")
    raise typer.Exit(run_list(list_at(list_file), _translator(lang), parallel_map=parallel_map))


@app.command("crash-points")
def crash_points(
    seed: Seed = 1,
    size: SizeName = "town",
    sample: Annotated[int, typer.Option(min=0, help="Only so many, at random; 0: all.")] = 0,
    at: Annotated[
        str,
        typer.Option(
            help="Only this one, with its trace: COMPUTER:WRITE:before, :during or :after."
        ),
    ] = "",
    workers: Workers = 0,
    lang: Language = "en",
) -> None:
    """Let the power fail before, during and after every write of every computer, one run each.

    Exit code 0: every law was kept. 1: one was broken. 2: bad use.

    Examples:

        citybrain sim crash-points --seed 1 --sample 200

        citybrain sim crash-points --seed 1 --at city:17:during
    """
    from citysim.sim.commands.crash_points import run_all_crash_points, run_one_crash_point
    from citysim.sim.commands.options import parallel_map_for, size_of, workers_of
    from citysim.sim.runs.crash_points import parse_crash_point

    translate = _translator(lang)
    if not at:
        raise typer.Exit(
            run_all_crash_points(
                seed,
                translate,
                size=size_of(size),
                sample=sample,
                parallel_map=parallel_map_for(workers_of(workers), ""),
            )
        )
    try:
        crash_point = parse_crash_point(at)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--at") from error
    raise typer.Exit(run_one_crash_point(seed, crash_point, translate, size=size_of(size)))


@app.command()
def faults(
    lang: Language = "en",
    markdown: Annotated[
        bool, typer.Option("--markdown", help="As the table of the simulator's README.")
    ] = False,
) -> None:
    """List the kinds of faults: what each is injected into, and what it proves.

    Example:  citybrain sim faults --lang zh
    """
    from citysim.sim.commands.faults import list_faults

    list_faults(_translator(lang), markdown=markdown)


def _translator(lang: str) -> Translator:
    from citysim.sim.runs.report.messages import MESSAGES

    if lang not in LANGUAGES:
        raise typer.BadParameter(
            f"{lang!r} is not one of {', '.join(LANGUAGES)}", param_hint="--lang"
        )
    return Translator(lang, MESSAGES)


def _spec(
    seed: int,
    size: str,
    faults: str,
    street_events: str,
    *,
    fault_phase_s: float,
    until_s: float,
    schedule: list[str] | None,
) -> "ScenarioSpec":
    """The scenario, or the part of it, that the options name."""
    from citysim.sim.commands.options import numbers_of, schedule_of, size_of
    from citysim.sim.runs.scenario_spec import ScenarioSpec

    return ScenarioSpec(
        seed=seed,
        size=size_of(size),
        faults=numbers_of(faults, "--faults"),
        street_events=numbers_of(street_events, "--street-events"),
        fault_phase_s=fault_phase_s or None,
        until_s=until_s or None,
        schedule=schedule_of(schedule) if schedule else None,
    )
