"""`citybrain sim explore`: the options, the searches they come to, progress on standard error, a
table at the end."""

import signal
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from citybrain.clock import SECOND_US
from citybrain.structs import replace
from citybrain.system_clock import SystemClock
from citysim.demo.messages import LANGUAGES, Translator
from citysim.explore.jobs import RunState, SearchJob, run_all
from citysim.explore.messages import MESSAGES
from citysim.explore.model.budget import Budget
from citysim.explore.model.worlds import WORLDS
from citysim.explore.report import json_report, print_table, print_verdict, progress_line

app = typer.Typer(add_completion=False, rich_markup_mode="rich", pretty_exceptions_enable=False)
REPORT_EVERY_S = 1.0


def _times(what: str) -> typer.models.OptionInfo:
    option: typer.models.OptionInfo = typer.Option(min=0, max=5, help=what)
    return option


@app.command()
def explore(
    interleavings: Annotated[
        int,
        typer.Option(
            min=0,
            help="At least so many must have been explored; exit code 1 when there are fewer.",
        ),
    ] = 1_000_000,
    crashes: Annotated[int, _times("Deaths of a node in one run, at any record.")] = 1,
    losses: Annotated[int, _times("Streams that break with all that is in them.")] = 1,
    duplicates: Annotated[
        int, _times("Letters that are delivered twice, buttons pressed twice or too late.")
    ] = 1,
    delays: Annotated[
        int,
        _times("Times that a node waits until its next deadline: reservation, claim, answer …"),
    ] = 1,
    refusals: Annotated[int, _times("Crews that cannot.")] = 1,
    operator_actions: Annotated[int, _times("Times that an operator changes his mind.")] = 1,
    reorderings: Annotated[
        int,
        _times(
            "Letters that are overtaken or copied, in searches of their own on an unordered"
            " network; 0: none."
        ),
    ] = 1,
    total: Annotated[
        int, typer.Option(min=0, max=9, help="How many of all these in one and the same run.")
    ] = 1,
    world: Annotated[
        list[str] | None,
        typer.Option(help=f"Only this one, as often as you like: {', '.join(WORLDS)}."),
    ] = None,
    crew_steps: Annotated[
        int,
        typer.Option(
            min=0, max=3, help="Steps of each crew that are interleaved: accept, arrive, finish."
        ),
    ] = 1,
    from_first_event: Annotated[
        bool,
        typer.Option(
            "--from-first-event",
            help="From the first event on, not from when the city knows of the incidents.",
        ),
    ] = False,
    descending: Annotated[
        bool,
        typer.Option("--descending", help="Once more with names that sort the other way round."),
    ] = False,
    conformance_runs: Annotated[
        int,
        typer.Option(
            min=0,
            help="Random runs of each search that production deciders and journals follow.",
        ),
    ] = 20,
    seed: Annotated[int, typer.Option(help="Of the random runs.")] = 1,
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
    """Explore every interleaving of the two-owners protocol in small worlds: two districts, two
    units, two incidents, one city, on the production cores.

    After every step of every run it is checked, from which node sent what to whom, that no unit and
    no slot is promised twice; in every quiescent state the faults stop, and everything must be
    served in time. Runs that come to an equal state are explored once and counted exactly.

    Exit code 0: no law is broken. 1: one is (the shortest run that breaks it is shown), or not
    everything was explored. 2: bad use.

    Examples:

        citybrain sim explore

        citybrain sim explore --world race --total 2

        citybrain sim explore --delays 0 --refusals 0 --operator-actions 0 --reorderings 0 --total 3
    """
    translate = Translator(_language(lang), MESSAGES)
    budget = Budget(
        crashes=crashes,
        losses=losses,
        duplicates=duplicates,
        delays=delays,
        refusals=refusals,
        operator_actions=operator_actions,
        reorderings=reorderings,
        total=total,
    )
    options = SearchJob(
        world="",
        budget=budget,
        crew_steps=crew_steps,
        from_first_event=from_first_event,
        max_states=states,
        conformance_runs=conformance_runs,
        seed=seed,
    )
    jobs = jobs_of(options, _worlds(world), is_descending=descending)
    raise typer.Exit(_run(jobs, translate, workers, json_file, required=interleavings))


def jobs_of(options: SearchJob, worlds: Sequence[str], *, is_descending: bool) -> list[SearchJob]:
    """A search of every world as production meets it; one more with descending names; one more on
    an unordered network, with delays only: what is late there is later than anything. The largest
    first, so that the workers end together."""
    ordered = replace(options.budget, reorderings=0)
    unordered = replace(
        options.budget, crashes=0, losses=0, duplicates=0, refusals=0, operator_actions=0
    )
    jobs = [replace(options, world=name, budget=ordered) for name in worlds]
    if is_descending:
        jobs += [replace(job, is_descending=True) for job in jobs]
    if unordered.reorderings:
        jobs += [replace(options, world=name, budget=unordered) for name in worlds]
    return jobs


def _run(
    jobs: list[SearchJob],
    translate: Translator,
    workers: int,
    json_file: Path | None,
    *,
    required: int,
) -> int:
    clock, error_console = SystemClock(), Console(stderr=True)
    began = clock.instant()

    def show_progress(run: RunState) -> None:
        line = progress_line(run, translate, (clock.instant() - began) / SECOND_US)
        error_console.print(line, highlight=False, soft_wrap=True)

    # as Ctrl-C: the workers end with this process
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    outcomes = run_all(jobs, workers=workers, every_s=REPORT_EVERY_S, on_progress=show_progress)
    seconds = (clock.instant() - began) / SECOND_US
    print_table(outcomes, translate, Console(), seconds=seconds)
    if json_file is not None:
        json_file.write_text(json_report(outcomes, seconds), encoding="utf-8")
    return print_verdict(outcomes, translate, Console(), jobs=len(jobs), required=required)


def _language(text: str) -> str:
    if text not in LANGUAGES:
        raise typer.BadParameter(
            f"{text!r} is not one of {', '.join(LANGUAGES)}", param_hint="--lang"
        )
    return text


def _worlds(names: list[str] | None) -> tuple[str, ...]:
    unknown = [name for name in names or () if name not in WORLDS]
    if unknown:
        raise typer.BadParameter(
            f"{unknown[0]!r} is not one of {', '.join(WORLDS)}", param_hint="--world"
        )
    return tuple(names or WORLDS)
