"""`citybrain sim explore`: the options, the jobs they come to, progress on standard error, a table at the end."""

import json
import signal
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table as Grid

from citybrain.clock import SECOND_US, SystemClock
from citysim.demo.words import LANGUAGES, Words
from citysim.explore.jobs import Job, Outcome, Running, run_all
from citysim.explore.small.layout import WORLDS, Budget
from citysim.explore.words import WORDS

app = typer.Typer(add_completion=False, rich_markup_mode="rich", pretty_exceptions_enable=False)
EVERY_S = 1.0


@app.command()
def explore(
    interleavings: Annotated[
        int,
        typer.Option(
            min=0,
            help="At least so many must have been explored; exit code 1 when there are fewer.",
        ),
    ] = 1_000_000,
    crashes: Annotated[
        int, typer.Option(min=0, max=5, help="Deaths of a node in one story, at any record.")
    ] = 1,
    losses: Annotated[
        int, typer.Option(min=0, max=5, help="Streams that break with all that is in them.")
    ] = 1,
    repeats: Annotated[
        int,
        typer.Option(
            min=0, max=5, help="Letters that come twice, buttons pressed twice or too late."
        ),
    ] = 1,
    delays: Annotated[
        int,
        typer.Option(
            min=0,
            max=5,
            help="Times that a node waits until its next deadline: reservation, claim, answer …",
        ),
    ] = 1,
    refusals: Annotated[int, typer.Option(min=0, max=5, help="Crews that cannot.")] = 1,
    verbs: Annotated[
        int, typer.Option(min=0, max=5, help="Times that an operator changes his mind.")
    ] = 1,
    strays: Annotated[
        int,
        typer.Option(
            min=0,
            max=5,
            help="Letters that are overtaken or copied, in searches of their own on a wild network; 0: none.",
        ),
    ] = 1,
    together: Annotated[
        int, typer.Option(min=0, max=9, help="How many of all these in one and the same story.")
    ] = 1,
    world: Annotated[
        list[str] | None,
        typer.Option(help=f"Only this one, as often as you like: {', '.join(WORLDS)}."),
    ] = None,
    buttons: Annotated[
        int,
        typer.Option(
            min=0, max=3, help="Steps of each crew that are interleaved: accept, arrive, finish."
        ),
    ] = 1,
    whole: Annotated[
        bool,
        typer.Option(
            "--whole",
            help="From the first alarm on, not from when the city knows of the incidents.",
        ),
    ] = False,
    falling: Annotated[
        bool, typer.Option("--falling", help="Once more with names that sort the other way round.")
    ] = False,
    proofs: Annotated[
        int,
        typer.Option(
            min=0,
            help="Stories of each search, drawn by chance, that real reactors and journals tell as well.",
        ),
    ] = 20,
    seed: Annotated[int, typer.Option(help="Of the chance that draws them.")] = 1,
    states: Annotated[
        int,
        typer.Option(min=1, help="Give a search up after so many states (about 300 bytes each)."),
    ] = 40_000_000,
    workers: Annotated[int, typer.Option(min=1, help="Processes; a search is one process.")] = 2,
    json_file: Annotated[
        Path | None, typer.Option("--json", help="Write the numbers here, for machines.")
    ] = None,
    lang: Annotated[str, typer.Option(help="Language of the terminal: en or zh.")] = "en",
) -> None:
    """Explore every interleaving of the two-owners protocol in small worlds: two districts, two units, two incidents, one city, on the production cores.

    After every step of every story it is judged, from what was told to whom, that no unit and no slot is promised twice; at every end the faults stop, and
    everything must be served in time. Stories that meet in an equal state are explored once and counted exactly.

    Exit code 0: nothing broke. 1: a law broke (the shortest story of it is told), or not everything was looked at. 2: bad use.

    Examples:

        citybrain sim explore

        citybrain sim explore --world race --together 2

        citybrain sim explore --delays 0 --refusals 0 --verbs 0 --strays 0 --together 3 --workers 4
    """
    if lang not in LANGUAGES:
        raise typer.BadParameter(
            f"{lang!r} is not one of {', '.join(LANGUAGES)}", param_hint="--lang"
        )
    unknown = [name for name in world or () if name not in WORLDS]
    if unknown:
        raise typer.BadParameter(
            f"{unknown[0]!r} is not one of {', '.join(WORLDS)}", param_hint="--world"
        )
    budget = Budget(
        crashes=crashes,
        losses=losses,
        repeats=repeats,
        delays=delays,
        refusals=refusals,
        verbs=verbs,
        strays=strays,
        together=together,
    )
    plain = Job(
        world="",
        budget=budget,
        buttons=buttons,
        is_whole=whole,
        states_max=states,
        proofs=proofs,
        seed=seed,
    )
    jobs = jobs_of(plain, tuple(world or WORLDS), is_falling=falling)
    words, clock = Words(lang, WORDS), SystemClock()
    began, err = clock.instant(), Console(stderr=True)

    def show_progress(running: Running) -> None:
        err.print(
            _progress(running, words, (clock.instant() - began) / SECOND_US),
            highlight=False,
            soft_wrap=True,
        )

    signal.signal(
        signal.SIGTERM, signal.default_int_handler
    )  # as Ctrl-C: the workers end with this process
    outcomes = run_all(jobs, workers=workers, every_s=EVERY_S, on_progress=show_progress)
    seconds = (clock.instant() - began) / SECOND_US
    show(outcomes, words, Console(), seconds=seconds)
    if json_file is not None:
        json_file.write_text(
            json.dumps(_document(outcomes, seconds), indent=1) + "\n", encoding="utf-8"
        )
    raise typer.Exit(conclude(outcomes, words, Console(), jobs=len(jobs), wanted=interleavings))


