"""How far a run is, on standard error: a moving bar where there is a terminal, a plain line from time to time otherwise."""

from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from citybrain.clock import SECOND_US, Clock
from citysim.demo.words import Words

LINE_EVERY_S = 5.0


class Meter(Protocol):
    """`shown` is called as often as there is news."""

    def shown(self, done: int, *, simulated_s: float, broken: int) -> None: ...


class Pace:
    """What is said of the speed; from one clock."""

    def __init__(self, total: int, words: Words, clock: Clock) -> None:
        self.total, self._words, self._clock = total, words, clock
        self._began = clock.instant()

    @property
    def elapsed_s(self) -> float:
        return (self._clock.instant() - self._began) / SECOND_US

    def words(self, done: int, *, simulated_s: float, broken: int) -> str:
        words, elapsed_s = self._words, max(self.elapsed_s, 1e-3)
        left_s = (self.total - done) * elapsed_s / done if done else 0.0
        parts = [
            f"{done}/{self.total} {words('seeds')}",
            f"{done / elapsed_s:.1f} {words('per_s')}",
        ]
        parts += [f"{simulated_s / elapsed_s:.0f} {words('times_real')}"] if simulated_s else []
        return " · ".join(
            [*parts, f"{words('broken_so_far')} {broken}", f"{words('eta')} {clock_text(left_s)}"]
        )


class Bar:
    def __init__(self, pace: Pace, console: Console) -> None:
        self._pace = pace
        self._progress = Progress(
            BarColumn(bar_width=30),
            TextColumn("{task.description}"),
            console=console,
            transient=True,
        )
        self._task = self._progress.add_task(
            pace.words(0, simulated_s=0.0, broken=0), total=pace.total
        )

    def __enter__(self) -> "Bar":
        self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._progress.stop()

    def shown(self, done: int, *, simulated_s: float, broken: int) -> None:
        self._progress.update(
            self._task,
            completed=done,
            description=self._pace.words(done, simulated_s=simulated_s, broken=broken),
        )


class Lines:
    def __init__(self, pace: Pace, console: Console) -> None:
        self._pace, self._console, self._last_s = pace, console, -LINE_EVERY_S

    def shown(self, done: int, *, simulated_s: float, broken: int) -> None:
        elapsed_s = self._pace.elapsed_s
        if done < self._pace.total and elapsed_s - self._last_s < LINE_EVERY_S:
            return
        self._last_s = elapsed_s
        self._console.print(
            self._pace.words(done, simulated_s=simulated_s, broken=broken),
            highlight=False,
            markup=False,
            soft_wrap=True,
        )


@contextmanager
def meter(total: int, words: Words, console: Console, clock: Clock) -> Iterator[Meter]:
    """For as long as the work lasts."""
    pace = Pace(total, words, clock)
    if not console.is_terminal:
        yield Lines(pace, console)
        return
    with Bar(pace, console) as bar:
        yield bar


def clock_text(seconds: float) -> str:
    """ "0:07", "1:02:03"."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
