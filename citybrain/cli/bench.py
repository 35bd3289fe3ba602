"""`citybrain bench`: runs the benchmarks of a source checkout. An installed package has none."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

import citybrain
from citybrain.errors import CityBrainError

app = typer.Typer(add_completion=False, rich_markup_mode="rich", pretty_exceptions_enable=False)


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
    name: Annotated[str, typer.Argument(help="Which one; all of them when left out.")] = "",
    show: Annotated[bool, typer.Option("--list", help="Only list them.")] = False,
) -> None:
    """Run a benchmark and print its table of ratios.

    Example:  citybrain bench wire
    """
    folder = folder_of(Path(citybrain.__file__).parent.parent)
    known = names(folder)
    if show:
        print("\n".join(known))
        return
    if name and name not in known:
        raise UnknownBenchError(name, known)
    target = folder / f"test_bench_{name}.py" if name else folder
    command = [
        sys.executable,
        "-m",
        "pytest",
        str(target),
        "-m",
        "bench",
        "-s",
        "-q",
        "--rootdir",
        str(folder.parent.parent),
    ]
    raise typer.Exit(
        subprocess.run(
            command, cwd=folder.parent.parent, env=dict(os.environ), check=False
        ).returncode
    )


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
