"""`citybrain sim replay`: one story's trace on standard output and nothing else; words about it on standard error."""

import os
import sys

from rich.console import Console

from citysim.demo.words import Words
from citysim.sim.commands.terms import check_numbers
from citysim.sim.judge.verdict import Verdict
from citysim.sim.runs.cut import Cut
from citysim.sim.runs.show.view import View, text
from citysim.sim.runs.teller import PRODUCTION, Teller


def replay_seed(
    cut: Cut, view: View, words: Words, *, verbose: bool, teller: Teller = PRODUCTION
) -> int:
    """The exit code: 0, or 1 when a law was broken."""
    check_numbers(teller, cut)
    told = teller.told(cut, keep_trace=True, verbose=verbose)
    try:
        for line in text(told.lines, view):
            sys.stdout.buffer.write(f"{line}\n".encode())
        sys.stdout.buffer.flush()
    except BrokenPipeError:  # whoever read it has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    say_verdict(told.verdict, words, Console(stderr=True))
    return 0 if told.verdict.kept else 1


def say_verdict(verdict: Verdict, words: Words, console: Console) -> None:
    """In a line, and one for each break."""
    tally = verdict.tally
    parts = [f"{words('of_seed')} {verdict.seed}", f"{words('ended')} {verdict.ended_s:.1f} s"]
    parts += (
        [f"{words('quiet_after')} {verdict.quiet_after_s:g} s"]
        if verdict.quiet_after_s >= 0
        else []
    )
    parts += [
        f"{words(name)} {getattr(tally, name)}"
        for name in ("faults", "incidents", "orders", "starts", "records")
    ]
    console.print(
        " · ".join([*parts, f"{words('digest')} {verdict.digest}"]),
        highlight=False,
        markup=False,
        soft_wrap=True,
    )
    for found in verdict.broken:
        console.print(
            f"{words('broke')} {words(found.law)} ({found.law}): {found.what}",
            style="bold red",
            highlight=False,
            markup=False,
            soft_wrap=True,
        )
    if verdict.kept:
        console.print(words("all_kept"), style="green", highlight=False)