def jobs_of(plain: Job, worlds: Sequence[str], *, is_falling: bool) -> list[Job]:
    """A search of every world as production meets it; one more with the names the other way round; one more on a wild network, with delays only: what is
    late there is later than anything. The largest first, so that the workers end together."""
    ordered = _with(plain.budget, strays=0)
    wild = _with(plain.budget, crashes=0, losses=0, repeats=0, refusals=0, verbs=0)
    jobs = [_job(plain, name, ordered) for name in worlds]
    if is_falling:
        jobs += [_job(plain, name, ordered, is_falling=True) for name in worlds]
    return jobs + ([_job(plain, name, wild) for name in worlds] if wild.strays else [])


def _with(budget: Budget, **changed: int) -> Budget:
    return Budget(**{**asdict(budget), **changed})


def _job(plain: Job, world: str, budget: Budget, *, is_falling: bool = False) -> Job:
    return Job(**{**_fields(plain), "world": world, "budget": budget, "is_falling": is_falling})


def _fields(job: Job) -> dict[str, Any]:
    return {name: getattr(job, name) for name in job.__dataclass_fields__}


def conclude(
    outcomes: Sequence[Outcome], words: Words, console: Console, *, jobs: int, wanted: int
) -> int:
    """The last lines, and the exit code."""
    for outcome in outcomes:
        if (found := outcome.count.found) is not None:
            console.print(
                f"\n{words('broken')} ({outcome.job.world}): {found.what}",
                style="bold red",
                highlight=False,
                soft_wrap=True,
            )
            console.print(words("shortest"), highlight=False)
            for line in outcome.story:
                console.print(line, highlight=False, soft_wrap=True, markup=False)
            return 1
    if len(outcomes) < jobs or not all(outcome.count.is_whole for outcome in outcomes):
        console.print(words("cut_short"), style="yellow", highlight=False)
        return 1
    if sum(o.count.interleavings for o in outcomes if o.job.is_counted) < wanted:
        console.print(words("too_few"), style="yellow", highlight=False)
        return 1
    console.print(words("kept"), highlight=False)
    return 0


def show(outcomes: Sequence[Outcome], words: Words, console: Console, *, seconds: float) -> None:
    grid = Grid(title=f"{words('title')} · {seconds:.0f} {words('seconds')}", title_justify="left")
    for name in ("world", "network"):
        grid.add_column(words(name), no_wrap=True)
    for name in ("states", "transitions", "interleavings", "doubles", "depth"):
        grid.add_column(words(name), justify="right", no_wrap=True)
    for outcome in outcomes:
        grid.add_row(*_row(outcome, words))
    grid.add_section()
    totals = [sum(o.count.states for o in outcomes), sum(o.count.transitions for o in outcomes)]
    inter = scientific(sum(o.count.interleavings for o in outcomes if o.job.is_counted))
    broken = sum(o.count.found is not None for o in outcomes)
    grid.add_row(
        words("all"),
        "",
        *(f"{n:,}" for n in totals),
        inter,
        str(broken),
        str(max((o.count.depth for o in outcomes), default=0)),
    )
    console.print(grid)
    slowest = max((o.count.slowest_s for o in outcomes), default=0.0)
    decided, calmed = sum(o.count.decided for o in outcomes), sum(o.count.calmed for o in outcomes)
    console.print(
        f"{words('decided')}: {decided:,} · {words('ends')}: {calmed:,} ({words('slowest')} {slowest:g})",
        highlight=False,
    )
    proved, records = sum(o.proved for o in outcomes), sum(o.records for o in outcomes)
    console.print(
        f"{words('proved')}: {proved:,} ({records:,} {words('records')})", highlight=False
    )


def scientific(number: int) -> str:
    """A count that may be too large for a float: 1.49e17."""
    digits = str(number)
    return f"{number:,}" if len(digits) < 8 else f"{digits[0]}.{digits[1:3]}e{len(digits) - 1}"


def _network(job: Job) -> str:
    return "wild" if job.is_wild else "falling" if job.is_falling else "ordered"


def _row(outcome: Outcome, words: Words) -> list[str]:
    """Interleavings in brackets are no stories of production's own network, or are another search's under other names: they are not in the sum."""
    count, job = outcome.count, outcome.job
    number = scientific(count.interleavings)
    return [
        job.world + ("" if count.is_whole else " …"),
        words(_network(job)),
        f"{count.states:,}",
        f"{count.transitions:,}",
        number if job.is_counted else f"({number})",
        str(int(count.found is not None)),
        str(count.depth),
    ]


def _progress(running: Running, words: Words, seconds: float) -> str:
    under_way = [
        f"{running.jobs[place].world}/{_network(running.jobs[place])} {count.states:,} {words('states')}, {words('depth')} {count.depth}"
        for place, count in sorted(running.counts.items())
        if place not in running.outcomes
    ]
    return (
        f"{seconds:5.0f} {words('seconds')}  {len(running.outcomes)}/{len(running.jobs)}  "
        + " · ".join(under_way)
    )


def _document(outcomes: Sequence[Outcome], seconds: float) -> dict[str, Any]:
    rows = []
    for outcome in outcomes:
        count, job = outcome.count, outcome.job
        row = {name: getattr(count, name) for name in count.__dataclass_fields__ if name != "found"}
        row |= {
            "world": job.world,
            "network": _network(job),
            "budget": asdict(job.budget),
            "buttons": job.buttons,
            "is_from_the_alarms": job.is_whole,
        }
        row |= {
            "interleavings": str(count.interleavings),
            "broken": count.found.what if count.found is not None else "",
            "story": list(outcome.story),
        }
        rows.append(row | {"proved": outcome.proved, "proved_records": outcome.records})
    return {"seconds": round(seconds, 1), "searches": rows}
