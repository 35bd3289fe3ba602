"""`citybrain bench`: runs the benchmarks of a source checkout. An installed package has none."""

import os
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path
from typing import Annotated

import typer

import citybrain
from citybrain import canonical_json
from citybrain.errors import CityBrainError
from citybrain.structs import Struct

app = typer.Typer(add_completion=False, rich_markup_mode="rich", pretty_exceptions_enable=False)

GROUPS, ROWS_FILE = "groups.toml", "CITYBRAIN_BENCH_ROWS"


class Row(Struct, frozen=True, kw_only=True):
    """One line of a table of goals, as `tests/support/bench_rows.py` writes it."""

    what: str
    goal: str
    ceiling: str  # or the peer, of the same run; "" where there is none
    ours: str
    ratio: float | None
    held: bool
    seconds: float


class Report(Struct, frozen=True, kw_only=True):
    """What `--json` writes."""

    rows: tuple[Row, ...]


class CheckoutMissingError(CityBrainError):
    """This installation has no benchmarks beside it."""

    def __init__(self, searched: Path) -> None:
        super().__init__(
            f"there are no benchmarks in {searched}. They are not part of the installed package:"
            " clone the source, run `make setup` there, and use its .venv/bin/citybrain."
        )


class UnknownBenchError(CityBrainError):
    """No benchmark of that name."""

    def __init__(self, name: str, known: list[str]) -> None:
        super().__init__(f"there is no benchmark {name!r}. There are: {', '.join(known)}.")


@app.command()
def bench(
    name: Annotated[
        str, typer.Argument(help="Which one, or a group such as district; all when left out.")
    ] = "",
    show: Annotated[bool, typer.Option("--list", help="Only list them.")] = False,
    report: Annotated[
        Path | None, typer.Option("--json", help="Write the rows of goals here, as JSON.")
    ] = None,
    nightly: Annotated[
        bool, typer.Option("--nightly", help="With those that take longer than some minutes.")
    ] = False,
) -> None:
    """Run a benchmark and print its table of ratios. A group ends with one table: what was
    measured, the goal, the ceiling or peer of the same run, ours, and whether it is held.

    Example:  citybrain bench district --json district.json
    """
    folder = folder_of(Path(citybrain.__file__).parent.parent)
    known, groups = names(folder), groups_of(folder)
    if show:
        print("\n".join((*known, *(f"{group}: {', '.join(of)}" for group, of in groups.items()))))
        return
    if name and name not in (*known, *groups):
        raise UnknownBenchError(name, [*known, *groups])
    chosen = groups.get(name, [name] if name else known)
    with tempfile.TemporaryDirectory(prefix="citybrain-bench-") as scratch:
        rows = Path(scratch) / "rows.jsonl"
        code = _run(folder, chosen, rows, nightly=nightly)
        found = rows_of(rows)
    if found:
        _print(found)
    if report is not None:
        report.write_bytes(canonical_json.encode(Report(rows=found)) + b"\n")
    raise typer.Exit(code)


def folder_of(root: Path) -> Path:
    """The benchmarks of the checkout at `root`; raises `CheckoutMissingError` where there are
    none."""
    folder = root / "tests" / "bench"
    if not folder.is_dir():
        raise CheckoutMissingError(folder)
    return folder


def names(folder: Path) -> list[str]:
    """The arguments of `citybrain bench`: the files' names without prefix and suffix."""
    return sorted(path.stem.removeprefix("test_bench_") for path in folder.glob("test_bench_*.py"))


def groups_of(folder: Path) -> dict[str, list[str]]:
    """Benchmarks that are run together, by the name of the group."""
    path = folder / GROUPS
    if not path.exists():
        return {}
    groups = tomllib.loads(path.read_text(encoding="utf-8"))["groups"]
    return {str(name): [str(one) for one in members] for name, members in groups.items()}


def rows_of(path: Path) -> tuple[Row, ...]:
    """What benchmarks wrote, in order; none where none of them has a goal."""
    if not path.exists():
        return ()
    return tuple(canonical_json.decode(line, Row) for line in path.read_bytes().splitlines())


def _run(folder: Path, chosen: list[str], rows: Path, *, nightly: bool) -> int:
    command = [
        sys.executable,
        "-m",
        "pytest",
        *(str(folder / f"test_bench_{one}.py") for one in chosen),
        "-m",
        "bench" if nightly else "bench and not nightly",
        "-s",
        "-q",
        "--rootdir",
        str(folder.parent.parent),
    ]
    return subprocess.run(
        command,
        cwd=folder.parent.parent,
        env={**os.environ, ROWS_FILE: str(rows)},
        check=False,
    ).returncode


def _print(rows: tuple[Row, ...]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(title="goals", title_justify="left", box=None, padding=(0, 1, 0, 0))
    for name in ("what", "goal", "ceiling", "ours", "ratio", "held", "s"):
        table.add_column(name, justify="right" if name in ("ratio", "s") else "left")
    for row in rows:
        ratio = "" if row.ratio is None else f"{row.ratio:.2f}"
        held = "[green]held[/green]" if row.held else "[red]missed[/red]"
        cells = (row.what, row.goal, row.ceiling, row.ours, ratio, held)
        table.add_row(*cells, f"{row.seconds:.0f}")
    Console().print(table)
