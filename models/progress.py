"""Shows how a fetch goes: a bar on a terminal, a line each in a log, or nothing."""

from types import TracebackType
from typing import Protocol

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)
from rich.progress import Progress as Bars


class Progress(Protocol):
    """Receives a source's progress. `total` 0: unknown."""

    def started(self, description: str, total: int) -> None: ...
    def advanced(self, done: int) -> None: ...
    def finished(self, summary: str) -> None: ...
    def failed(self, source: str, reason: str) -> None: ...


class SilentProgress:
    """Shows nothing."""

    def started(self, description: str, total: int) -> None: ...
    def advanced(self, done: int) -> None: ...
    def finished(self, summary: str) -> None: ...
    def failed(self, source: str, reason: str) -> None: ...


class TerminalProgress:
    """A bar per fetch on a terminal; where there is none, one line at its start and one at its end.
    Use as a context."""

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or Console(stderr=True, highlight=False)
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            DownloadColumn(),
            TransferSpeedColumn(),
            TimeRemainingColumn(),
        )
        self._bars = Bars(*columns, console=self._console, disable=not self._console.is_terminal)
        self._task: TaskID | None = None

    def __enter__(self) -> "TerminalProgress":
        self._bars.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bars.stop()

    def started(self, description: str, total: int) -> None:
        self._drop()
        self._task = self._bars.add_task(description, total=total or None)
        if not self._console.is_terminal:
            self._console.print(
                f"fetching {description}" + (f" ({total / 1e6:.1f} MB)" if total else ""),
                soft_wrap=True,
            )

    def advanced(self, done: int) -> None:
        if self._task is not None:
            self._bars.update(self._task, completed=done)

    def finished(self, summary: str) -> None:
        self._drop()
        self._console.print(f"[green]✓[/green] {summary}", soft_wrap=True)

    def failed(self, source: str, reason: str) -> None:
        self._drop()
        self._console.print(f"[yellow]–[/yellow] {source}: {reason}", soft_wrap=True)

    def _drop(self) -> None:
        if self._task is not None:
            self._bars.remove_task(self._task)
            self._task = None
