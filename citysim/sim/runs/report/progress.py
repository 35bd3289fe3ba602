"""Progress on standard error: a bar on a terminal, a line from time to time otherwise."""

from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from citybrain.clock import SECOND_US, Clock
from citysim.demo.messages import Translator
from citysim.sim.runs.report.printing import print_plain

LINE_EVERY_S = 5.0


class ProgressMeter(Protocol):
    """`update` may be called as often as there is progress."""

    def update(self, done: int, *, simulated_s: float, broken: int) -> None: ...


class ProgressText:
    """The sentence about progress and speed, by one clock."""

    def __init__(self, total: int, translate: Translator, clock: Clock) -> None:
        self.total, self._translate, self._clock = total, translate, clock
        self._began = clock.instant()

    @property
    def elapsed_s(self) -> float:
        return (self._clock.instant() - self._began) / SECOND_US

    def text(self, done: int, *, simulated_s: float, broken: int) -> str:
        translate, elapsed_s = self._translate, max(self.elapsed_s, 1e-3)
        left_s = (self.total - done) * elapsed_s / done if done else 0.0
        parts = [
            f"{done}/{self.total} {translate('seeds')}",
            f"{done / elapsed_s:.1f} {translate('per_s')}",
        ]
        if simulated_s:
            parts.append(f"{simulated_s / elapsed_s:.0f} {translate('times_real')}")
        parts.append(f"{translate('broken')} {broken}")
        return " · ".join([*parts, f"{translate('eta')} {clock_text(left_s)}"])


class ProgressBar:
    def __init__(self, text: ProgressText, console: Console) -> None:
        self._text = text
        self._progress = Progress(
            BarColumn(bar_width=30),
            TextColumn("{task.description}"),
            console=console,
            transient=True,
        )
        self._task = self._progress.add_task(
            text.text(0, simulated_s=0.0, broken=0), total=text.total
        )

    def __enter__(self) -> "ProgressBar":
        self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._progress.stop()

    def update(self, done: int, *, simulated_s: float, broken: int) -> None:
        text = self._text.text(done, simulated_s=simulated_s, broken=broken)
        self._progress.update(self._task, completed=done, description=text)


class ProgressLines:
    def __init__(self, text: ProgressText, console: Console) -> None:
        self._text, self._console, self._last_s = text, console, -LINE_EVERY_S

    def update(self, done: int, *, simulated_s: float, broken: int) -> None:
        elapsed_s = self._text.elapsed_s
        if done < self._text.total and elapsed_s - self._last_s < LINE_EVERY_S:
            return
        self._last_s = elapsed_s
        text = self._text.text(done, simulated_s=simulated_s, broken=broken)
        print_plain(self._console, text)


@contextmanager
def progress_meter(
    total: int, translate: Translator, console: Console, clock: Clock
) -> Iterator[ProgressMeter]:
    """For as long as the work lasts."""
    text = ProgressText(total, translate, clock)
    if not console.is_terminal:
        yield ProgressLines(text, console)
        return
    with ProgressBar(text, console) as bar:
        yield bar


def clock_text(seconds: float) -> str:
    """As "0:07" or "1:02:03"."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
