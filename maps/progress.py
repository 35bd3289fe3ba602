"""Shows how far a map is: a moving line on a terminal, one line a step in a log."""

from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

READING, CUTTING = "reading", "cutting tiles"


class TerminalProgress:
    """Use as a context."""

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or Console(stderr=True, highlight=False)
        columns = (
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            TimeElapsedColumn(),
        )
        self._bars = Progress(*columns, console=self._console, disable=not self._is_live)
        self._task = self._bars.add_task(READING, total=None)
        self._step = ""

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

    def reading(self, features: int) -> None:
        """So many features were found so far."""
        self._begin(READING)
        self._bars.update(self._task, description=f"reading: {features} features")

    def cutting(self, blocks: int, of: int) -> None:
        """So many blocks are cut, of so many."""
        self._begin(CUTTING)
        self._bars.update(self._task, description=CUTTING, completed=blocks, total=of)

    def _begin(self, step: str) -> None:
        if step != self._step and not self._is_live:
            self._console.print(f"{step} …")
        self._step = step

    @property
    def _is_live(self) -> bool:
        return self._console.is_terminal
