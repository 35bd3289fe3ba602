"""Keeps the terminal up to date until the demo's time is up or a signal stops it.

A live table, or plain lines where the output is no terminal.
"""

import asyncio
from collections.abc import Mapping

from rich.console import Console
from rich.live import Live

from citysim.demo.messages import Translator
from citysim.demo.run import DemoRun
from citysim.demo.screen.table import LiveTable

REFRESH_S = 0.33
STATUS_EVERY_S = 10.0


async def show_table(
    demo: DemoRun,
    stop: asyncio.Event,
    translate: Translator,
    console: Console,
    *,
    names: Mapping[str, str],
    notes: str,
) -> None:
    """Redraw the table, below `notes`, about three times a second."""
    with Live(console=console, auto_refresh=False, transient=False) as live:
        while not await is_finished(demo, stop, REFRESH_S):
            left = demo.seconds_left()
            time = translate("running") if left is None else f"{left:.0f} {translate('left')}"
            headline = f"citybrain · {translate('title')} · {time}"
            table = LiveTable(demo.monitor, translate, headline=headline, names=names, notes=notes)
            live.update(table, refresh=True)


async def show_lines(
    demo: DemoRun, stop: asyncio.Event, translate: Translator, console: Console
) -> None:
    """Print every log line as it comes, and a status line every ten seconds."""
    printed, since_status_s = 0, 0.0
    while True:
        finished = await is_finished(demo, stop, REFRESH_S)
        count = demo.monitor.log_line_count
        for line in list(demo.monitor.log_lines)[-(count - printed) :] if count > printed else []:
            console.print(line, highlight=False, markup=False, soft_wrap=True)
        printed = count
        since_status_s += REFRESH_S
        if since_status_s >= STATUS_EVERY_S:
            since_status_s = 0.0
            status = _status(demo, translate)
            console.print(status, highlight=False, markup=False, soft_wrap=True)
        if finished:
            return


async def is_finished(demo: DemoRun, stop: asyncio.Event, wait_s: float) -> bool:
    """Wait at most `wait_s`; whether the demo is to end now. Raises what ended a person."""
    for error in demo.errors():
        raise error
    left = demo.seconds_left()
    try:
        async with asyncio.timeout(wait_s if left is None else min(wait_s, left)):
            await stop.wait()
    except TimeoutError:
        return demo.seconds_left() == 0.0
    return True


def _status(demo: DemoRun, translate: Translator) -> str:
    monitor = demo.monitor
    frames = sum(counts.captured for counts in monitor.frames.total().values())
    snapshots = [snapshot for snapshot in monitor.districts.values() if snapshot is not None]
    incidents = sum(len(snapshot.queue) for snapshot in snapshots)
    violations = sum(len(report.violations) for report in monitor.laws)
    left = demo.seconds_left()
    parts = [
        f"{translate('frames_seen')} {frames}",
        f"{translate('queue')} {incidents}",
        f"{translate('laws')}: {translate('violations')} {violations}",
    ]
    return " · ".join([*parts, *([] if left is None else [f"{left:.0f} {translate('left')}"])])
