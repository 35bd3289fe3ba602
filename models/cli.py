"""`citybrain model list|fetch|check`: lists the models, fetches one, checks that one works here. A
thin layer over `fetch` and the detector.
"""

from importlib import import_module
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.table import Table

from citybrain.distribution import install_hint
from citybrain.errors import CityBrainError
from models.cache import path_of
from models.card import load, names
from models.errors import ModelsError
from models.fetch import fetch_model
from models.progress import TerminalProgress

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Models: what there is, where it comes from, and whether it works here.",
)
# by name: models import no tier; the detector is the street agent's
CHECK = "street_agent.detect.model_check:report"


@app.command("list")
def list_models() -> None:
    """Every model card: what it is, its licence, whether it is on this machine.

    Example: citybrain model list
    """
    table = Table(box=None, pad_edge=False)
    for column in ("name", "here", "MB", "licence", "what"):
        table.add_column(column)
    for name in names():
        card = load(name)
        here = _cache_status(path_of(card), card.size)
        table.add_row(name, here, f"{card.size / 1e6:.1f}", card.licence, card.description)
    Console().print(table)


def _cache_status(path: Path, size: int) -> str:
    if not path.is_file():
        return "no"
    return "[green]yes[/green]" if path.stat().st_size == size else "[red]altered[/red]"


@app.command()
def fetch(
    name: Annotated[
        str,
        typer.Argument(help="A card's name (citybrain model list), or the path of a card's .toml."),
    ],
    file: Annotated[
        Path | None,
        typer.Option(help="Use this file and no other source; it must have the card's sha256."),
    ] = None,
) -> None:
    """Bring a model into the cache: the card's sources in order, the first that delivers the right
    bytes wins.

    Examples:

        citybrain model fetch yolox-nano

        citybrain model fetch picodet-s --file picodet_s_416.onnx
    """
    try:
        with TerminalProgress() as progress:
            fetched = fetch_model(name, file=file, progress=progress)
    except (ModelsError, OSError) as error:
        _fail(error)
    typer.echo(
        f"{name} is in {fetched.path}"
        + (f" (from {fetched.source})" if fetched.source else " (it was there, and is unchanged)")
    )


@app.command()
def check(
    name: Annotated[str, typer.Argument(help="A card's name, or the path of a card's .toml.")],
    image_runs: Annotated[
        int, typer.Option("--runs", help="How often to run it for the timing.", min=1)
    ] = 10,
) -> None:
    """Verify a model's file against its card, open it, run it on a grey picture and print its
    inputs, outputs and times.

    Example: citybrain model check nanodet-g
    """
    module, function = CHECK.split(":")
    try:
        lines = getattr(import_module(module), function)(name, runs=image_runs)
    except ImportError as error:
        typer.echo(
            f"checking a model needs {error.name}. Install it with:  {install_hint('street')}",
            err=True,
        )
        raise typer.Exit(2) from error
    except CityBrainError as error:  # the tier's own errors too
        _fail(error)
    for line in lines:
        typer.echo(line)


def _fail(error: Exception) -> NoReturn:
    typer.echo(str(error), err=True)
    raise typer.Exit(1) from error


if __name__ == "__main__":
    app()
