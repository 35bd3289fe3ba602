"""`citybrain sim`: the options of its commands, and what `--help` teaches. What each does is in `commands`, imported when it is called."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from citybrain.cli.lazy import Entry, LazyGroup
from citysim.demo.words import LANGUAGES, Words

if TYPE_CHECKING:
    from citysim.sim.runs.cut import Cut

SHRINK_S = 60.0  # seconds for each failing seed that is made small


ELSEWHERE: Mapping[str, Entry] = {
    "explore": Entry(
        target="citysim.explore.cli:app",
        help="Every interleaving of a small world, exhaustively.\n\nExample:  citybrain sim explore --help",
        extra="demo",
    )
}


class Commands(LazyGroup):
    """With what is written elsewhere, imported when it is called."""

    entries = ELSEWHERE


app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    help="The whole city in one thread from one number: run seeds, replay one, make a failing one small.\n\nExample:  citybrain sim run --seeds 1..500",
)

Seed = Annotated[int, typer.Option("--seed", help="The story's number.", show_default=False)]
SizeName = Annotated[
    str,
    typer.Option(
        "--size",
        help="town (2-3 districts), small (the same, less crowded), or city (3 districts, 30 agents, 60 units).",
    ),
]
Workers = Annotated[int, typer.Option("--workers", min=0, help="Processes; 0: one for each core.")]
Language = Annotated[str, typer.Option("--lang", help="Language of the terminal: en or zh.")]
FaultNumbers = Annotated[
    str,
    typer.Option("--faults", help="Only these faults of the story: 3,7 or none; left out: all."),
]
FaultTexts = Annotated[
    list[str] | None,
    typer.Option(
        "--fault",
        help="This fault in place of those of the seed (as often as you like): AT:KIND:TARGET:LASTS:AMOUNT.",
    ),
]
HappeningNumbers = Annotated[
    str,
    typer.Option(
        "--happenings", help="Only these happenings in the streets: 1,2 or none; left out: all."
    ),
]
StormSeconds = Annotated[
    float, typer.Option("--storm", min=0, help="End the storm after so many seconds; 0: as drawn.")
]
UntilSeconds = Annotated[
    float,
    typer.Option(
        "--until",
        min=0,
        help="Tell the story up to this second only, and judge what must never happen; 0: to its end.",
    ),
]


@app.command()
def run(
    seeds: Annotated[
        str, typer.Option(help="17, 1..500 (both ends are in it), or several behind commas.")
    ] = "1..100",
    size: SizeName = "town",
    workers: Workers = 0,
    ray: Annotated[
        str,
        typer.Option(
            help="Spread over Ray: host:port of a cluster that has this project installed, or local for a Ray of our own."
        ),
    ] = "",
    report: Annotated[
        Path | None, typer.Option(help="Write what it came to here, as JSON.")
    ] = None,
    stop_after: Annotated[
        int,
        typer.Option(min=0, help="Stop when so many seeds have broken a law; 0: tell them all."),
    ] = 0,
    shrink_for: Annotated[
        float,
        typer.Option(min=0, help="Seconds for making the first failing seed of each law small."),
    ] = SHRINK_S,
    lang: Language = "en",
) -> None:
    """Tell many stories and judge each by every law; in each of them faults never stop during the storm, and in the calm everything right must happen.

    Exit code 0: every law was kept. 1: one was broken; the seeds are listed with the command that replays each. 2: bad use.

    Examples:

        citybrain sim run --seeds 1..500

        citybrain sim run --seeds 1..10000 --workers 8 --report seeds.json

        citybrain sim run --seeds 1..20 --size city --ray 10.0.0.5:6379
    """
    from citysim.sim.commands.run import run_seeds
    from citysim.sim.commands.terms import seeds_of, size_of, workers_of

    code = run_seeds(
        seeds_of(seeds),
        _words(lang),
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
    happenings: HappeningNumbers = "",
    storm: StormSeconds = 0.0,
    who: Annotated[
        str,
        typer.Option(
            help="Show only these: city, district/north, agent (all of them) … behind commas."
        ),
    ] = "",
    verbose: Annotated[
        bool, typer.Option("--verbose", help="A line for every journal record too.")
    ] = False,
    lang: Language = "en",
) -> None:
    """Print the trace of one story, the same bytes every time, and nothing else on standard output; words about it go to standard error.

    Exit code 0: every law was kept. 1: one was broken. 2: bad use.

    Examples:

        citybrain sim replay --seed 17

        citybrain sim replay --seed 17 --until 83.4 --faults 3,7 --who city,district/north --verbose
    """
    from citysim.sim.commands.replay import replay_seed
    from citysim.sim.runs.show.view import View

    names = tuple(name.strip() for name in who.split(",") if name.strip())
    cut = _cut(seed, size, faults, happenings, storm_s=storm, until_s=until, plan=fault)
    raise typer.Exit(
        replay_seed(cut, View(from_s=from_s, who=names), _words(lang), verbose=verbose)
    )


@app.command()
def shrink(
    seed: Seed,
    size: SizeName = "town",
    law: Annotated[
        str, typer.Option(help="The law that must stay broken; left out: the first that is.")
    ] = "",
    within: Annotated[
        float,
        typer.Option(min=1, help="Stop after so many seconds with the smallest that was found."),
    ] = 600.0,
    faults: FaultNumbers = "",
    fault: FaultTexts = None,
    happenings: HappeningNumbers = "",
    storm: StormSeconds = 0.0,
    until: UntilSeconds = 0.0,
    lang: Language = "en",
) -> None:
    """Find the earliest moment at which a story breaks a law, and the fewest faults and happenings that still break the same law (ddmin).

    Exit code 0: no law is broken, there is nothing to make small. 1: it is. 2: bad use.

    Example:  citybrain sim shrink --seed 17
    """
    from citysim.sim.commands.shrink import shrink_seed

    cut = _cut(seed, size, faults, happenings, storm_s=storm, until_s=until, plan=fault)
    raise typer.Exit(shrink_seed(cut, _words(lang), law=law, within_s=within))


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
    """Tell every seed again that once found something.

    Exit code 0: every law was kept. 1: one was broken again.

    Example:  citybrain sim regress
    """
    from citysim.sim.commands.regress import regress as tell_again
    from citysim.sim.commands.terms import list_at, spread_to, workers_of

    raise typer.Exit(
        tell_again(list_at(list_file), _words(lang), spread=spread_to(workers_of(workers), ""))
    )


@app.command()
def boundaries(
    seed: Seed = 1,
    size: SizeName = "town",
    sample: Annotated[int, typer.Option(min=0, help="Only so many, by chance; 0: all.")] = 0,
    at: Annotated[
        str,
        typer.Option(
            help="Only this one, with its trace: COMPUTER:WRITE:before, :during or :after."
        ),
    ] = "",
    workers: Workers = 0,
    lang: Language = "en",
) -> None:
    """Tell one story without other faults as often as there are boundaries of writes in it, with the power going at exactly one of them each time.

    Exit code 0: every law was kept. 1: one was broken. 2: bad use.

    Examples:

        citybrain sim boundaries --seed 1 --sample 200

        citybrain sim boundaries --seed 1 --at city:17:during
    """
    from citysim.sim.commands.boundaries import all_boundaries, one_boundary
    from citysim.sim.commands.terms import size_of, spread_to, workers_of
    from citysim.sim.runs.boundaries import read_edge

    words = _words(lang)
    if not at:
        raise typer.Exit(
            all_boundaries(
                seed,
                words,
                size=size_of(size),
                sample=sample,
                spread=spread_to(workers_of(workers), ""),
            )
        )
    try:
        edge = read_edge(at)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--at") from error
    raise typer.Exit(one_boundary(seed, edge, words, size=size_of(size)))


@app.command()
def faults(
    lang: Language = "en",
    markdown: Annotated[
        bool, typer.Option("--markdown", help="As the table of the simulator's page.")
    ] = False,
) -> None:
    """List what can go wrong in a story: kind, on what, and what it is there to prove.

    Example:  citybrain sim faults --lang zh
    """
    from citysim.sim.commands.faults import list_faults

    list_faults(_words(lang), markdown=markdown)


def _words(lang: str) -> Words:
    from citysim.sim.runs.show.words import WORDS

    if lang not in LANGUAGES:
        raise typer.BadParameter(
            f"{lang!r} is not one of {', '.join(LANGUAGES)}", param_hint="--lang"
        )
    return Words(lang, WORDS)


def _cut(
    seed: int,
    size: str,
    faults: str,
    happenings: str,
    *,
    storm_s: float,
    until_s: float,
    plan: list[str] | None,
) -> "Cut":
    """The named part of a story."""
    from citysim.sim.commands.terms import numbers_of, plan_of, size_of
    from citysim.sim.runs.cut import Cut

    return Cut(
        seed=seed,
        size=size_of(size),
        faults=numbers_of(faults, "--faults"),
        happenings=numbers_of(happenings, "--happenings"),
        storm_s=storm_s or None,
        until_s=until_s or None,
        plan=plan_of(plan) if plan else None,
    )
