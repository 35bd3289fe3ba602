"""Keeps the terminal in step with a running demo until its time is up or somebody stops it: a live table, or plain lines where there is no screen."""

import asyncio
from collections.abc import Mapping

from rich.console import Console
from rich.live import Live

from citysim.demo.run import DemoRun
from citysim.demo.screen.table import live_table
from citysim.demo.words import Words

REFRESH_S = 0.33
STATUS_EVERY_S = 10.0


async def show_table(
    demo: DemoRun,
    stop: asyncio.Event,
    words: Words,
    console: Console,
    *,
    names: Mapping[str, str],
    consoles: str,
) -> None:
    """Redraw the table about three times a second."""
    with Live(console=console, auto_refresh=False, transient=False) as live:
        while not await _over(demo, stop, REFRESH_S):
            left = demo.seconds_left()
            time = words("running") if left is None else f"{left:.0f} {words('left')}"
            headline = f"citybrain · {words('title')} · {time}\n{words('consoles')}: {consoles}"
            live.update(live_table(demo.board, words, headline=headline, names=names), refresh=True)


async def show_lines(demo: DemoRun, stop: asyncio.Event, words: Words, console: Console) -> None:
    """Print every happening as it comes, and a line on the whole from time to time."""
    printed, since_status = 0, 0.0
    while True:
        over = await _over(demo, stop, REFRESH_S)
        said = demo.board.said
        for line in list(demo.board.happenings)[-(said - printed) :] if said > printed else []:
            console.print(line, highlight=False, markup=False, soft_wrap=True)
        printed = said
        since_status += REFRESH_S
        if since_status >= STATUS_EVERY_S:
            since_status = 0.0
            console.print(_status(demo, words), highlight=False, markup=False, soft_wrap=True)
        if over:
            return


async def _over(demo: DemoRun, stop: asyncio.Event, wait_s: float) -> bool:
    """Wait a moment; whether the demo is to end now. Raises what ended a simulated person."""
    for fault in demo.faults():
        raise fault
    left = demo.seconds_left()
    try:
        await asyncio.wait_for(stop.wait(), wait_s if left is None else min(wait_s, left))
    except TimeoutError:
        return demo.seconds_left() == 0.0
    return True


def _status(demo: DemoRun, words: Words) -> str:
    frames = sum(tally.captured for tally in demo.board.frames.total().values())
    incidents = sum(
        len(snapshot.rows) for snapshot in demo.board.districts.values() if snapshot is not None
    )
    broken = sum(len(report.broken) for report in demo.board.laws)
    left = demo.seconds_left()
    parts = [
        f"{words('frames_seen')} {frames}",
        f"{words('queue')} {incidents}",
        f"{words('laws')}: {words('broken')} {broken}",
    ]
    return " · ".join([*parts, *([] if left is None else [f"{left:.0f} {words('left')}"])])
